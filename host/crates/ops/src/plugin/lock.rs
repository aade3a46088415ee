//! `plugin lock`: the dialects of the settings are composed of what is there now, and written down.

pub use noorm_plugin_host::LockedDialect;

use super::{PluginError, open};
use crate::project::Project;

/// Composes the dialects of the settings, and locks them.
pub fn lock(project: &Project) -> Result<Vec<LockedDialect>, PluginError> {
    open(Some(project))?.lock_dialects()
}
