//! The `state.enc` of the TypeScript original: read, so that nobody has to type a config again.
//!
//! Its key is HKDF-SHA256 (RFC 5869) without salt over the *whole* PKCS #8 DER form of the private
//! key, with the info `noorm-state-encryption`; its cipher is AES-256-GCM (NIST SP 800-38D) with an
//! IV of 16 bytes and no associated data; its fields are in Base64 (RFC 4648 §4). No machine id and
//! no passphrase take part. Nothing here writes this format.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::keys::PrivateKey;
use crate::state::State;

/// Length of the IV: not the usual 12, so GCM hashes it (NIST SP 800-38D §7.1).
pub(crate) const IV_BYTES: usize = 16;

/// Length of the tag.
pub(crate) const TAG_BYTES: usize = 16;

/// HKDF's info.
const INFO: &[u8] = b"noorm-state-encryption";

const ALGORITHM: &str = "aes-256-gcm";

/// Far more than a real state has; something else must not fill the memory.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Why a state of the original cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LegacyError {
    /// Much larger than a state can be.
    #[error("the file has more than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// The file ends before its JSON does, or is empty.
    #[error("the file is cut off")]
    Truncated,
    /// Not what the original wrote.
    #[error("the file is not a state of the original: {what}")]
    Malformed {
        /// What is missing or wrong.
        what: String,
    },
    /// A state of this program.
    #[error("the file is a state of this noorm, not of the original")]
    OwnFormat,
    /// Another cipher.
    #[error("the state of the original has the algorithm `{found}`; only `{ALGORITHM}` is read")]
    Algorithm {
        /// Its name.
        found: String,
    },
    /// Another key, or other bytes: the format does not tell them apart.
    #[error("the state of the original does not open with this private key, or it was altered")]
    Unopened,
    /// It opened, and its contents are no state. The parser's own words would quote the contents.
    #[error("the contents are not a state of the original (line {line}, column {column})")]
    Contents {
        /// Where in the plaintext.
        line: usize,
        /// Where in that line.
        column: usize,
    },
}

impl LegacyError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::TooLarge | Self::Malformed { .. } => Some("name the `state.enc` that the TypeScript noorm wrote"),
            Self::Truncated => Some("copy the file again; a part of it got lost on its way"),
            Self::OwnFormat => Some("put it where it came from: a state is opened in its own project"),
            Self::Algorithm { .. } => None,
            Self::Unopened => Some("`--key FILE` names the `identity.key` that it was written with"),
            Self::Contents { .. } => {
                Some("the file opened, but a config or a field in it has a shape that is not known")
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    algorithm: String,
    iv: String,
    auth_tag: String,
    ciphertext: String,
    /// The original has none.
    version: Option<serde_json::Value>,
}

/// Opens a state of the original with its private key.
///
/// # Errors
/// Any [`LegacyError`].
pub fn open_state(file: &[u8], key: &PrivateKey) -> Result<State, LegacyError> {
    let plaintext = open_file(file, key)?;
    serde_json::from_slice(&plaintext)
        .map_err(|error| LegacyError::Contents { line: error.line(), column: error.column() })
}

/// Opens a file of the original down to its plaintext.
fn open_file(file: &[u8], key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>, LegacyError> {
    if file.len() > FILE_BYTES_MAX {
        return Err(LegacyError::TooLarge);
    }
    let payload: Payload = serde_json::from_slice(file).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => LegacyError::Truncated,
        _ => LegacyError::Malformed { what: error.to_string() },
    })?;
    if payload.version.is_some() {
        return Err(LegacyError::OwnFormat);
    }
    if payload.algorithm != ALGORITHM {
        return Err(LegacyError::Algorithm { found: payload.algorithm });
    }
    let iv = field::<IV_BYTES>("iv", &payload.iv)?;
    let tag = field::<TAG_BYTES>("authTag", &payload.auth_tag)?;
    let ciphertext = decode("ciphertext", &payload.ciphertext)?;
    open_gcm(&key.to_der(), INFO, &iv, &tag, &ciphertext).ok_or(LegacyError::Unopened)
}

/// Derives a key as the original does, and opens what it sealed; `None` when the tag does not fit.
pub(crate) fn open_gcm(
    key_material: &[u8],
    info: &[u8],
    iv: &[u8; IV_BYTES],
    tag: &[u8; TAG_BYTES],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new([0u8; 32]);
    // RFC 5869 §2.2: no salt is a salt of zeros, and so is an empty one.
    Hkdf::<Sha256>::new(None, key_material).expand(info, key.as_mut_slice()).expect("32 bytes are far below the limit");
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    AesGcm::<Aes256, U16>::new((&*key).into())
        .decrypt_inout_detached(iv.into(), b"", buffer.as_mut_slice().into(), tag.into())
        .ok()?;
    Some(buffer)
}

fn decode(name: &str, text: &str) -> Result<Vec<u8>, LegacyError> {
    STANDARD.decode(text).map_err(|_| LegacyError::Malformed { what: format!("`{name}` is not Base64") })
}

fn field<const N: usize>(name: &str, text: &str) -> Result<[u8; N], LegacyError> {
    let bytes = decode(name, text)?;
    bytes.try_into().map_err(|_| LegacyError::Malformed { what: format!("`{name}` has not {N} bytes") })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
