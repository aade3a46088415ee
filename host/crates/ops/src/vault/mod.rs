//! The team's vault in a database: who may read which value, and each reader's own copy in the sealed state.
//!
//! Values are sealed and opened by the crate `noorm-vault`, and only to keys that are trusted (ruling 13). What is changed is
//! changed under noorm's lock, in one transaction that raises the vault's version. Nothing here asks or prints.

mod error;
pub mod layer;
mod people;
mod rows;
pub(crate) mod stale;

pub mod get;
pub mod grant;
pub mod list;
pub mod remove;
pub mod revoke;
pub mod rotate;
pub mod set;
pub mod sync;

mod change;

pub use error::VaultError;
pub use people::Who;

use noorm_vault::State;
use noorm_vault::team::{self, LocalVault, Reader, Synced};

use crate::config::store;
use crate::session::{Session, SessionError};
use crate::tracker::{self, Installed};
use crate::workbench::Workbench;
use people::People;
use rows::Seen;

/// What a command on the vault knows before it asks the database.
struct Desk {
    people: People,
    local: Option<LocalVault>,
}

impl Desk {
    fn open(bench: &Workbench) -> Result<Self, VaultError> {
        let state = store::load(&bench.project, &bench.home)?.unwrap_or_default();
        let local = local(bench, &state).cloned();
        Ok(Self { people: People::open(bench, &state)?, local })
    }

    /// Reads what is the user's, and brings the copy up to date with it, in memory only.
    fn synced(&self, bench: &Workbench, seen: &Seen) -> Result<Synced, VaultError> {
        self.synced_with(bench, seen, self.local.as_ref())
    }

    fn synced_with(&self, bench: &Workbench, seen: &Seen, local: Option<&LocalVault>) -> Result<Synced, VaultError> {
        let is_trusted = |hash: &str, key: &_| self.people.is_trusted(hash, key);
        let own = &self.people.own;
        let reader = Reader { hash: &own.hash, keys: &own.keys, is_trusted: &is_trusted };
        Ok(team::sync(&seen.snapshot(), local, &reader, &bench.now)?)
    }
}

/// Returns the copy of the vault of the workbench's database.
fn local<'a>(bench: &Workbench, state: &'a State) -> Option<&'a LocalVault> {
    state.vaults.get(&layer::place(&bench.active.config, bench.files.root()))
}

/// Connects, to read; `None` where there is no vault yet.
async fn open(bench: &Workbench) -> Result<Option<Session>, SessionError> {
    let Some(mut session) = Session::open_existing(bench).await? else { return Ok(None) };
    let seen = tracker::installed(&mut session).await?;
    let has_tables = seen.is_readable()? && seen == Installed::Current;
    Ok(has_tables.then_some(session))
}

/// Reads the vault; an empty one where there is none.
async fn look(bench: &Workbench, desk: &Desk) -> Result<Seen, VaultError> {
    match open(bench).await? {
        Some(mut session) => Ok(Seen::look(&mut session, &desk.people.own.hash).await?),
        None => Ok(Seen::default()),
    }
}
