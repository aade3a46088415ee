//! Somebody else, with a public key, and how that key stands.

use noorm_vault::PublicKey;
use noorm_vault::fingerprint::fingerprint;
use serde::Serialize;

/// Returns the words of a key, which people compare.
pub fn words(key: &PublicKey) -> String {
    fingerprint(key).to_string()
}

/// How a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Pinned, and its words were compared.
    Verified,
    /// Pinned at its first use.
    Pinned,
    /// In the team's file.
    Team,
    /// Nobody said whose it is.
    Unknown,
    /// Another key is trusted for the same person.
    Changed,
}

impl Standing {
    /// Whether something may be sealed to it, or believed from it, without asking.
    pub fn is_trusted(self) -> bool {
        self <= Self::Team
    }

    /// Returns the word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Pinned => "pinned",
            Self::Team => "team",
            Self::Unknown => "unknown",
            Self::Changed => "changed",
        }
    }
}

/// Somebody with a key. Names come from databases and files: they are made printable, and prove nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Acquaintance {
    /// Email address, or another name for people.
    pub email: String,
    /// Display name.
    pub name: Option<String>,
    /// The identity that has the key, where it is known.
    pub identity_hash: Option<String>,
    /// X25519 public key.
    pub public_key: PublicKey,
    /// The words of the key.
    pub fingerprint: String,
    /// How the key stands.
    pub standing: Standing,
}

impl Acquaintance {
    /// Makes one whose key nobody has vouched for.
    pub(crate) fn new(email: &str, name: Option<&str>, identity_hash: Option<&str>, public_key: PublicKey) -> Self {
        Self {
            email: printable(email),
            name: name.map(printable).filter(|name| !name.is_empty()),
            identity_hash: identity_hash.map(printable),
            public_key,
            fingerprint: words(&public_key),
            standing: Standing::Unknown,
        }
    }

    /// Whether somebody may mean this one by a text: email, name, identity hash (or its start) or public key.
    pub(crate) fn is_called(&self, query: &str) -> bool {
        let is_start = |hash: &String| query.len() >= HASH_DIGITS_MIN && hash.starts_with(&query.to_lowercase());
        let is_name = |name: &String| name.to_lowercase() == query.to_lowercase();
        self.has_email(query)
            || self.name.as_ref().is_some_and(is_name)
            || self.identity_hash.as_ref().is_some_and(is_start)
            || PublicKey::from_hex(query).is_ok_and(|key| key == self.public_key)
    }

    /// Whether it is the same address; letter case does not matter in practice (RFC 5321 §2.4 leaves it open).
    pub(super) fn has_email(&self, email: &str) -> bool {
        self.email.to_lowercase() == email.to_lowercase()
    }

    /// Returns a line for a list: who, and the words.
    pub(super) fn line(&self) -> String {
        format!("`{}` with \"{}\"", self.email, self.fingerprint)
    }
}

/// The fewest digits of an identity hash that name it.
const HASH_DIGITS_MIN: usize = 8;

fn printable(text: &str) -> String {
    text.trim().chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
