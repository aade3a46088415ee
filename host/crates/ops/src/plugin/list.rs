//! `plugin list`: what a command started here can use.

use super::{PluginError, PluginInfo, look};
use crate::project::Project;

/// Lists the plugins.
pub fn list(project: Option<&Project>) -> Result<Vec<PluginInfo>, PluginError> {
    Ok(look(project)?.list())
}
