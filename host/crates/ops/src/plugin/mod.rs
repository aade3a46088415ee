//! The plugins of a project: opening them as its settings say, and a module for each verb of `noorm plugin`.

pub mod add;
pub mod list;
pub mod publish;
pub mod update;
pub mod vendor;
pub mod verify;

pub mod reach;
mod replay;
mod restore;
mod signing;
mod source;
mod source_error;

use noorm_core::settings::PluginLimits;
pub use noorm_plugin_host::{Grant, PluginError, PluginInfo};
use noorm_plugin_host::{Limits, Options, PluginHost};

pub use source_error::SourceError;

use crate::project::Project;

/// Opens the bundled plugins and those of a project, with the bounds that its settings name. What is locked and not here is
/// fetched again.
pub fn open(project: Option<&Project>) -> Result<PluginHost, PluginError> {
    let host = look(project)?;
    if let Some(project) = project {
        restore::restore(&host, project)?;
    }
    Ok(host)
}

/// Opens the same to look at them: what is not here stays away.
pub fn look(project: Option<&Project>) -> Result<PluginHost, PluginError> {
    PluginHost::open(project.map_or_else(Options::default, options))
}

fn options(project: &Project) -> Options {
    Options {
        project: Some(project.folder()),
        limits: limits(&project.settings.plugins.limits),
        fetched: project.reach.components(),
        signed_by: signing::required(project),
        ..Options::default()
    }
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
