//! The plugins of a project: which there are, and adding one from a file.

use std::path::Path;

use noorm_core::settings::PluginLimits;
use noorm_plugin_host::{Limits, Options, PluginHost};
pub use noorm_plugin_host::{PluginError, PluginInfo};

use crate::project::Project;

/// Opens the bundled plugins and those of a project, with the bounds that its settings name.
pub fn open(project: Option<&Project>) -> Result<PluginHost, PluginError> {
    let limits = project.map_or_else(Limits::default, |project| limits(&project.settings.plugins.limits));
    PluginHost::open(Options { project: project.map(Project::folder), limits })
}

/// Lists the plugins that a command started here can use.
pub fn list(project: Option<&Project>) -> Result<Vec<PluginInfo>, PluginError> {
    Ok(open(project)?.list())
}

/// Adds a plugin to a project.
pub fn add(project: &Project, file: &Path) -> Result<PluginInfo, PluginError> {
    open(Some(project))?.install(file)
}

fn limits(settings: &PluginLimits) -> Limits {
    let mut limits = Limits::default();
    if let Some(time_ms) = settings.time_ms {
        limits.time_ms = time_ms;
    }
    if let Some(memory_mb) = settings.memory_mb {
        limits.memory_bytes = memory_mb.saturating_mul(1024 * 1024);
    }
    limits
}
