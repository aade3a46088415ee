//! The passphrase of a project's state: set, changed, removed. It is mixed into the state's key (ruling 3), and is nowhere
//! stored.

use noorm_core::secret::Secret;
use noorm_vault::EncryptedPayload;

use super::error::IdentityError;
use super::keys::seal_keys_with;
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// Fewer characters than this are guessed, rounds or not.
const CHARACTERS_MIN: usize = 8;

/// Whether the state of a project says that it needs a passphrase. What cannot be read needs none here: whoever opens it
/// says why.
pub fn is_needed(project: &Project) -> bool {
    let payload = std::fs::read(store::path(project)).ok().and_then(|bytes| EncryptedPayload::parse(&bytes).ok());
    payload.is_some_and(|payload| payload.rounds > 0)
}

/// Seals the state with a passphrase, in the place of the one that it had.
pub fn set(project: &Project, home: &Home, new: &Secret) -> Result<(), IdentityError> {
    let found = new.expose().chars().count();
    if found < CHARACTERS_MIN {
        return Err(IdentityError::ShortPassphrase { found, least: CHARACTERS_MIN });
    }
    reseal(project, home, Some(new))
}

/// Seals the state without a passphrase.
pub fn remove(project: &Project, home: &Home) -> Result<(), IdentityError> {
    reseal(project, home, None)
}

fn reseal(project: &Project, home: &Home, passphrase: Option<&Secret>) -> Result<(), IdentityError> {
    let state = store::open(project, home)?;
    if !state.path().exists() {
        return Err(IdentityError::NoState);
    }
    let (key, _) = seal_keys_with(home, passphrase.map(Secret::expose))?;
    state.reseal(key)?;
    Ok(())
}
