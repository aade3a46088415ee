//! X25519 keys of an identity (RFC 7748) and their hex forms.
//!
//! A key is written as its 32 raw bytes in hex (64 characters). The TypeScript original wrote the
//! DER forms of RFC 8410 (PKCS #8 and SubjectPublicKeyInfo); those are read as well, so that an
//! existing `~/.noorm` keeps working. Reading is strict: a key of the wrong length or with a wrong
//! prefix is an error and never a shorter, padded or constant key.
//!
//! This module does not agree on shared secrets: sharing does, and it has to refuse the
//! low-order points that RFC 7748 §6.1 warns about.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use x25519_dalek::StaticSecret;
use zeroize::Zeroizing;

/// Length of a raw X25519 key, private or public.
const KEY_BYTES: usize = 32;

/// What comes before the 32 bytes of a private key in PKCS #8 DER (RFC 8410 §7).
const PKCS8_PREFIX: &[u8] =
    &[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];

/// What comes before the 32 bytes of a public key in SubjectPublicKeyInfo DER (RFC 8410 §4).
const SPKI_PREFIX: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00];

/// Why a text is not a key, or why no key could be made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A character that is no hex digit, or an odd number of digits.
    #[error("the {kind} key is not hexadecimal")]
    NotHex {
        /// "private" or "public".
        kind: &'static str,
    },
    /// Neither 32 raw bytes nor the DER form.
    #[error("the {kind} key has {found} bytes; it should have 32, or {der} in DER form")]
    Length {
        /// "private" or "public".
        kind: &'static str,
        /// Bytes found.
        found: usize,
        /// Bytes that the DER form has.
        der: usize,
    },
    /// The length of the DER form, but another algorithm or structure.
    #[error("the {kind} key is in DER form but is not an X25519 key")]
    Algorithm {
        /// "private" or "public".
        kind: &'static str,
    },
    /// All bytes are zero: an erased or never written file, not a key.
    #[error("the {kind} key is all zeros")]
    Zero {
        /// "private" or "public".
        kind: &'static str,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

/// The private half of an identity: wiped on drop, never printed.
#[derive(Clone)]
pub struct PrivateKey(StaticSecret);

impl PrivateKey {
    /// Makes a new key from the operating system's random bytes.
    ///
    /// # Errors
    /// [`KeyError::Random`] when there are none; there is no weaker source to fall back on.
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0u8; KEY_BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(KeyError::Random)?;
        Ok(Self(StaticSecret::from(*bytes)))
    }

    /// Reads a key from its raw hex form or from the hex of its PKCS #8 DER form.
    ///
    /// Surrounding whitespace is ignored, because editors add a line end.
    ///
    /// # Errors
    /// [`KeyError`] for everything that is not exactly one of the two forms.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let bytes = Zeroizing::new(parse(text, "private", PKCS8_PREFIX)?);
        Ok(Self(StaticSecret::from(*bytes)))
    }

    /// Returns the 32 raw bytes as 64 lower-case hex digits, in memory that is wiped.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_bytes()))
    }

    /// Returns the public half.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(x25519_dalek::PublicKey::from(&self.0).to_bytes())
    }

    /// Returns the PKCS #8 DER form (RFC 8410 §7), which the original derives keys from.
    pub(crate) fn to_der(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([PKCS8_PREFIX, self.0.as_bytes()].concat())
    }

    /// Returns the raw bytes, for key derivation inside this crate only.
    pub(crate) fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey([redacted])")
    }
}

/// The public half of an identity: shown, stored and shared freely.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; KEY_BYTES]);

impl PublicKey {
    /// Reads a key from its raw hex form or from the hex of its SubjectPublicKeyInfo DER form.
    ///
    /// # Errors
    /// [`KeyError`] for everything that is not exactly one of the two forms.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        parse(text, "public", SPKI_PREFIX).map(Self)
    }

    /// Returns the 32 raw bytes as 64 lower-case hex digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Returns the raw bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(de::Error::custom)
    }
}

/// Decodes either form into the 32 bytes of the key.
fn parse(text: &str, kind: &'static str, prefix: &[u8]) -> Result<[u8; KEY_BYTES], KeyError> {
    let decoded = Zeroizing::new(hex::decode(text.trim()).map_err(|_| KeyError::NotHex { kind })?);
    let der = prefix.len() + KEY_BYTES;
    let raw = match decoded.len() {
        KEY_BYTES => decoded.as_slice(),
        length if length == der => decoded.strip_prefix(prefix).ok_or(KeyError::Algorithm { kind })?,
        found => return Err(KeyError::Length { kind, found, der }),
    };
    if raw.iter().all(|byte| *byte == 0) {
        return Err(KeyError::Zero { kind });
    }
    Ok(raw.try_into().expect("both arms above leave 32 bytes"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
