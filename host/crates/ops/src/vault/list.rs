//! `vault list` and `vault recipients`: what is in the vault, who set it and who can read it. Nothing is decrypted.

use serde::Serialize;

use super::change::unknown;
use super::people::Who;
use super::rows::Listed;
use super::{Desk, VaultError, Workbench, look};

/// What is in the vault.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultList {
    /// The vault's version; 0 without one.
    pub version: u64,
    /// The version that the user's own copy was made of; 0 without one.
    pub local_version: u64,
    /// Whether the copy is what the vault has.
    pub is_current: bool,
    /// The values, by key.
    pub keys: Vec<KeyView>,
}

/// A value, without the value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    /// Its key.
    pub key: String,
    /// Which value of the key it is, counted from 1.
    pub key_version: u64,
    /// When it was last sealed to somebody, UTC.
    pub set_at: String,
    /// Who did that, as the row says.
    pub set_by: Who,
    /// Who can read it.
    pub recipients: Vec<RecipientView>,
    /// Whether the user can.
    pub can_read: bool,
    /// What the user's own copy has of it.
    pub local: Local,
}

/// Somebody who can read a value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecipientView {
    /// Who.
    #[serde(flatten)]
    pub who: Who,
    /// Whether it was sealed to another key than the one that is trusted now.
    pub has_former_key: bool,
    /// Whether others have a newer value.
    pub is_behind: bool,
}

/// What a copy has of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Local {
    /// The same value.
    Current,
    /// Another value.
    Stale,
    /// Nothing.
    Missing,
}

/// Lists the vault, or one key of it.
pub async fn list(bench: &Workbench, only: Option<&str>) -> Result<VaultList, VaultError> {
    let desk = Desk::open(bench)?;
    let seen = look(bench, &desk).await?;
    let newest = seen.newest();
    if let Some(key) = only.filter(|key| !newest.contains_key(*key)) {
        return Err(unknown(key, &newest));
    }
    let keys = newest.iter().filter(|(key, _)| only.is_none_or(|only| only == *key));
    let keys: Vec<KeyView> = keys.map(|(key, version)| view(&desk, seen.of_key(key).collect(), *version)).collect();
    let version = seen.vault.as_ref().map_or(0, |(_, version)| *version);
    let local = desk.local.as_ref();
    let local_version = local.map_or(0, |local| local.version);
    let is_same = seen.vault.as_ref().map(|(id, _)| id) == local.map(|local| &local.vault_id);
    let has_nothing = seen.rows.is_empty() && local.is_none_or(|local| local.secrets.is_empty());
    let is_whole = local.is_none_or(|local| local.refused.is_empty());
    let is_current = (is_same && version == local_version && is_whole) || has_nothing;
    Ok(VaultList { version, local_version, is_current, keys })
}

fn view(desk: &Desk, rows: Vec<&Listed>, key_version: u64) -> KeyView {
    let people = &desk.people;
    let recipient = |row: &&Listed| {
        let who = people.who(&row.recipient_hash, &row.recipient_key);
        let current = people.current(&row.recipient_hash).ok().flatten();
        RecipientView {
            who,
            has_former_key: current.is_some_and(|current| current.key.to_hex() != row.recipient_key),
            is_behind: row.key_version < key_version,
        }
    };
    // A key has at least one row, or it would not be known.
    let last = rows.iter().max_by_key(|row| row.vault_version);
    let mine = rows.iter().find(|row| row.recipient_hash == people.own.hash);
    let key = last.map(|row| row.key.clone()).unwrap_or_default();
    let copy = desk.local.as_ref().and_then(|local| local.secrets.get(&key));
    KeyView {
        key_version,
        set_at: last.map(|row| row.created_at.clone()).unwrap_or_default(),
        set_by: last.map_or_else(|| people.who("", ""), |row| people.who(&row.sender_hash, &row.sender_key)),
        recipients: rows.iter().map(recipient).collect(),
        can_read: mine.is_some(),
        local: match (copy, mine) {
            (Some(copy), Some(mine)) if copy.vault_version == mine.vault_version => Local::Current,
            (Some(_), _) => Local::Stale,
            (None, _) => Local::Missing,
        },
        key,
    }
}
