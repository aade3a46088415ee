//! A recipient's own copy of a vault, in the sealed state: what templates see, and what is remembered
//! so that an older vault is noticed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::secret_text::SecretText;

/// The copy of one database's vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalVault {
    /// The random name of the vault.
    pub vault_id: String,
    /// The highest version of the vault that was seen. The copy holds everything of it but what was refused.
    pub version: u64,
    /// Instant of the last synchronisation in ISO form.
    pub synced_at: String,
    /// The values, by key.
    #[serde(default)]
    pub secrets: BTreeMap<String, LocalSecret>,
    /// The keys whose rows were refused, with the highest version of the vault that had nothing of them that is not here.
    #[serde(default)]
    pub refused: BTreeMap<String, u64>,
    /// Fields that a newer version wrote; they are kept.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A value in the copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalSecret {
    /// The value.
    pub value: SecretText,
    /// Which value of the key it is, counted from 1.
    pub key_version: u64,
    /// The vault's version when its row was written.
    pub vault_version: u64,
    /// Identity hash of who sealed it.
    pub sender_hash: String,
    /// Fields that a newer version wrote; they are kept.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
