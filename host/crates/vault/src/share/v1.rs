//! Version 1 of shared configs, as the TypeScript original writes them: read here, never written.
//!
//! An ephemeral X25519 key is agreed with the recipient's, HKDF-SHA256 (RFC 5869) with the info
//! `noorm-config-share` gives the key, and AES-256-GCM seals under an IV of 16 bytes without
//! associated data. So neither sender nor recipient nor version are authenticated: whoever has the
//! recipient's public key can write such a file and put any sender into it.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use x25519_dalek::StaticSecret;

use super::{Opened, ShareError, checked_label, decoded, fixed, json_error};
use crate::keys::{PrivateKey, PublicKey};
use crate::legacy;

/// HKDF's info.
const INFO: &[u8] = b"noorm-config-share";

/// A file of version 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedConfigV1 {
    /// The sender's email address, which nothing proves.
    pub sender: String,
    /// The recipient's email address, which nothing proves.
    pub recipient: String,
    ephemeral: PublicKey,
    iv: [u8; legacy::IV_BYTES],
    auth_tag: [u8; legacy::TAG_BYTES],
    ciphertext: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Text {
    #[serde(rename = "version")]
    _version: u64,
    sender: String,
    recipient: String,
    ephemeral_pub_key: String,
    iv: String,
    auth_tag: String,
    ciphertext: String,
}

impl SharedConfigV1 {
    /// Reads a file's bytes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ShareError> {
        let text: Text = serde_json::from_slice(bytes).map_err(json_error)?;
        checked_label(&text.sender, "sender")?;
        checked_label(&text.recipient, "recipient")?;
        Ok(Self {
            ephemeral: PublicKey::from_hex(&text.ephemeral_pub_key)
                .map_err(|error| ShareError::Malformed { what: format!("`ephemeralPubKey`: {error}") })?,
            iv: fixed("iv", &text.iv)?,
            auth_tag: fixed("authTag", &text.auth_tag)?,
            ciphertext: decoded("ciphertext", &text.ciphertext)?,
            sender: text.sender,
            recipient: text.recipient,
        })
    }

    /// Opens it with the first of `keys` that fits: the file does not say which one it is sealed to.
    pub(super) fn open(&self, keys: &[PrivateKey]) -> Result<Opened, ShareError> {
        let ephemeral = x25519_dalek::PublicKey::from(*self.ephemeral.as_bytes());
        for key in keys {
            let shared = StaticSecret::from(*key.as_bytes()).diffie_hellman(&ephemeral);
            if !shared.was_contributory() {
                return Err(ShareError::LowOrder { role: "ephemeral" });
            }
            let opened = legacy::open_gcm(shared.as_bytes(), INFO, &self.iv, &self.auth_tag, &self.ciphertext);
            if let Some(contents) = opened {
                return Ok(Opened { contents, digest: self.digest() });
            }
        }
        Err(ShareError::Unopened { recipient: self.recipient.clone() })
    }

    /// Only what the tag protects counts: the ephemeral key has two spellings for one secret (RFC 7748 §5).
    fn digest(&self) -> String {
        let hash = Sha256::new().chain_update(b"noorm share 1\0").chain_update(self.iv).chain_update(self.auth_tag);
        hex::encode(hash.chain_update(&self.ciphertext).finalize())
    }
}
