//! `plugin vendor`: every plugin of a project comes into it, so that nobody has to fetch one.

use noorm_plugin_host::PluginSource;
use serde::Serialize;

use super::{SourceError, open};
use crate::project::Project;

/// What became of one plugin.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vendored {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether it came into the project now; otherwise it was there.
    pub is_new: bool,
}

/// Copies the components that are not in the project, with their signatures. The lock file stays as it is.
pub fn vendor(project: &Project) -> Result<Vec<Vendored>, SourceError> {
    let host = open(project)?;
    let own = host.list().into_iter().filter(|info| info.source == PluginSource::Project);
    let vendored = own.map(|info| {
        let is_new = host.vendor(&info.name)?;
        Ok(Vendored { name: info.name, version: info.version, is_new })
    });
    vendored.collect()
}
