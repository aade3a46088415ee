//! Decides what of a database's rows becomes part of a recipient's own copy.
//!
//! Pure: rows and copy in, copy out. A row is taken only if it opens as what it says it is, its
//! sender is trusted, and nothing newer of it was seen before. Whatever is refused leaves the copy's
//! value as it was and is remembered: the copy does not count as current, and a row that was there at
//! that time may still be taken, once its sender is trusted.

use std::collections::BTreeMap;

use super::local::{LocalSecret, LocalVault};
use super::value::{Header, ValueError, open_value};
use crate::hpke::HpkeError;
use crate::keys::{PrivateKey, PublicKey};
use crate::secret_text::SecretText;

/// A row of one recipient's, as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The value's key.
    pub key: String,
    /// Which public key of the recipient's it was sealed to, in hex. A hint.
    pub recipient_key: String,
    /// Identity hash of who sealed it.
    pub sender_hash: String,
    /// The public key of who sealed it, in hex.
    pub sender_key: String,
    /// Which value of the key it is.
    pub key_version: u64,
    /// The vault's version when it was written.
    pub vault_version: u64,
    /// The sealed value.
    pub encrypted_value: String,
}

/// A vault as it was at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The vault's random name and its version; `None` where there is no vault.
    pub vault: Option<(String, u64)>,
    /// The rows of the reader.
    pub rows: Vec<Row>,
    /// The highest `key_version` of each key, over the rows of everybody.
    pub newest: BTreeMap<String, u64>,
}

/// Who reads.
pub struct Reader<'a> {
    /// Identity hash.
    pub hash: &'a str,
    /// Private keys: the current one, then those before it.
    pub keys: &'a [PrivateKey],
    /// Whether a public key is known to belong to the identity with that hash.
    pub is_trusted: &'a dyn Fn(&str, &PublicKey) -> bool,
}

/// The database has another vault, or an older one, than the copy was made of. Nobody but who
/// restored a backup can tell whether that is well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rollback {
    /// A lower version.
    #[error("the vault has gone back from version {seen} to version {found}")]
    Behind {
        /// The database's.
        found: u64,
        /// The copy's.
        seen: u64,
    },
    /// Another vault stands in its place.
    #[error("the vault that was synchronised before is not the one in the database")]
    Replaced,
    /// There is none any more.
    #[error("the vault that was synchronised before is gone from the database")]
    Gone,
}

/// Why a row is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It does not open as what it says it is.
    #[error("the row is not what it says it is")]
    Value(#[source] ValueError),
    /// Nobody vouches for the key of its sender.
    #[error("it was sealed with a key that is not known to be the sender's")]
    UntrustedSender {
        /// Identity hash of the sender, as the row says.
        sender_hash: String,
        /// The key, in hex.
        sender_key: String,
    },
    /// It was sealed to a key that the reader does not have.
    #[error("it was sealed to another key than those of yours on this machine")]
    OtherKey,
    /// It is older than what was seen, or one that was gone.
    #[error("it is of version {found}, and the vault was seen at version {seen} with another or none in its place")]
    Older {
        /// The row's version of the vault.
        found: u64,
        /// The highest version that was seen.
        seen: u64,
    },
    /// It is newer than the vault says it is itself.
    #[error("it is of version {found}, and the vault is at version {vault}")]
    Ahead {
        /// The row's version of the vault.
        found: u64,
        /// The vault's.
        vault: u64,
    },
    /// Others have a newer value.
    #[error("it is value {found} of its key, and others have value {newest}")]
    Withheld {
        /// Which value the row has.
        found: u64,
        /// Which one others have.
        newest: u64,
    },
}

impl Refusal {
    /// Whether somebody must have changed rows by hand: no use of noorm leads there.
    #[must_use]
    pub fn is_tampering(&self) -> bool {
        !matches!(self, Self::UntrustedSender { .. } | Self::OtherKey | Self::Value(ValueError::Newer { .. }))
    }
}

/// What became of a key.
#[derive(Debug)]
pub enum Change {
    /// It is new in the copy.
    Added,
    /// The copy had an older value.
    Updated,
    /// The copy had it already.
    Unchanged,
    /// It is gone from the vault, or the reader is no recipient any more.
    Removed,
    /// It is not taken.
    Refused(Refusal),
}

/// The copy as it should be now, and how it came about.
#[derive(Debug)]
pub struct Synced {
    /// The copy; `None` where there is no vault.
    pub local: Option<LocalVault>,
    /// Every key that is, or was, the reader's.
    pub changes: BTreeMap<String, Change>,
}

/// Brings a copy up to date. `local` is the copy so far; pass none to accept a vault whatever was
/// seen before. `now` is the instant of it.
///
/// # Errors
/// [`Rollback`]; nothing of the rows is looked at then.
pub fn sync(
    snapshot: &Snapshot,
    local: Option<&LocalVault>,
    reader: &Reader<'_>,
    now: &str,
) -> Result<Synced, Rollback> {
    let Some((vault_id, version)) = &snapshot.vault else {
        return match local {
            Some(_) => Err(Rollback::Gone),
            None => Ok(Synced { local: None, changes: BTreeMap::new() }),
        };
    };
    check(vault_id, *version, local)?;
    let former = local.map(|local| &local.secrets);
    let mut secrets = BTreeMap::new();
    let mut changes = BTreeMap::new();
    for row in &snapshot.rows {
        let known = former.and_then(|former| former.get(&row.key));
        let change = match take(row, snapshot, local, reader) {
            Ok(value) => {
                let change = match known {
                    None => Change::Added,
                    Some(known) if known.value == value => Change::Unchanged,
                    Some(_) => Change::Updated,
                };
                secrets.insert(row.key.clone(), entry(row, value, known));
                change
            }
            Err(refusal) => {
                secrets.extend(known.map(|known| (row.key.clone(), known.clone())));
                Change::Refused(refusal)
            }
        };
        changes.insert(row.key.clone(), change);
    }
    let gone = former.into_iter().flatten().filter(|(key, _)| !changes.contains_key(*key));
    let gone: Vec<String> = gone.map(|(key, _)| key.clone()).collect();
    changes.extend(gone.into_iter().map(|key| (key, Change::Removed)));
    let refused = changes.iter().filter(|(_, change)| matches!(change, Change::Refused(_)));
    let refused = refused.map(|(key, _)| (key.clone(), seen_whole(key, local))).collect();
    let local = LocalVault {
        vault_id: vault_id.clone(),
        version: *version,
        synced_at: now.to_owned(),
        secrets,
        refused,
        other: local.map(|local| local.other.clone()).unwrap_or_default(),
    };
    Ok(Synced { local: Some(local), changes })
}

/// Compares a vault with what a copy remembers of it.
///
/// # Errors
/// [`Rollback`], if it is another one or an older one.
pub fn check(vault_id: &str, version: u64, local: Option<&LocalVault>) -> Result<(), Rollback> {
    match local {
        Some(local) if local.vault_id != vault_id => Err(Rollback::Replaced),
        Some(local) if local.version > version => Err(Rollback::Behind { found: version, seen: local.version }),
        _ => Ok(()),
    }
}

/// Returns the highest version of a vault of which a copy has everything under a key.
fn seen_whole(key: &str, local: Option<&LocalVault>) -> u64 {
    local.map_or(0, |local| local.refused.get(key).copied().unwrap_or(local.version))
}

/// Opens a row, if it may be taken.
fn take(
    row: &Row,
    snapshot: &Snapshot,
    local: Option<&LocalVault>,
    reader: &Reader<'_>,
) -> Result<SecretText, Refusal> {
    let (vault_id, vault) = snapshot.vault.as_ref().map_or(("", 0), |(id, version)| (id.as_str(), *version));
    let found = row.vault_version;
    if found > vault {
        return Err(Refusal::Ahead { found, vault });
    }
    let known = local.and_then(|local| local.secrets.get(&row.key));
    let seen = seen_whole(&row.key, local);
    let known_version = known.map_or(0, |known| known.vault_version);
    // At a version that was seen whole there was exactly what the copy has.
    if (found <= seen && found != known_version) || found < known_version {
        return Err(Refusal::Older { found, seen: seen.max(known_version) });
    }
    let newest = snapshot.newest.get(&row.key).copied().unwrap_or(0);
    if row.key_version < newest {
        return Err(Refusal::Withheld { found: row.key_version, newest });
    }
    match open(row, vault_id, reader) {
        // A key that was lost since does not take what was read before.
        Err(Refusal::OtherKey) if known.is_some() && found == known_version => {
            Ok(known.map(|known| known.value.clone()).unwrap_or_else(|| SecretText::from("")))
        }
        opened => opened,
    }
}

/// Opens a row with whichever key of the reader's it was sealed to, and asks whether its sender is trusted.
///
/// # Errors
/// [`Refusal`], apart from those that compare it with other rows.
pub fn open(row: &Row, vault_id: &str, reader: &Reader<'_>) -> Result<SecretText, Refusal> {
    let header = Header {
        vault_id,
        key: &row.key,
        recipient_hash: reader.hash,
        sender_hash: &row.sender_hash,
        key_version: row.key_version,
        vault_version: row.vault_version,
    };
    let sender = PublicKey::from_hex(&row.sender_key).map_err(|_| Refusal::Value(ValueError::Malformed))?;
    let mut last = None;
    for key in reader.keys {
        match open_value(&header, &sender, key, &row.encrypted_value) {
            Ok(_) if !(reader.is_trusted)(&row.sender_hash, &sender) => {
                let (sender_hash, sender_key) = (row.sender_hash.clone(), row.sender_key.clone());
                return Err(Refusal::UntrustedSender { sender_hash, sender_key });
            }
            Ok(value) => return Ok(value),
            Err(error) => last = Some(error),
        }
    }
    let is_mine = |key: &PrivateKey| key.public_key().to_hex() == row.recipient_key;
    match last {
        Some(ValueError::Hpke(HpkeError::NotAuthentic)) if !reader.keys.iter().any(is_mine) => Err(Refusal::OtherKey),
        Some(error) => Err(Refusal::Value(error)),
        None => Err(Refusal::OtherKey),
    }
}

fn entry(row: &Row, value: SecretText, known: Option<&LocalSecret>) -> LocalSecret {
    LocalSecret {
        value,
        key_version: row.key_version,
        vault_version: row.vault_version,
        sender_hash: row.sender_hash.clone(),
        other: known.map(|known| known.other.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
