//! Tells at the beginning of a run that the user's own copy of the vault is behind.
//!
//! The vault's version comes with the version of noorm's tables, in one query. Only where it is ahead of the copy's is
//! anything more asked.

use noorm_core::event::{Event, Listener};

use super::rows::rows_of;
use crate::identity;
use crate::session::Session;
use crate::workbench::Workbench;

/// Warns, if the session has seen a vault that is not the copy's. A run does not depend on it: what cannot be asked is not
/// told.
pub(crate) async fn warn(bench: &Workbench, session: &mut Session, listener: Listener<'_>) {
    let copy = bench.vault.as_ref();
    let (found, seen) = (session.vault_version, copy.map_or(0, |copy| copy.version));
    if found < seen {
        let text = format!(
            "THE VAULT HAS GONE BACK from version {seen} to version {found}: unless the database was restored from a \
             backup, somebody is bringing old values back; `noorm vault sync` tells more"
        );
        listener(Event::Warning(text));
    } else if found > seen && is_concerned(bench, session).await {
        let copy = if seen == 0 { "you have no copy of it".to_owned() } else { format!("yours are of version {seen}") };
        let text = format!(
            "your secrets are out of sync: the vault is at version {found}, and {copy}; `noorm vault sync` brings them up to \
             date"
        );
        listener(Event::Warning(text));
    } else if let Some(refused) = copy.map(|copy| &copy.refused).filter(|refused| !refused.is_empty()) {
        let keys: Vec<String> = refused.keys().map(|key| format!("`{key}`")).collect();
        let text = format!(
            "your secrets are out of sync: the vault has values of {} that were refused; `noorm vault sync` tells why",
            keys.join(", ")
        );
        listener(Event::Warning(text));
    }
}

/// Whether anything in the vault is the user's, or was.
async fn is_concerned(bench: &Workbench, session: &mut Session) -> bool {
    if bench.vault.as_ref().is_some_and(|copy| !copy.secrets.is_empty()) {
        return true;
    }
    let Ok(own) = identity::current(&bench.home, &bench.now) else { return false };
    rows_of(session, &own.identity.identity_hash).await.is_ok_and(|rows| !rows.is_empty())
}
