//! Who a person is to noorm: name, email, machine, system and public key, and the hash over them.
//!
//! The same person on two machines is two identities with two keys. The hash is a name for an
//! identity, not a proof: whoever knows the four fields can compute it. Fields and hash are those
//! of the TypeScript original, so its `identity.json` and its rows keep their meaning; it wrote
//! the public key in DER form, which is read, and is written back as raw hex.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::atomic::write_atomic;
use crate::keys::PublicKey;
use crate::os::Host;
use crate::private_file;

/// Why an identity cannot be made, read or written.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A field is empty.
    #[error("the {field} of an identity is empty")]
    Empty {
        /// Which one.
        field: &'static str,
    },
    /// A field has a control character; the hash separates fields with one.
    #[error("the {field} of an identity has a control character")]
    ControlCharacter {
        /// Which one.
        field: &'static str,
    },
    /// The file is not an identity.
    #[error("`{}` is not an identity", path.display())]
    Malformed {
        /// The identity file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The fields were edited after the hash was computed, or the other way round.
    #[error("the identity hash in `{}` does not belong to its fields", path.display())]
    HashMismatch {
        /// The identity file.
        path: PathBuf,
        /// The hash that belongs to the fields.
        expected: String,
    },
    /// The hash of an identity that is in no file of ours, such as a row, does not belong to its fields.
    #[error("the identity hash does not belong to name, email, machine and system")]
    Forged {
        /// The hash that belongs to the fields.
        expected: String,
    },
    /// The operating system refused.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// "read" or "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl IdentityError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty { field } | Self::ControlCharacter { field } => {
                Some(format!("give a {field} of printable text"))
            }
            Self::Malformed { path, .. } => {
                Some(format!("restore `{}`, or remove it: the key beside it is what states depend on", path.display()))
            }
            Self::HashMismatch { expected, .. } => {
                Some(format!("undo the edit, or set `identityHash` to `{expected}` if the fields are as you want them"))
            }
            Self::Forged { .. } => {
                Some("ask its owner for `noorm identity export` over a way that you trust".to_owned())
            }
            Self::Io { .. } => None,
        }
    }
}

/// The two fields of an identity that a person chooses.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Display name.
    pub name: &'a str,
    /// Email address.
    pub email: &'a str,
}

/// A person on a machine, with the public key that others seal shared configs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// SHA-256 over email, name, machine and system; see [`identity_hash`].
    pub identity_hash: String,
    /// Display name, for example `Alice Smith`.
    pub name: String,
    /// Email address.
    pub email: String,
    /// X25519 public key.
    pub public_key: PublicKey,
    /// Host name of the machine.
    pub machine: String,
    /// Platform and version of the machine's system.
    pub os: String,
    /// Instant of creation in ISO form, as the caller's clock had it.
    pub created_at: String,
    /// Fields that a newer version wrote; they are kept.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl Identity {
    /// Makes an identity; name, email and machine are trimmed, as the original did.
    ///
    /// # Errors
    /// A field that is empty or has a control character.
    pub fn new(
        person: Person<'_>,
        host: &Host,
        public_key: PublicKey,
        created_at: impl Into<String>,
    ) -> Result<Self, IdentityError> {
        let email = checked("email", person.email)?;
        let name = checked("name", person.name)?;
        let machine = checked("machine", &host.machine)?;
        let os = checked("os", &host.os)?;
        Ok(Self {
            identity_hash: identity_hash(email, name, machine, os),
            name: name.to_owned(),
            email: email.to_owned(),
            public_key,
            machine: machine.to_owned(),
            os: os.to_owned(),
            created_at: created_at.into(),
            other: serde_json::Map::new(),
        })
    }

    /// Checks that the hash belongs to the fields, and that they are texts to be shown; it says nothing about who wrote them.
    ///
    /// # Errors
    /// [`IdentityError::Forged`] with the hash that would belong to them, or [`IdentityError::ControlCharacter`].
    pub fn verify(&self) -> Result<(), IdentityError> {
        printable([("email", &self.email), ("name", &self.name), ("machine", &self.machine), ("os", &self.os)])?;
        let expected = identity_hash(&self.email, &self.name, &self.machine, &self.os);
        if self.identity_hash == expected { Ok(()) } else { Err(IdentityError::Forged { expected }) }
    }
}

/// Returns SHA-256 over the four fields, separated by NUL, as lower-case hex.
///
/// It takes the fields as they are: [`Identity::new`] trims and checks them.
#[must_use]
pub fn identity_hash(email: &str, name: &str, machine: &str, os: &str) -> String {
    hex::encode(Sha256::digest([email, name, machine, os].join("\0")))
}

fn checked<'a>(field: &'static str, text: &'a str) -> Result<&'a str, IdentityError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(IdentityError::Empty { field });
    }
    printable([(field, text)])?;
    Ok(text)
}

/// Refuses control characters: a NUL inside a field would let two different identities have one hash, and an escape would
/// write on the terminal as it likes.
pub(crate) fn printable<const N: usize>(fields: [(&'static str, &str); N]) -> Result<(), IdentityError> {
    match fields.into_iter().find(|(_, text)| text.chars().any(char::is_control)) {
        Some((field, _)) => Err(IdentityError::ControlCharacter { field }),
        None => Ok(()),
    }
}

/// The file `identity.json` that keeps an identity for all projects of a person.
#[derive(Clone, Debug)]
pub struct IdentityFile {
    path: PathBuf,
}

impl IdentityFile {
    /// Uses `.noorm/identity.json` of a home folder.
    #[must_use]
    pub fn in_home(home: &Path) -> Self {
        Self { path: home.join(".noorm").join("identity.json") }
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the identity; `None` when there is no file.
    ///
    /// # Errors
    /// A file that is no identity, or whose hash does not belong to its fields.
    pub fn load(&self) -> Result<Option<Identity>, IdentityError> {
        let path = self.path.clone();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(IdentityError::Io { action: "read", path, source }),
        };
        let identity: Identity = match serde_json::from_str(&text) {
            Ok(identity) => identity,
            Err(source) => return Err(IdentityError::Malformed { path, source }),
        };
        match identity.verify() {
            Ok(()) => Ok(Some(identity)),
            Err(IdentityError::Forged { expected }) => Err(IdentityError::HashMismatch { path, expected }),
            Err(error) => Err(error),
        }
    }

    /// Writes the identity, replacing the one that is there.
    ///
    /// # Errors
    /// The operating system's.
    pub fn save(&self, identity: &Identity) -> Result<(), IdentityError> {
        let mut text = serde_json::to_string_pretty(identity).expect("an identity has only string keys");
        text.push('\n');
        let folder = self.path.parent().expect("the path ends in .noorm/identity.json");
        private_file::create_folder(folder)
            .and_then(|()| write_atomic(&self.path, text.as_bytes(), 0o644))
            .map_err(|source| IdentityError::Io { action: "write", path: self.path.clone(), source })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
