//! `plugin why`: which plugin serves a file, and how that was decided. The file need not be there.

use std::path::Path;

use noorm_core::path::ProjectPath;
use serde::Serialize;

use super::{OptionInForce, PluginError, PluginInfo, Rule, VerbError, look};
use crate::project::Project;

/// How it was decided who serves a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reasons {
    /// The file.
    pub path: ProjectPath,
    /// Whether it is there.
    pub exists: bool,
    /// Every rule that was looked at, up to the one that decides.
    pub rules: Vec<Rule>,
    /// Who serves the file.
    pub plugin: Option<PluginInfo>,
    /// Its options, and where each is said.
    pub options: Vec<OptionInForce>,
    /// Why nobody serves it.
    #[serde(skip)]
    pub failure: Option<PluginError>,
}

/// Tells who serves a file, which is named from the working directory or from the project.
pub fn why(project: &Project, working_dir: &Path, name: &str) -> Result<Reasons, VerbError> {
    let path = find(project, working_dir, name)?;
    let why = look(Some(project))?.why(path.as_str());
    let (plugin, failure) = match why.plugin {
        Ok(plugin) => (Some(plugin), None),
        Err(error) => (None, Some(error)),
    };
    let exists = path.to_path(&project.root).is_file();
    Ok(Reasons { path, exists, rules: why.rules, plugin, options: why.options, failure })
}

/// Returns the path of a file: from the working directory, unless only the project has it.
pub(crate) fn find(project: &Project, working_dir: &Path, name: &str) -> Result<ProjectPath, VerbError> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = real(&project.root);
    let here = ProjectPath::from_os(&root, &real(working_dir).join(name));
    let there = ProjectPath::from_os(&root, Path::new(name));
    let found = [&here, &there].into_iter().flatten().find(|path| path.to_path(&root).exists()).cloned();
    match found {
        Some(path) => Ok(path),
        None => here.map_err(|source| VerbError::Path { name: name.to_owned(), source }),
    }
}
