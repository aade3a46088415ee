//! The plugins of a project: opening them as its settings say, and a module for each verb of `noorm plugin`.

pub mod add;
pub mod build;
pub mod bundle;
pub mod dev;
pub mod grant;
pub mod list;
pub mod lock;
pub mod publish;
pub mod remove;
pub mod repro;
pub mod scaffold;
pub mod show;
pub mod stats;
pub mod test;
pub mod tools;
pub mod update;
pub mod vendor;
pub mod verify;
pub mod why;

mod data;
mod error;
pub mod reach;
mod replay;
mod restore;
mod signing;
mod source;
mod source_error;

pub use error::VerbError;
use noorm_core::settings::{LogLevel, PluginLimits, Plugins};
pub use noorm_plugin_host::{
    Grant, Ledger, Message, MessageLevel, Messages, OptionInForce, PluginError, PluginInfo, PluginKind, PluginSource,
    Rule, Usage,
};
use noorm_plugin_host::{Limits, Options, PluginHost};

pub use source_error::SourceError;

use crate::project::Project;
use tools::Tools;

/// Where plugins are asked: in a project, or outside of one with what the user has.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    /// The project.
    pub project: Option<&'a Project>,
    /// The user's cache, and what else a command gives to plugins.
    pub tools: &'a Tools,
}

impl<'a> From<&'a Project> for Here<'a> {
    fn from(project: &'a Project) -> Self {
        Self { project: Some(project), tools: &project.tools }
    }
}

/// Opens the bundled plugins and those of a project, with the bounds that its settings name. What is locked and not here is
/// fetched again.
pub fn open<'a>(here: impl Into<Here<'a>>) -> Result<PluginHost, PluginError> {
    let here = here.into();
    let host = look(here)?;
    if let Some(project) = here.project {
        restore::restore(&host, project)?;
    }
    Ok(host)
}

/// Opens the same to look at them: what is not here stays away.
pub fn look<'a>(here: impl Into<Here<'a>>) -> Result<PluginHost, PluginError> {
    let Here { project, tools } = here.into();
    PluginHost::open(project.map_or_else(|| outside(tools), options))
}

/// Returns what there is of it outside of a project.
fn outside(tools: &Tools) -> Options {
    let Tools { cache, bundle, record, ledger } = tools.clone();
    Options { cache, bundle, record, ledger, ..Options::default() }
}

/// Returns what a project's settings say of its plugins.
pub fn options(project: &Project) -> Options {
    // Details go into the log of the project, where its settings want them.
    if project.settings.logging.writes() && project.settings.logging.level == LogLevel::Verbose {
        project.tools.ledger.want_all_messages();
    }
    let Plugins { limits, limits_for, extensions, files, dialects, disabled, .. } = project.settings.plugins.clone();
    Options {
        project: Some(project.folder()),
        limits_for: limits_for.into_iter().map(|(name, one)| (name, bounds(&one.or(&limits)))).collect(),
        limits: bounds(&limits),
        extensions,
        files,
        dialects,
        disabled: disabled.into_iter().collect(),
        with: project.with.clone(),
        cache: project.tools.cache.clone(),
        bundle: project.tools.bundle.clone(),
        record: project.tools.record.clone(),
        ledger: project.tools.ledger.clone(),
        fetched: project.reach.components(),
        signers: signing::required(project),
    }
}

fn bounds(settings: &PluginLimits) -> Limits {
    let default = Limits::default();
    let bytes = |mebibytes: Option<u64>| mebibytes.map(|count| count.saturating_mul(1 << 20));
    Limits {
        time_ms: settings.time_ms.unwrap_or(default.time_ms),
        memory_bytes: bytes(settings.memory_mb).unwrap_or(default.memory_bytes),
        output_bytes: bytes(settings.output_mb).unwrap_or(default.output_bytes),
    }
}
