//! The plugins of a project: opening them as its settings say, and a module for each verb of `noorm plugin`.

pub mod add;
pub mod build;
pub mod dev;
pub mod list;
pub mod scaffold;
pub mod test;

use std::collections::BTreeMap;

use noorm_core::settings::PluginLimits;
pub use noorm_plugin_host::{Grant, PluginError, PluginInfo, PluginKind};
use noorm_plugin_host::{Limits, Options, PluginHost};

use crate::project::Project;

/// Opens the bundled plugins and those of a project, with the bounds that its settings name.
pub fn open(project: Option<&Project>) -> Result<PluginHost, PluginError> {
    let limits = project.map_or_else(Limits::default, |project| limits(&project.settings.plugins.limits));
    PluginHost::open(Options { project: project.map(Project::folder), limits, limits_for: BTreeMap::new() })
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
