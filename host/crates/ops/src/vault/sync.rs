//! `vault sync`: the user's own copy becomes what the vault has for them.

use std::collections::BTreeMap;

use noorm_core::event::{Event, Listener};
use noorm_vault::team::{Change, LocalVault, Refusal, Synced};
use serde::Serialize;

use super::error::refused;
use super::rows::Seen;
use super::{Desk, VaultError, Workbench, layer, look};
use crate::config::{ConfigError, store};
use crate::session::Session;

/// What became of the copy.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncReport {
    /// The vault's version; 0 without one.
    pub version: u64,
    /// Keys that are new.
    pub added: Vec<String>,
    /// Keys with another value.
    pub updated: Vec<String>,
    /// Keys that were there already.
    pub unchanged: Vec<String>,
    /// Keys that are gone, or that the user may not read any more.
    pub removed: Vec<String>,
    /// Keys whose rows are not taken; the copy keeps what it had.
    pub refused: Vec<Refused>,
}

impl SyncReport {
    /// Whether the copy has changed.
    pub fn has_changed(&self) -> bool {
        [&self.added, &self.updated, &self.removed].iter().any(|keys| !keys.is_empty())
    }

    /// Whether somebody changed rows by hand.
    pub fn has_tampering(&self) -> bool {
        self.refused.iter().any(|refused| refused.is_tampering)
    }
}

/// A row that is not taken.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// Its key.
    pub key: String,
    /// Why.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
    /// Whether somebody must have changed rows by hand.
    pub is_tampering: bool,
}

/// Brings the copy up to date. `accepts_rollback`: whatever was seen before does not count.
pub async fn sync(bench: &Workbench, accepts_rollback: bool) -> Result<SyncReport, VaultError> {
    let desk = Desk::open(bench)?;
    let seen = look(bench, &desk).await?;
    let mut synced = desk.synced_with(bench, &seen, desk.local.as_ref().filter(|_| !accepts_rollback))?;
    keep(bench, synced.local.take(), accepts_rollback)?;
    let mut report = report(&desk, &seen, synced);
    if accepts_rollback {
        forgotten(&desk, &mut report);
    }
    Ok(report)
}

/// The same, over a session that is open. What is refused is told.
pub(super) async fn bring(
    bench: &Workbench,
    desk: &Desk,
    session: &mut Session,
    listener: Listener<'_>,
) -> Result<(), VaultError> {
    let seen = Seen::look(session, &desk.people.own.hash).await?;
    let mut synced = desk.synced(bench, &seen)?;
    keep(bench, synced.local.take(), false)?;
    for refused in report(desk, &seen, synced).refused {
        listener(Event::Warning(format!("`{}` is refused: {}; {}", refused.key, refused.reason, refused.hint)));
    }
    Ok(())
}

/// Writes the copy.
fn keep(bench: &Workbench, new: Option<LocalVault>, accepts_rollback: bool) -> Result<(), VaultError> {
    let place = layer::place(&bench.active.config, bench.files.root());
    let store = store::open(&bench.project, &bench.home)?;
    store.update(|state| {
        put(&mut state.vaults, place, new, accepts_rollback);
        Ok::<_, ConfigError>(())
    })?;
    Ok(())
}

/// Puts a copy in its place, unless another process has written a newer one there in the meantime.
fn put(vaults: &mut BTreeMap<String, LocalVault>, place: String, new: Option<LocalVault>, accepts_rollback: bool) {
    let is_newer = |there: &LocalVault, new: &LocalVault| {
        there.vault_id == new.vault_id && there.version > new.version && !accepts_rollback
    };
    match new {
        Some(new) if vaults.get(&place).is_some_and(|there| is_newer(there, &new)) => {}
        // Only the instant would differ.
        Some(new) if vaults.get(&place).is_some_and(|there| is_same(there, &new)) => {}
        Some(new) => drop(vaults.insert(place, new)),
        None if accepts_rollback => drop(vaults.remove(&place)),
        // There was no vault a moment ago; a copy that is there is another process's.
        None => {}
    }
}

fn is_same(there: &LocalVault, new: &LocalVault) -> bool {
    *there == LocalVault { synced_at: there.synced_at.clone(), ..new.clone() }
}

fn report(desk: &Desk, seen: &Seen, synced: Synced) -> SyncReport {
    let mut report =
        SyncReport { version: seen.vault.as_ref().map_or(0, |(_, version)| *version), ..Default::default() };
    for (key, change) in synced.changes {
        match change {
            Change::Added => report.added.push(key),
            Change::Updated => report.updated.push(key),
            Change::Unchanged => report.unchanged.push(key),
            Change::Removed => report.removed.push(key),
            Change::Refused(refusal) => report.refused.push(Refused {
                reason: reason(desk, &refusal),
                hint: refused(&key, &refusal),
                is_tampering: refusal.is_tampering(),
                key,
            }),
        }
    }
    report
}

fn reason(desk: &Desk, refusal: &Refusal) -> String {
    match refusal {
        Refusal::UntrustedSender { sender_hash, sender_key } => {
            let who = desk.people.who(sender_hash, sender_key).label();
            format!("it was sealed with a key that says it is that of `{who}`, and is not trusted")
        }
        Refusal::Value(source) => format!("{refusal}: {source}"),
        other => other.to_string(),
    }
}

/// What the copy had before, and has not any more.
fn forgotten(desk: &Desk, report: &mut SyncReport) {
    let former = desk.local.iter().flat_map(|local| local.secrets.keys());
    let is_known = |key: &&String| {
        let kept = [&report.added, &report.updated, &report.unchanged];
        !kept.iter().any(|keys| keys.contains(key)) && !report.removed.contains(key)
    };
    let gone: Vec<String> = former.filter(is_known).cloned().collect();
    report.removed.extend(gone);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(version: u64) -> LocalVault {
        LocalVault {
            vault_id: "5c9ad1c0".to_owned(),
            version,
            synced_at: "now".to_owned(),
            secrets: BTreeMap::new(),
            refused: BTreeMap::new(),
            other: serde_json::Map::new(),
        }
    }

    #[test]
    fn a_copy_of_another_process_stays_unless_a_rollback_is_accepted() {
        let after = |new: Option<u64>, accepts_rollback| {
            let mut vaults = BTreeMap::from([("here".to_owned(), copy(2))]);
            put(&mut vaults, "here".to_owned(), new.map(copy), accepts_rollback);
            vaults.get("here").map(|there| there.version)
        };
        assert_eq!([after(None, false), after(Some(1), false), after(Some(3), false)], [Some(2), Some(2), Some(3)]);
        assert_eq!([after(None, true), after(Some(1), true)], [None, Some(1)]);
    }
}
