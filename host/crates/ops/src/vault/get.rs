//! `vault get`: one value, from the database or from the user's own copy.

use noorm_core::secret::Secret;
use noorm_vault::team::Change;

use super::change::unknown;
use super::{Desk, VaultError, Workbench, local, look};
use crate::config::store;

/// A value.
#[derive(Debug)]
pub struct Value {
    /// The value itself.
    pub value: Secret,
    /// Which value of the key it is, counted from 1.
    pub key_version: u64,
}

/// Returns a value as the database has it. Nothing is written.
pub async fn get(bench: &Workbench, key: &str) -> Result<Value, VaultError> {
    let desk = Desk::open(bench)?;
    let seen = look(bench, &desk).await?;
    let mut synced = desk.synced(bench, &seen)?;
    if let Some(Change::Refused(source)) = synced.changes.remove(key) {
        return Err(VaultError::Refused { key: key.to_owned(), source });
    }
    let found = synced.local.as_mut().and_then(|local| local.secrets.remove(key));
    let known = seen.newest();
    match found {
        Some(secret) => Ok(of(&secret)),
        None if known.contains_key(key) => Err(VaultError::NotReadable { keys: vec![key.to_owned()] }),
        None => Err(unknown(key, &known)),
    }
}

/// Returns a value as the user's own copy has it. Nothing is connected to.
pub fn get_local(bench: &Workbench, key: &str) -> Result<Value, VaultError> {
    let state = store::load(&bench.project, &bench.home)?.unwrap_or_default();
    let found = local(bench, &state).and_then(|local| local.secrets.get(key));
    found.map(of).ok_or_else(|| VaultError::NotLocal { key: key.to_owned() })
}

fn of(secret: &noorm_vault::team::LocalSecret) -> Value {
    Value { value: Secret::new(secret.value.expose().to_owned()), key_version: secret.key_version }
}
