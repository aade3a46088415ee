//! Version 2 of shared configs (ruling 12): HPKE in auth mode, with the whole header authenticated.
//!
//! A file is one JSON object. Its header says who sealed it, when, and for whom; `recipients` has
//! one entry each, sealed to that recipient alone ([`crate::hpke`]). The associated data of every
//! entry is the whole header with the names and keys of all recipients, so that nobody can be added
//! to, taken from or renamed in the list. HPKE derives the nonce, so there is no `iv`.
//!
//! There is one way to write a file: one that has the same fields in another spelling was altered.
//! What others' entries hold cannot be checked by whom they are not for.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Opened, RECIPIENTS_MAX, ShareError, checked_label, decoded, fixed, json_error};
use crate::hpke::{self, Envelope, HpkeError, TAG_BYTES};
use crate::keys::{PrivateKey, PublicKey};

/// HPKE's info: what such a message is for.
const INFO: &[u8] = b"noorm-config-share 2";

const VERSION: u32 = 2;

/// Whom a config is sealed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Email address, or another name for people.
    pub label: String,
    /// X25519 public key.
    pub public_key: PublicKey,
}

/// A file of version 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedConfigV2 {
    /// The sender's email address. The owner of `sender_key` wrote it there.
    pub sender: String,
    /// The sender's public key. That its private key sealed the file is what opening proves.
    pub sender_key: PublicKey,
    /// Instant of sealing in ISO form, by the sender's clock.
    pub created_at: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    recipient: Recipient,
    envelope: Envelope,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Text {
    version: u32,
    sender: String,
    sender_pub_key: String,
    created_at: String,
    recipients: Vec<EntryText>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EntryText {
    recipient: String,
    recipient_pub_key: String,
    ephemeral_pub_key: String,
    auth_tag: String,
    ciphertext: String,
}

/// Who seals, and when.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Email address.
    pub email: &'a str,
    /// The key that proves it.
    pub key: &'a PrivateKey,
    /// Instant in ISO form.
    pub now: &'a str,
}

impl SharedConfigV2 {
    /// Seals contents to each of the recipients.
    ///
    /// # Errors
    /// Nobody to seal to, a text that cannot stand in a header, a low-order key, or no random bytes.
    pub fn seal(sender: Sender<'_>, recipients: &[Recipient], contents: &[u8]) -> Result<Self, ShareError> {
        Self::seal_by(sender, recipients, |to, aad| hpke::seal_to(to, sender.key, INFO, aad, contents))
    }

    /// Seals with whatever `seal` does, so that a test can pin the format.
    pub(super) fn seal_by(
        sender: Sender<'_>,
        recipients: &[Recipient],
        mut seal: impl FnMut(&PublicKey, &[u8]) -> Result<Envelope, HpkeError>,
    ) -> Result<Self, ShareError> {
        let empty = Envelope { enc: [0; 32], ciphertext: Vec::new() };
        let entry = |recipient: &Recipient| Entry { recipient: recipient.clone(), envelope: empty.clone() };
        let mut shared = Self {
            sender: sender.email.to_owned(),
            sender_key: sender.key.public_key(),
            created_at: sender.now.to_owned(),
            entries: recipients.iter().map(entry).collect(),
        };
        shared.check()?;
        let header = shared.header_bytes();
        for entry in &mut shared.entries {
            entry.envelope = seal(&entry.recipient.public_key, &header)?;
        }
        Ok(shared)
    }

    /// Opens the entry of the first of `keys` that has one.
    pub(super) fn open(&self, keys: &[PrivateKey]) -> Result<Opened, ShareError> {
        let entry_of = |key: &PrivateKey| {
            let public_key = key.public_key();
            self.entries.iter().find(|entry| entry.recipient.public_key == public_key)
        };
        let Some((key, entry)) = keys.iter().find_map(|key| Some((key, entry_of(key)?))) else {
            let recipients = self.recipients().map(|recipient| recipient.label.clone()).collect();
            return Err(ShareError::NotForMe { recipients });
        };
        let header = self.header_bytes();
        let contents = hpke::open_from(&self.sender_key, key, INFO, &header, &entry.envelope)?;
        let hash = Sha256::new().chain_update(b"noorm share 2\0").chain_update(&header);
        let hash = hash.chain_update(entry.envelope.enc).chain_update(&entry.envelope.ciphertext);
        Ok(Opened { contents, digest: hex::encode(hash.finalize()) })
    }

    /// Returns whom it is for.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.entries.iter().map(|entry| &entry.recipient)
    }

    /// Returns the file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let entry = |entry: &Entry| {
            // The tag is the end of an HPKE ciphertext; the file has it in a field of its own, as version 1 does.
            let (ciphertext, auth_tag) = split_tag(&entry.envelope.ciphertext);
            EntryText {
                recipient: entry.recipient.label.clone(),
                recipient_pub_key: entry.recipient.public_key.to_hex(),
                ephemeral_pub_key: hex::encode(entry.envelope.enc),
                auth_tag: hex::encode(auth_tag),
                ciphertext: hex::encode(ciphertext),
            }
        };
        let text = Text {
            version: VERSION,
            sender: self.sender.clone(),
            sender_pub_key: self.sender_key.to_hex(),
            created_at: self.created_at.clone(),
            recipients: self.entries.iter().map(entry).collect(),
        };
        let mut text = serde_json::to_string_pretty(&text).expect("the fields are numbers and strings");
        text.push('\n');
        text
    }

    /// Reads a file's bytes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ShareError> {
        let text: Text = serde_json::from_slice(bytes).map_err(json_error)?;
        let entries = text.recipients.iter().map(|entry| {
            let mut ciphertext = decoded("ciphertext", &entry.ciphertext)?;
            ciphertext.extend(fixed::<TAG_BYTES>("authTag", &entry.auth_tag)?);
            let envelope = Envelope { enc: fixed("ephemeralPubKey", &entry.ephemeral_pub_key)?, ciphertext };
            let public_key = key("recipientPubKey", &entry.recipient_pub_key)?;
            Ok(Entry { recipient: Recipient { label: entry.recipient.clone(), public_key }, envelope })
        });
        let shared = Self {
            entries: entries.collect::<Result<_, ShareError>>()?,
            sender_key: key("senderPubKey", &text.sender_pub_key)?,
            sender: text.sender,
            created_at: text.created_at,
        };
        shared.check()?;
        if shared.to_text().as_bytes() != bytes {
            return Err(ShareError::Altered);
        }
        Ok(shared)
    }

    fn check(&self) -> Result<(), ShareError> {
        checked_label(&self.sender, "sender")?;
        checked_label(&self.created_at, "instant")?;
        let mut keys: Vec<PublicKey> = self.recipients().map(|recipient| recipient.public_key).collect();
        keys.sort();
        keys.dedup();
        if keys.len() != self.entries.len() || keys.is_empty() || keys.len() > RECIPIENTS_MAX {
            return Err(ShareError::Recipients);
        }
        self.recipients().try_for_each(|recipient| checked_label(&recipient.label, "recipient"))
    }

    /// Returns the associated data: every field of the header, each with its length in front, so that no two headers
    /// have the same bytes.
    fn header_bytes(&self) -> Vec<u8> {
        let mut bytes = b"noorm-config-share\0".to_vec();
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        let mut field = |text: &[u8]| {
            let length = u32::try_from(text.len()).expect("labels have a bound");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text);
        };
        field(self.sender.as_bytes());
        field(self.sender_key.as_bytes());
        field(self.created_at.as_bytes());
        for recipient in self.entries.iter().map(|entry| &entry.recipient) {
            field(recipient.label.as_bytes());
            field(recipient.public_key.as_bytes());
        }
        bytes
    }
}

fn key(name: &str, text: &str) -> Result<PublicKey, ShareError> {
    PublicKey::from_hex(text).map_err(|error| ShareError::Malformed { what: format!("`{name}`: {error}") })
}

fn split_tag(ciphertext: &[u8]) -> (&[u8], &[u8]) {
    ciphertext.split_at(ciphertext.len().saturating_sub(TAG_BYTES))
}
