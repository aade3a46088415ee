//! `plugin replay`: a call that `--record` stored is asked again, without project and database.

use std::path::Path;

pub use noorm_plugin_host::ReproError;
use noorm_plugin_host::{Options, PluginHost, Replayed};

use super::options;
use crate::project::Project;

/// Asks a stored call again: of the component in a file, or of the plugin with the same digest that is here.
pub fn replay(project: Option<&Project>, folder: &Path, component: Option<&Path>) -> Result<Replayed, ReproError> {
    PluginHost::replay(folder, component, project.map_or_else(Options::default, options))
}
