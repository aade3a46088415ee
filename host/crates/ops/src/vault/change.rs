//! Changes the vault: under noorm's lock, in one transaction, with a version of its own.

use std::collections::BTreeMap;

use noorm_core::event::{Event, Listener};
use noorm_core::secret::Secret;
use noorm_core::similar::closest;
use noorm_core::value::Scalar;
use noorm_plugin_host::Dialect;
use noorm_vault::SecretText;
use noorm_vault::team::{self, Change, Header, Synced};

use super::people::Recipient;
use super::rows::Seen;
use super::{Desk, VaultError, sync};
use crate::cancel::Cancel;
use crate::session::{Own, Session, SessionError};
use crate::turn::Turn;
use crate::workbench::Workbench;

/// One part of a change.
pub(super) enum Edit {
    /// Seals a value to somebody.
    Insert { key: String, recipient: Recipient, value: SecretText, key_version: u64 },
    /// Removes a value, for everybody.
    Remove { key: String },
    /// Removes one recipient of a value.
    RemoveOf { key: String, hash: String },
}

/// What the decision about a change is made of.
pub(super) struct Situation<'a> {
    pub(super) bench: &'a Workbench,
    pub(super) desk: &'a Desk,
    pub(super) seen: &'a Seen,
    /// What the user can read.
    synced: Synced,
}

impl Situation<'_> {
    /// Returns the value of a key, `None` if the user is no recipient of it. A row that is refused is an error.
    pub(super) fn value(&mut self, key: &str) -> Result<Option<SecretText>, VaultError> {
        match self.synced.changes.remove(key) {
            Some(Change::Refused(source)) => Err(VaultError::Refused { key: key.to_owned(), source }),
            Some(Change::Added | Change::Updated | Change::Unchanged) => {
                let secrets = self.synced.local.as_ref().map(|local| &local.secrets);
                Ok(secrets.and_then(|secrets| secrets.get(key)).map(|secret| secret.value.clone()))
            }
            Some(Change::Removed) | None => Ok(None),
        }
    }

    /// Returns the keys that there are; those that are asked for, if any are.
    pub(super) fn keys(&self, asked: &[String]) -> Result<Vec<String>, VaultError> {
        let known = self.seen.newest();
        if asked.is_empty() {
            return Ok(known.into_keys().collect());
        }
        match asked.iter().find(|key| !known.contains_key(*key)) {
            Some(key) => Err(unknown(key, &known)),
            None => Ok(asked.to_vec()),
        }
    }
}

/// Returns the error that there is no such key.
pub(super) fn unknown(key: &str, known: &BTreeMap<String, u64>) -> VaultError {
    let similar = closest(key, known.keys().map(String::as_str)).map(str::to_owned);
    VaultError::Unknown { key: key.to_owned(), similar }
}

/// What is changed, and what is told of it.
pub(super) type Decided<T> = Result<(Vec<Edit>, T), VaultError>;

/// Decides about a change, and carries it out; returns the vault's version afterwards. Where there is nothing to change
/// nothing is written.
pub(super) async fn change<T>(
    bench: &Workbench,
    reason: &str,
    cancel: &Cancel,
    listener: Listener<'_>,
    decide: impl FnOnce(&mut Situation<'_>) -> Decided<T>,
) -> Result<(u64, T), VaultError> {
    let mut session = Session::open(bench).await?;
    let mut turn = Turn::take(bench, &mut session, reason, cancel, listener).await?;
    let changed = in_turn(bench, &mut turn, listener, decide).await;
    turn.end().await;
    changed
}

async fn in_turn<T>(
    bench: &Workbench,
    turn: &mut Turn<'_>,
    listener: Listener<'_>,
    decide: impl FnOnce(&mut Situation<'_>) -> Decided<T>,
) -> Result<(u64, T), VaultError> {
    // The turn has just brought the identities up to date that are known.
    let desk = &Desk::open(bench)?;
    let seen = Seen::look(turn.session, &desk.people.own.hash).await?;
    let synced = desk.synced(bench, &seen)?;
    let (edits, told) = decide(&mut Situation { bench, desk, seen: &seen, synced })?;
    let version = seen.vault.as_ref().map_or(0, |(_, version)| *version);
    if edits.is_empty() {
        return Ok((version, told));
    }
    let written = write(desk, turn, &seen, &edits).await;
    if written.is_err() {
        // The first error is the one to tell; what a failed rollback leaves, the closing session rolls back.
        let _ = turn.session.rollback().await;
    }
    let version = written?;
    if let Err(error) = sync::bring(bench, desk, turn.session, listener).await {
        let text = format!("the vault is changed, and your copy of it is not ({error}); `noorm vault sync` does it");
        listener(Event::Warning(text));
    }
    Ok((version, told))
}

async fn write(desk: &Desk, turn: &mut Turn<'_>, seen: &Seen, edits: &[Edit]) -> Result<u64, VaultError> {
    let dialect = turn.session.dialect.clone();
    let (vault_id, version) = match &seen.vault {
        Some((id, version)) => (id.clone(), *version),
        None => (uuid::Uuid::new_v4().to_string(), 0),
    };
    let next = version.checked_add(1).ok_or(VaultError::TooHigh { found: version })?;
    let new_version = number(next)?;
    let statements = statements(desk, &dialect, &vault_id, next, edits)?;
    let mut first = Vec::new();
    if seen.vault.is_none() {
        first.push(own(&dialect, "vault-insert", &[("vault_id", vault_id.as_str().into()), ("version", 0.into())])?);
    }
    first.push(own(&dialect, "vault-advance", &[("next", new_version), ("version", number(version)?)])?);
    turn.session.begin().await?;
    // The lock keeps other noorms out; whoever does without it finds the version changed.
    if turn.session.run_own("vault-advance", &first).await?.last() != Some(&1) {
        return Err(VaultError::Raced);
    }
    turn.executor().commit_fenced(statements).await?;
    Ok(next)
}

fn statements(
    desk: &Desk,
    dialect: &Dialect,
    vault_id: &str,
    vault_version: u64,
    edits: &[Edit],
) -> Result<Vec<Own>, VaultError> {
    let me = &desk.people.own;
    let statement = |edit: &Edit| match edit {
        Edit::Remove { key } => Ok(own(dialect, "secret-delete", &[("key", key.as_str().into())])?),
        Edit::RemoveOf { key, hash } => {
            let values = [("key", Scalar::from(key.as_str())), ("recipient_hash", hash.as_str().into())];
            Ok(own(dialect, "secret-delete-of", &values)?)
        }
        Edit::Insert { key, recipient, value, key_version } => {
            let header = Header {
                vault_id,
                key,
                recipient_hash: &recipient.hash,
                sender_hash: &me.hash,
                key_version: *key_version,
                vault_version,
            };
            let sealed = team::seal_value(&header, &recipient.key, me.key(), value)
                .map_err(|source| VaultError::Seal { key: key.clone(), source })?;
            let values = [
                ("key", Scalar::from(key.as_str())),
                ("encrypted_value", sealed.as_str().into()),
                ("recipient_hash", recipient.hash.as_str().into()),
                ("recipient_key", recipient.key.to_hex().as_str().into()),
                ("sender_hash", me.hash.as_str().into()),
                ("sender_key", me.key().public_key().to_hex().as_str().into()),
                ("key_version", number(*key_version)?),
                ("vault_version", number(vault_version)?),
            ];
            Ok(own(dialect, "secret-insert", &values)?)
        }
    };
    edits.iter().map(statement).collect()
}

/// Returns a value that is kept in the vault's own type.
pub(super) fn text(secret: &Secret) -> SecretText {
    SecretText::new(secret.expose())
}

/// Returns a number as it is written. Another one than the one that is sealed into the row's header would make the row one
/// that nobody takes.
fn number(number: u64) -> Result<Scalar, VaultError> {
    i64::try_from(number).map(Scalar::Integer).map_err(|_| VaultError::TooHigh { found: number })
}

fn own(dialect: &Dialect, action: &str, values: &[(&str, Scalar)]) -> Result<Own, SessionError> {
    Own::bound(dialect, action, dialect.tracking(action)?, values)
}
