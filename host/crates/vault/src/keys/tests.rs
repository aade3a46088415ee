//! Published vectors and the strictness of reading keys.

use proptest::prelude::*;

use super::*;

/// RFC 7748 §6.1: both key pairs, and the secret that both sides agree on.
#[test]
fn rfc_7748_section_6_1() {
    let alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    let bob = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
    let alice = PrivateKey::from_hex(alice).unwrap();
    let bob = PrivateKey::from_hex(bob).unwrap();
    assert_eq!(alice.public_key().to_hex(), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assert_eq!(bob.public_key().to_hex(), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    for (own, other) in [(&alice, &bob), (&bob, &alice)] {
        let other = x25519_dalek::PublicKey::from(*other.public_key().as_bytes());
        assert_eq!(hex::encode(own.0.diffie_hellman(&other).as_bytes()), shared);
    }
}

/// Keys of the TypeScript original: raw private, raw public.
const ORIGINAL: [(&str, &str); 4] = [
    (
        "b99b3902e1d1e901c61444e328f8596e78032be91a54f89bed44b4c2bad2b4ac",
        "afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c",
    ),
    (
        "b790b7e5caa7ec9bec9651fc79fda8c569ed9f390d4ae84860397b7916691a36",
        "20eb50267e2fe5fb11126e4da03ce5c2c1f8bad3f9e44e1590a7d7d261b33e4d",
    ),
    (
        "1f56f937bcca522531b61740a2ddf3731441cc77b9d88e972d731a1d3e2062aa",
        "0c362138fdf097dcb8acefe99fd8756a6637bbb6a7c6bd605da0be0fdc1a2f2c",
    ),
    (
        "78b9dae374b106704a0ae85b2bc3a83f55f06fe078c518d46e02fc59a6e1985d",
        "338bf6c3446bb7fde970b14a120eca98a8c42c4180a4f71dfa4362ae2a079d2d",
    ),
];

#[test]
fn keys_of_the_original_are_read_in_both_forms() {
    for (private, public) in ORIGINAL {
        let private_der = format!("302e020100300506032b656e04220420{private}");
        let public_der = format!("302a300506032b656e032100{public}");
        for text in [private, &private_der, &format!(" {private}\r\n"), &private.to_uppercase()] {
            let key = PrivateKey::from_hex(text).unwrap();
            assert_eq!(*key.to_hex(), private);
            assert_eq!(key.public_key().to_hex(), public);
        }
        for text in [public, &public_der, &format!("{public_der}\n")] {
            assert_eq!(PublicKey::from_hex(text).unwrap().to_string(), public);
        }
    }
}

#[test]
fn anything_else_is_an_error() {
    let (private, public) = ORIGINAL[0];
    let private_der = format!("302e020100300506032b656e04220420{private}");
    let public_der = format!("302a300506032b656e032100{public}");
    // 0x70 in place of 0x6e is Ed25519: right length, wrong algorithm.
    let ed25519 = private_der.replacen("2b656e", "2b6570", 1);
    assert!(matches!(PrivateKey::from_hex(&ed25519), Err(KeyError::Algorithm { .. })));
    assert!(matches!(PrivateKey::from_hex(&public_der), Err(KeyError::Length { .. })));
    assert!(matches!(PublicKey::from_hex(&private_der), Err(KeyError::Length { .. })));
    assert!(matches!(PrivateKey::from_hex(&"00".repeat(32)), Err(KeyError::Zero { .. })));
    assert!(matches!(PublicKey::from_hex(&"00".repeat(32)), Err(KeyError::Zero { .. })));
    for text in ["", " ", "0", "zz", &private[1..], &private[2..], &format!("{private}00")] {
        assert!(PrivateKey::from_hex(text).is_err(), "{text:?}");
        assert!(PublicKey::from_hex(text).is_err(), "{text:?}");
    }
    assert!(matches!(PrivateKey::from_hex("zz"), Err(KeyError::NotHex { .. })));
}

#[test]
fn generated_keys_differ_and_do_not_print() {
    let first = PrivateKey::generate().unwrap();
    let second = PrivateKey::generate().unwrap();
    assert_ne!(first.to_hex(), second.to_hex());
    assert_eq!(format!("{first:?}"), "PrivateKey([redacted])");
}

#[test]
fn a_public_key_is_a_string_in_json() {
    let public = ORIGINAL[0].1;
    let key: PublicKey = serde_json::from_str(&format!("\"302a300506032b656e032100{public}\"")).unwrap();
    assert_eq!(serde_json::to_string(&key).unwrap(), format!("\"{public}\""));
    assert!(serde_json::from_str::<PublicKey>("\"abc\"").is_err());
}

proptest! {
    #[test]
    fn hex_round_trips(bytes in any::<[u8; 32]>().prop_filter("zero", |bytes| *bytes != [0; 32])) {
        let text = hex::encode(bytes);
        prop_assert_eq!(&*PrivateKey::from_hex(&text).unwrap().to_hex(), &text);
        prop_assert_eq!(PublicKey::from_hex(&text).unwrap().to_hex(), text);
    }

    #[test]
    fn no_text_panics(text in ".{0,100}") {
        let _ = PrivateKey::from_hex(&text);
        let _ = PublicKey::from_hex(&text);
    }
}

#[test]
fn a_key_with_a_pattern_does_not_look_random() {
    let key = |bytes: [u8; 32]| PrivateKey::from_hex(&hex::encode(bytes)).unwrap();
    for _ in 0..1000 {
        assert!(PrivateKey::generate().unwrap().looks_random());
    }
    let counted: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap() + 1);
    let by_sevens: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap().wrapping_mul(7).wrapping_add(1));
    for weak in [[7; 32], counted, by_sevens, *b"correct horse battery staple 123"] {
        assert!(!key(weak).looks_random(), "{weak:?}");
    }
}
