//! Shared configs: files `*.noorm.enc` that only their recipients can open (`SharedConfigPayload`).
//!
//! Two versions are read ([`v1`], [`v2`]) and the second is written (ruling 12). What is inside is
//! bytes here; what a config means is the business of others.
//!
//! Neither version gives forward secrecy: whoever gets a recipient's private key later can open
//! every file that was ever sealed to it. Nothing here knows whose keys these are, and nothing
//! remembers what was opened before; callers decide about trust, and keep [`Opened::digest`].

pub mod v1;

pub mod v2;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::hpke::HpkeError;
use crate::keys::PrivateKey;

/// Far more than a config with its secrets has, for every recipient; something else must not fill the memory.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most recipients of one file.
pub const RECIPIENTS_MAX: usize = 256;

/// The longest text of a header, in bytes: an email address has at most 254 (RFC 5321 §4.5.3).
pub const LABEL_BYTES_MAX: usize = 320;

/// Why a config cannot be shared, or a shared one not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// Much larger than a shared config can be.
    #[error("the shared config has more than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// The file ends before its JSON does, or is empty.
    #[error("the shared config is cut off")]
    Truncated,
    /// The file is not JSON at all.
    #[error("the file is not a shared config: it is not JSON")]
    NotJson {
        /// Where it stops being JSON.
        #[source]
        source: serde_json::Error,
    },
    /// JSON, but not a shared config.
    #[error("the file is not a shared config: {what}")]
    Malformed {
        /// What is missing or wrong.
        what: String,
    },
    /// A version that this program does not know.
    #[error("the shared config has version {found}; this noorm reads 1 and 2")]
    UnknownVersion {
        /// The version of the file.
        found: u64,
    },
    /// It is sealed to others.
    #[error("the shared config is not for you: it is for {}", list_of(recipients))]
    NotForMe {
        /// Those whom it is for, as the file says.
        recipients: Vec<String>,
    },
    /// It is for this key, and it is not what was sealed.
    #[error("the shared config was altered: authentication failed")]
    Altered,
    /// A file of version 1 does not tell a wrong key from an altered file.
    #[error("the shared config does not open with your key: it is for `{recipient}`, or it was altered")]
    Unopened {
        /// Whom it is for, as the file says.
        recipient: String,
    },
    /// A key in it keeps nothing secret.
    #[error("the {role} key of the shared config is a low-order point, which keeps nothing secret")]
    LowOrder {
        /// "recipient", "sender" or "ephemeral".
        role: &'static str,
    },
    /// A text of the header that cannot be written.
    #[error("the {field} of a shared config is empty, too long or has control characters")]
    Label {
        /// "sender", "recipient" or "instant".
        field: &'static str,
    },
    /// Nobody, too many, or somebody twice.
    #[error("a shared config has between 1 and {RECIPIENTS_MAX} recipients, each of them once")]
    Recipients,
    /// It could not be sealed.
    #[error(transparent)]
    Seal(HpkeError),
}

impl ShareError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::TooLarge | Self::NotJson { .. } | Self::Malformed { .. } => {
                Some("name a file that `noorm config export` wrote; its name ends in `.noorm.enc`")
            }
            Self::Truncated => Some("copy the file again; a part of it got lost on its way"),
            Self::UnknownVersion { .. } => Some("update noorm, or ask the sender for a version that this one reads"),
            Self::NotForMe { .. } => {
                Some("send the sender what `noorm identity export` prints, and ask for the config again")
            }
            Self::Altered | Self::Unopened { .. } => Some("do not use it; ask the sender for it again"),
            Self::LowOrder { .. } => Some("do not use it: no program makes such a key by accident"),
            Self::Label { .. } => Some("names and addresses in it are printable text"),
            Self::Recipients => Some("name each recipient once"),
            Self::Seal(error) => error.hint(),
        }
    }
}

impl From<HpkeError> for ShareError {
    fn from(error: HpkeError) -> Self {
        match error {
            HpkeError::LowOrder { role } => Self::LowOrder { role },
            HpkeError::NotAuthentic => Self::Altered,
            HpkeError::TooLarge | HpkeError::Random(_) => Self::Seal(error),
        }
    }
}

/// A shared config that was read and not yet opened: nothing in it is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharedConfig {
    /// Of the TypeScript original: its sender is not proven.
    V1(v1::SharedConfigV1),
    /// Of this program: its sender is proven by the sender's key.
    V2(v2::SharedConfigV2),
}

/// What was in a shared config.
pub struct Opened {
    /// The contents, in memory that is wiped.
    pub contents: Zeroizing<Vec<u8>>,
    /// SHA-256 in hex over what was authenticated. A file that comes a second time has the same one, however it was
    /// reformatted or whatever else was put into it.
    pub digest: String,
}

impl SharedConfig {
    /// Reads a file's bytes, down to the fields; nothing is decrypted or believed yet.
    ///
    /// # Errors
    /// A file that is too large, truncated, not JSON, of an unknown version, or malformed.
    pub fn parse(bytes: &[u8]) -> Result<Self, ShareError> {
        #[derive(Deserialize)]
        struct AnyVersion {
            version: u64,
        }
        if bytes.len() > FILE_BYTES_MAX {
            return Err(ShareError::TooLarge);
        }
        match serde_json::from_slice::<AnyVersion>(bytes).map_err(json_error)?.version {
            1 => v1::SharedConfigV1::parse(bytes).map(Self::V1),
            2 => v2::SharedConfigV2::parse(bytes).map(Self::V2),
            found => Err(ShareError::UnknownVersion { found }),
        }
    }

    /// Opens it with the one of `keys` that it is sealed to.
    ///
    /// # Errors
    /// A file for others, an altered one, or one with a low-order key.
    pub fn open(&self, keys: &[PrivateKey]) -> Result<Opened, ShareError> {
        match self {
            Self::V1(shared) => shared.open(keys),
            Self::V2(shared) => shared.open(keys),
        }
    }

    /// Returns the sender's email address as the file has it; only version 2 authenticates it.
    #[must_use]
    pub fn sender(&self) -> &str {
        match self {
            Self::V1(shared) => &shared.sender,
            Self::V2(shared) => &shared.sender,
        }
    }
}

/// Tells a file that ends too early from one that is something else.
fn json_error(error: serde_json::Error) -> ShareError {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => ShareError::Truncated,
        Category::Data => ShareError::Malformed { what: error.to_string() },
        Category::Syntax | Category::Io => ShareError::NotJson { source: error },
    }
}

/// Whether a text may stand in a header, and on a terminal.
fn is_label(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LABEL_BYTES_MAX && !text.chars().any(char::is_control)
}

fn checked_label(text: &str, field: &'static str) -> Result<(), ShareError> {
    if is_label(text) { Ok(()) } else { Err(ShareError::Label { field }) }
}

/// Decodes a field of known length.
fn fixed<const N: usize>(name: &str, text: &str) -> Result<[u8; N], ShareError> {
    let mut bytes = [0u8; N];
    hex::decode_to_slice(text, &mut bytes)
        .map_err(|_| ShareError::Malformed { what: format!("`{name}` is not {N} bytes in hexadecimal") })?;
    Ok(bytes)
}

fn decoded(name: &str, text: &str) -> Result<Vec<u8>, ShareError> {
    hex::decode(text).map_err(|_| ShareError::Malformed { what: format!("`{name}` is not hexadecimal") })
}

fn list_of(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
