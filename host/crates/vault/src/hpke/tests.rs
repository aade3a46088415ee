//! Published vectors, every key that is refused, and everything that can be done to a message.

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

/// The keys, header and text of RFC 9180 A.1.3 (auth mode), sequence number 0.
struct Published {
    ikm_e: Vec<u8>,
    recipient: PrivateKey,
    sender: PrivateKey,
    info: Vec<u8>,
    aad: Vec<u8>,
    text: Vec<u8>,
}

fn published() -> Published {
    let bytes = |text: &str| hex::decode(text).unwrap();
    let key = |text: &str| PrivateKey::from_hex(text).unwrap();
    Published {
        ikm_e: bytes("6e6d8f200ea2fb20c30b003a8b4f433d2f4ed4c2658d5bc8ce2fef718059c9f7"),
        recipient: key("fdea67cf831f1ca98d8e27b1f6abeb5b7745e9d35348b80fa407ff6958f9137e"),
        sender: key("dc4a146313cce60a278a5323d321f051c5707e9c45ba21a3479fecdf76fc69dd"),
        info: bytes("4f6465206f6e2061204772656369616e2055726e"),
        aad: bytes("436f756e742d30"),
        text: bytes("4265617574792069732074727574682c20747275746820626561757479"),
    }
}

const PUBLISHED_ENC: &str = "23fb952571a14a25e3d678140cd0e5eb47a0961bb18afcf85896e5453c312e76";

#[test]
fn the_published_vector_of_auth_mode() {
    // The RFC prints it for AES-128-GCM; everything before the cipher is what this suite has.
    let vector = published();
    let mode = OpModeS::Auth((private(&vector.sender), public(&vector.sender.public_key())));
    let (enc, ciphertext) = ::hpke::single_shot_seal_with_rng::<::hpke::aead::AesGcm128, HkdfSha256, Suite>(
        &mode,
        &public(&vector.recipient.public_key()),
        &vector.info,
        &vector.text,
        &vector.aad,
        &mut Given(vector.ikm_e),
    )
    .unwrap();
    assert_eq!(hex::encode(enc.to_bytes()), PUBLISHED_ENC);
    let expected = "5fd92cc9d46dbf8943e72a07e42f363ed5f721212cd90bcfd072bfd9f44e06b80fd17824947496e21b680c141b";
    assert_eq!(hex::encode(ciphertext), expected);
}

#[test]
fn the_same_vector_with_this_suites_cipher() {
    // Computed by a second implementation, in Python, which gives the RFC's own vector for AES-128-GCM.
    let Published { ikm_e, recipient, sender, info, aad, text } = published();
    let to = recipient.public_key();
    let sealed = seal_drawing(&to, &sender, &info, &aad, &text, &mut Given(ikm_e)).unwrap();
    assert_eq!(hex::encode(sealed.enc), PUBLISHED_ENC);
    let expected = "5afc421af83c33a9e4de9f134e7870e607f6b5c0ea8806b08ea97c8b7676c9f55365094fee798f5e1aa18076c2";
    assert_eq!(hex::encode(&sealed.ciphertext), expected);
    assert_eq!(open_from(&sender.public_key(), &recipient, &info, &aad, &sealed).unwrap().as_slice(), text);
}

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
