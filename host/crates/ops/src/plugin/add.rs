//! `plugin add`: a component comes into the project.

use std::path::Path;

use super::{PluginError, PluginInfo, open};
use crate::project::Project;

/// Adds a plugin to a project.
pub fn add(project: &Project, file: &Path) -> Result<PluginInfo, PluginError> {
    open(Some(project))?.install_file(file)
}
