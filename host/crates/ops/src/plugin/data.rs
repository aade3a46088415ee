//! The data files of a project, loaded for what can be told of their loaders: no script is rendered, and nothing is kept.

use std::sync::Arc;

use noorm_core::path::ProjectPath;
use noorm_core::value::Value;
use noorm_plugin_host::{LoadRequest, PluginError, Served};

use crate::files::{FileError, ProjectFiles, Survey};
use crate::project::Project;
use crate::script::Linked;

/// Folders of other tools, with what they installed or built. What a run takes from one of them is looked at all the same.
const WITHOUT: [&str; 2] = ["node_modules", "target"];

/// Files and folders that are looked at. Those of the schema and of the changesets are besides.
const ENTRIES_MAX: usize = 100_000;

/// Returns the files besides those of [`paths`], which templates can load from anywhere in the project.
pub(super) fn elsewhere(files: &ProjectFiles, paths: &[ProjectPath]) -> Survey {
    let mut survey = files.survey(&WITHOUT, ENTRIES_MAX);
    survey.files.retain(|path| paths.binary_search(path).is_err());
    survey
}

/// Returns the files of the schema and of the changesets, sorted.
pub(super) fn paths(project: &Project, files: &ProjectFiles) -> Result<Vec<ProjectPath>, FileError> {
    let paths = &project.settings.paths;
    let folders = [&paths.schema, &paths.changesets].into_iter().filter_map(|path| ProjectPath::parse(path).ok());
    let found = folders.filter(|folder| files.is_folder(folder)).map(|folder| files.walk(&folder));
    let mut found = found.collect::<Result<Vec<_>, _>>()?.concat();
    // One of the two may be in the other.
    found.sort();
    found.dedup();
    Ok(found)
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
