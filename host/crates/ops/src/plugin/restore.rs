//! Brings again what the lock file names and is not here: after a clone, or when the cache was emptied.

use std::path::Path;

use noorm_plugin_host::{Kept, PluginError, PluginHost, PluginInfo};

use super::SourceError;
use super::source::{Delivery, Source};
use crate::project::Project;

/// Fetches the components that are missing. What comes has to be what is locked.
pub(super) fn restore(host: &PluginHost, project: &Project) -> Result<(), PluginError> {
    host.absent().iter().try_for_each(|info| restore_one(host, project, info))
}

/// Fetches the component of one plugin.
pub(super) fn restore_one(host: &PluginHost, project: &Project, info: &PluginInfo) -> Result<(), PluginError> {
    let delivery = fetch(info, project).map_err(|error| absent(info, error))?;
    let kept = Kept { component: delivery.bytes, signature: delivery.signature };
    host.keep(&info.name, Path::new(&delivery.from), &kept)
}

/// Fetches what a plugin of the project was added from, on a thread of its own: this is asked for in the middle of things,
/// where a runtime may be running already.
pub(super) fn fetch(info: &PluginInfo, project: &Project) -> Result<Delivery, SourceError> {
    let origin = info.origin.clone().unwrap_or_default();
    let source = Source::of_origin(&origin, project)?;
    let bring = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|source| SourceError::Read { path: origin.clone().into(), source })?;
        runtime.block_on(source.bring(Some(project), &project.reach, false))
    };
    let brought = std::thread::scope(|scope| scope.spawn(bring).join());
    let brought = brought.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let first = brought.into_iter().next();
    first.ok_or_else(|| SourceError::Offline { from: origin.clone() })
}

fn absent(info: &PluginInfo, error: SourceError) -> PluginError {
    let hint = error.hint();
    let is_connection = matches!(&error, SourceError::Fetch(error) if error.is_connection());
    PluginError::Absent {
        name: info.name.clone(),
        origin: info.origin.clone().unwrap_or_default(),
        source: Box::new(error),
        hint,
        is_connection,
    }
}
