//! The data files of a project, loaded for what can be told of their loaders: no script is rendered, and nothing is kept.

use std::sync::Arc;

use noorm_core::path::ProjectPath;
use noorm_core::value::Value;
use noorm_plugin_host::{LoadRequest, PluginError, Served};

use crate::files::{FileError, ProjectFiles};
use crate::project::Project;
use crate::script::Linked;

/// Returns the files of the schema and of the changesets, as far as these folders are there.
pub(super) fn paths(project: &Project, files: &ProjectFiles) -> Result<Vec<ProjectPath>, FileError> {
    let folders = &project.settings.paths;
    let folders = [&folders.schema, &folders.changesets].into_iter().filter_map(|path| ProjectPath::parse(path).ok());
    let mut all = Vec::new();
    for folder in folders.filter(|folder| files.is_folder(folder)) {
        all.extend(files.walk(&folder)?);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// Loads a data file as a run does: with its options, and with the other files of the project that its loader may read.
pub(super) fn load(
    served: &Served,
    files: &ProjectFiles,
    path: &ProjectPath,
    bytes: &[u8],
) -> Result<Value, PluginError> {
    let linked = Arc::new(Linked::new(files.clone()));
    let request = LoadRequest { path: path.as_str(), content: bytes, options: &served.value, files: Some(linked) };
    served.loader.load_with(&request).map(|loaded| loaded.value)
}
