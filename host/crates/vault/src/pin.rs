//! What a user decided about others' keys, and which shared configs came already.
//!
//! A row of a database is a hint; a pin is trust (ruling 13): somebody said that this key is that
//! person's. Pins live in the sealed state, so that nobody else can add one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::keys::PublicKey;

/// A public key that is known to be somebody's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    /// Email address of its owner, or another name for people.
    pub email: String,
    /// Display name of its owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The identity that has the key: a person on a machine. `None` where only the key is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_hash: Option<String>,
    /// X25519 public key.
    pub public_key: PublicKey,
    /// Whether the fingerprint was compared; else it was taken at its first use.
    #[serde(default)]
    pub verified: bool,
    /// Instant of the pinning in ISO form.
    pub pinned_at: String,
    /// Fields that a newer version wrote; they are kept.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A shared config that was imported: a second time it is a replay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedShare {
    /// SHA-256 in hex over what was authenticated ([`crate::share::Opened::digest`]).
    pub digest: String,
    /// The config that it became.
    pub config: String,
    /// Instant of the import in ISO form.
    pub imported_at: String,
    /// Fields that a newer version wrote; they are kept.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
