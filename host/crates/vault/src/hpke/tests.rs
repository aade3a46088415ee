use std::convert::Infallible;

use ::hpke::rand_core::{TryCryptoRng, TryRng};
use proptest::prelude::*;

use super::*;

/// Hands out given bytes and no others, so that what is sealed is known in advance.
pub(crate) struct Given(pub(crate) Vec<u8>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("sealing draws bytes, not numbers")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("sealing draws bytes, not numbers")
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        let rest = self.0.split_off(bytes.len());
        bytes.copy_from_slice(&self.0);
        self.0 = rest;
        Ok(())
    }
}

impl TryCryptoRng for Given {}

fn pair() -> (PrivateKey, PrivateKey) {
    (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap())
}

/// The points of small order, as <https://cr.yp.to/ecdh.html> lists them, apart from zero: that
/// one is not even read as a key.
const LOW_ORDER: [&str; 6] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

#[test]
fn low_order_keys_are_refused_in_every_role() {
    let (alice, bob) = pair();
    for text in LOW_ORDER {
        let mut forms = vec![PublicKey::from_hex(text).unwrap()];
        // X25519 ignores the highest bit (RFC 7748 §5), so the same points have another spelling.
        let mut high = *forms[0].as_bytes();
        high[31] |= 0x80;
        forms.push(PublicKey::from_hex(&hex::encode(high)).unwrap());
        for key in forms {
            assert!(is_low_order(&key), "{key}");
            let error = seal_to(&key, &alice, b"", b"", b"text").unwrap_err();
            assert!(matches!(error, HpkeError::LowOrder { role: "recipient" }), "{error:?}");
            let sealed = seal_to(&bob.public_key(), &alice, b"", b"", b"text").unwrap();
            let error = open_from(&key, &bob, b"", b"", &sealed).unwrap_err();
            assert!(matches!(error, HpkeError::LowOrder { role: "sender" }), "{error:?}");
            let planted = Envelope { enc: *key.as_bytes(), ..sealed };
            let error = open_from(&alice.public_key(), &bob, b"", b"", &planted).unwrap_err();
            assert!(matches!(error, HpkeError::LowOrder { role: "ephemeral" }), "{error:?}");
        }
    }
    assert!(!is_low_order(&alice.public_key()));
}

#[test]
fn a_zero_ephemeral_key_is_of_low_order_too() {
    let (alice, bob) = pair();
    let planted = Envelope { enc: [0; ENC_BYTES], ciphertext: vec![0; 32] };
    let error = open_from(&alice.public_key(), &bob, b"", b"", &planted).unwrap_err();
    assert!(matches!(error, HpkeError::LowOrder { role: "ephemeral" }), "{error:?}");
}

#[test]
fn only_the_right_keys_info_and_header_open_it() {
    let (alice, bob) = pair();
    let eve = PrivateKey::generate().unwrap();
    let sealed = seal_to(&bob.public_key(), &alice, b"info", b"header", b"text").unwrap();
    let opens = |sender: &PrivateKey, recipient: &PrivateKey, info: &[u8], header: &[u8]| {
        open_from(&sender.public_key(), recipient, info, header, &sealed).map(|text| text.to_vec())
    };
    assert_eq!(opens(&alice, &bob, b"info", b"header").unwrap(), b"text");
    for refused in [
        opens(&eve, &bob, b"info", b"header"),
        opens(&alice, &eve, b"info", b"header"),
        opens(&bob, &alice, b"info", b"header"),
        opens(&alice, &bob, b"other", b"header"),
        opens(&alice, &bob, b"info", b"other"),
        opens(&alice, &bob, b"infoheader", b""),
    ] {
        assert!(matches!(refused, Err(HpkeError::NotAuthentic)), "{refused:?}");
    }
}

#[test]
fn every_flipped_byte_and_every_cut_is_noticed() {
    let (alice, bob) = pair();
    let sealed = seal_to(&bob.public_key(), &alice, b"info", b"header", b"some text").unwrap();
    let refused = |altered: &Envelope| {
        matches!(open_from(&alice.public_key(), &bob, b"info", b"header", altered), Err(HpkeError::NotAuthentic))
    };
    for at in 0..ENC_BYTES {
        let mut altered = sealed.clone();
        altered.enc[at] ^= 1;
        assert!(refused(&altered), "enc, byte {at}");
    }
    for at in 0..sealed.ciphertext.len() {
        let mut altered = sealed.clone();
        altered.ciphertext[at] ^= 1;
        assert!(refused(&altered), "ciphertext, byte {at}");
        altered.ciphertext.truncate(at);
        assert!(refused(&altered), "cut to {at} bytes");
    }
}

#[test]
fn nothing_is_sealed_twice_alike() {
    let (alice, bob) = pair();
    let seal = || seal_to(&bob.public_key(), &alice, b"", b"", b"text").unwrap();
    let (first, second) = (seal(), seal());
    assert_ne!(first.enc, second.enc);
    assert_ne!(first.ciphertext, second.ciphertext);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_sealed_is_what_is_opened(
        alice in any::<[u8; 32]>(),
        bob in any::<[u8; 32]>(),
        info in any::<Vec<u8>>(),
        header in any::<Vec<u8>>(),
        text in proptest::collection::vec(any::<u8>(), 0..5000),
    ) {
        prop_assume!(alice != [0; 32] && bob != [0; 32]);
        let alice = PrivateKey::from_hex(&hex::encode(alice)).unwrap();
        let bob = PrivateKey::from_hex(&hex::encode(bob)).unwrap();
        let sealed = seal_to(&bob.public_key(), &alice, &info, &header, &text).unwrap();
        prop_assert_eq!(sealed.ciphertext.len(), text.len() + TAG_BYTES);
        let opened = open_from(&alice.public_key(), &bob, &info, &header, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), text.as_slice());
    }
}
