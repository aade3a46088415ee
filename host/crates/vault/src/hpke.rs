//! Sealing from one identity to another: HPKE of RFC 9180 in *auth* mode (§5.1.3).
//!
//! The suite is DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (RFC 9180 §7), one message for
//! each setup, so a nonce is never used twice under one key. In auth mode the sender's private key
//! takes part: what opens under a sender's public key was sealed by that sender, or by whoever has
//! the recipient's private key (key-compromise impersonation, RFC 9180 §9.1.1).
//!
//! What it does not do: it gives no forward secrecy against a later theft of the recipient's key,
//! does not notice that a message comes a second time, and does not judge whose keys these are.
//! [`crate::share`] and its callers do what can be done about that.

use std::convert::Infallible;

use ::hpke::aead::AesGcm256;
use ::hpke::kdf::HkdfSha256;
use ::hpke::kem::X25519HkdfSha256;
use ::hpke::rand_core::{CryptoRng, TryCryptoRng, TryRng};
use ::hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use x25519_dalek::StaticSecret;
use zeroize::Zeroizing;

use crate::keys::{PrivateKey, PublicKey};

/// Length of an encapsulated key: `Nenc` of DHKEM(X25519, HKDF-SHA256) (RFC 9180 §7.1).
pub const ENC_BYTES: usize = 32;

/// Length of the tag at the end of a ciphertext: `Nt` of AES-256-GCM (RFC 9180 §7.3).
pub const TAG_BYTES: usize = 16;

type Suite = X25519HkdfSha256;

/// Why something could not be sealed to, or opened from, somebody.
#[derive(Debug, thiserror::Error)]
pub enum HpkeError {
    /// A point of small order: whatever is agreed with it is known to everybody (RFC 7748 §6.1).
    #[error("the {role} public key is a low-order point, which keeps nothing secret")]
    LowOrder {
        /// "recipient", "sender" or "ephemeral".
        role: &'static str,
    },
    /// The keys, the header or the contents are not those that were sealed.
    #[error("authentication failed")]
    NotAuthentic,
    /// More than AES-GCM takes under one nonce (64 GiB).
    #[error("the contents are too large to seal")]
    TooLarge,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

impl HpkeError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::LowOrder { .. } => {
                Some("no program makes such a key by accident; ask its owner for the true one over another channel")
            }
            Self::NotAuthentic => Some("it was altered, or is not from the sender or for the recipient it names"),
            Self::TooLarge | Self::Random(_) => None,
        }
    }
}

/// A sealed message: what travels, apart from the header that both sides know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The encapsulated key: an ephemeral X25519 public key.
    pub enc: [u8; ENC_BYTES],
    /// The ciphertext, with its tag of [`TAG_BYTES`] at the end.
    pub ciphertext: Vec<u8>,
}

/// Seals `plaintext` so that only `recipient` can open it, and only as coming from `sender`.
///
/// `info` names the purpose, so that a message of one purpose cannot be passed off as another's;
/// `aad` is the header, which is authenticated and not encrypted. The ephemeral key is new at each
/// call, from the operating system.
///
/// # Errors
/// [`HpkeError::LowOrder`], no random bytes, or more than 64 GiB.
pub fn seal_to(
    recipient: &PublicKey,
    sender: &PrivateKey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Envelope, HpkeError> {
    let mut random = SystemRandom { failure: None };
    let envelope = seal_drawing(recipient, sender, info, aad, plaintext, &mut random)?;
    match random.failure {
        // What was made with a predictable key does not leave this function.
        Some(failure) => Err(HpkeError::Random(failure)),
        None => Ok(envelope),
    }
}

/// Opens a message that `sender` sealed to the owner of `recipient`.
///
/// `info` and `aad` have to be those that it was sealed with, to the byte.
///
/// # Errors
/// [`HpkeError::LowOrder`] for a key that a sealer would have refused, else
/// [`HpkeError::NotAuthentic`] for everything that is not what was sealed.
pub fn open_from(
    sender: &PublicKey,
    recipient: &PrivateKey,
    info: &[u8],
    aad: &[u8],
    envelope: &Envelope,
) -> Result<Zeroizing<Vec<u8>>, HpkeError> {
    refuse_low_order(sender.as_bytes(), "sender")?;
    refuse_low_order(&envelope.enc, "ephemeral")?;
    let mode = OpModeR::Auth(public(sender));
    let enc = <Suite as Kem>::EncappedKey::from_bytes(&envelope.enc).expect("an encapsulated key is any 32 bytes");
    let ciphertext = &envelope.ciphertext;
    ::hpke::single_shot_open::<AesGcm256, HkdfSha256, Suite>(&mode, &private(recipient), &enc, info, ciphertext, aad)
        .map(Zeroizing::new)
        .map_err(|_| HpkeError::NotAuthentic)
}

/// Whether a public key is one of the points of small order, with which every agreement is zero.
///
/// A clamped scalar is a multiple of the cofactor and of no other factor of the group's order, so
/// one agreement with any scalar tells them all, in whatever encoding they come (RFC 7748 §6.1).
#[must_use]
pub fn is_low_order(key: &PublicKey) -> bool {
    has_low_order(key.as_bytes())
}

fn has_low_order(point: &[u8; 32]) -> bool {
    let any = StaticSecret::from([0x42; 32]);
    !any.diffie_hellman(&x25519_dalek::PublicKey::from(*point)).was_contributory()
}

fn refuse_low_order(point: &[u8; 32], role: &'static str) -> Result<(), HpkeError> {
    if has_low_order(point) { Err(HpkeError::LowOrder { role }) } else { Ok(()) }
}

/// Seals with random bytes from `random`, so that a test can pin the format.
pub(crate) fn seal_drawing(
    recipient: &PublicKey,
    sender: &PrivateKey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    random: &mut impl CryptoRng,
) -> Result<Envelope, HpkeError> {
    refuse_low_order(recipient.as_bytes(), "recipient")?;
    let mode = OpModeS::Auth((private(sender), public(&sender.public_key())));
    let to = public(recipient);
    ::hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Suite>(&mode, &to, info, plaintext, aad, random)
        .map(|(enc, ciphertext)| Envelope { enc: enc.to_bytes().into(), ciphertext })
        .map_err(|_| HpkeError::TooLarge)
}

fn public(key: &PublicKey) -> <Suite as Kem>::PublicKey {
    Deserializable::from_bytes(key.as_bytes()).expect("an X25519 public key is any 32 bytes")
}

fn private(key: &PrivateKey) -> <Suite as Kem>::PrivateKey {
    Deserializable::from_bytes(key.as_bytes()).expect("an X25519 private key is any 32 bytes")
}

/// The operating system's random bytes behind a trait that knows no failure: it is remembered.
struct SystemRandom {
    failure: Option<getrandom::Error>,
}

impl TryRng for SystemRandom {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        if let Err(failure) = getrandom::fill(bytes) {
            self.failure = Some(failure);
        }
        Ok(())
    }
}

impl TryCryptoRng for SystemRandom {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests;
