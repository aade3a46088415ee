//! `plugin lock`: the dialects of the settings are composed of what is there now, and written down.

pub use noorm_plugin_host::LockedDialect;

use super::{VerbError, open};
use crate::project::Project;

/// Composes the dialects of the settings, and locks them. Where the lock file has to stay as it is, they have to be the ones
/// that are locked.
pub fn lock(project: &Project) -> Result<Vec<LockedDialect>, VerbError> {
    let mut host = open(project)?;
    if !project.reach.is_locked {
        return Ok(host.lock_dialects()?);
    }
    let compared = host.compare_dialects()?;
    match compared.iter().find(|one| one.state != "unchanged") {
        Some(one) => Err(VerbError::DialectLocked { dialect: one.composition.dialect.clone(), state: one.state }),
        None => Ok(compared),
    }
}
