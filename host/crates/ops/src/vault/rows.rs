//! Reads the vault as it is at one instant.

use std::collections::BTreeMap;

use noorm_vault::team::{Row, Snapshot};

use crate::session::{Session, SessionError};
use crate::tracker::rows::{Reader, query, read};

/// How often the vault is read again that somebody changed in the meantime.
const TRIES_MAX: usize = 5;

/// What is told of a value and one of its recipients, besides the value.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) key: String,
    pub(super) recipient_hash: String,
    pub(super) recipient_key: String,
    pub(super) sender_hash: String,
    pub(super) sender_key: String,
    pub(super) key_version: u64,
    pub(super) vault_version: u64,
    pub(super) created_at: String,
}

/// A vault.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Its random name and its version; `None` where there is none.
    pub(super) vault: Option<(String, u64)>,
    /// The rows of everybody, by key and recipient.
    pub(super) listed: Vec<Listed>,
    /// The rows of one reader.
    pub(super) rows: Vec<Row>,
}

impl Seen {
    /// Reads it. A change in the middle shows in the version, and it is read again.
    pub(super) async fn look(session: &mut Session, reader: &str) -> Result<Self, SessionError> {
        let mut before = vault(session).await?;
        for _ in 0..TRIES_MAX {
            let found = query(session, "secret-list", &[]).await?;
            let listed = read(session, "secret-list", &found, listed)?;
            let rows = rows_of(session, reader).await?;
            let after = vault(session).await?;
            if before == after {
                return Ok(Self { vault: before, listed, rows });
            }
            before = after;
        }
        Err(session.wrong("vault", "the vault does not stop changing"))
    }

    /// Returns what a copy is compared with.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot { vault: self.vault.clone(), rows: self.rows.clone(), newest: self.newest() }
    }

    /// Returns the highest `key_version` of each key.
    pub(super) fn newest(&self) -> BTreeMap<String, u64> {
        let mut newest = BTreeMap::new();
        for row in &self.listed {
            let version = newest.entry(row.key.clone()).or_insert(row.key_version);
            *version = row.key_version.max(*version);
        }
        newest
    }

    /// Returns the rows of one key.
    pub(super) fn of_key<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Listed> {
        self.listed.iter().filter(move |row| row.key == key)
    }
}

/// Returns the rows of one recipient, with their sealed values.
pub(super) async fn rows_of(session: &mut Session, recipient: &str) -> Result<Vec<Row>, SessionError> {
    let found = query(session, "secret-of", &[("recipient_hash", recipient.into())]).await?;
    read(session, "secret-of", &found, row)
}

/// Returns the vault's random name and its version.
async fn vault(session: &mut Session) -> Result<Option<(String, u64)>, SessionError> {
    let found = query(session, "vault", &[]).await?;
    let vaults = read(session, "vault", &found, |row| Ok((row.text("vault_id")?, row.count("version")?)))?;
    Ok(vaults.into_iter().next())
}

fn listed(row: &Reader<'_>) -> Result<Listed, String> {
    Ok(Listed {
        key: row.text("key")?,
        recipient_hash: row.text("recipient_hash")?,
        recipient_key: row.text("recipient_key")?,
        sender_hash: row.text("sender_hash")?,
        sender_key: row.text("sender_key")?,
        key_version: row.count("key_version")?,
        vault_version: row.count("vault_version")?,
        created_at: row.text("created_at")?,
    })
}

fn row(row: &Reader<'_>) -> Result<Row, String> {
    Ok(Row {
        key: row.text("key")?,
        recipient_key: row.text("recipient_key")?,
        sender_hash: row.text("sender_hash")?,
        sender_key: row.text("sender_key")?,
        key_version: row.count("key_version")?,
        vault_version: row.count("vault_version")?,
        encrypted_value: row.text("encrypted_value")?,
    })
}
