//! `plugin why`: which plugin serves a file, and how that was decided. The file need not be there.
//!
//! A script is served by a dialect, which its config names. That a loader reads it too, as text, is for templates that name
//! it as data.

use std::path::Path;

use noorm_core::path::ProjectPath;
use serde::Serialize;

use noorm_core::script_kind::ScriptKind;
use noorm_plugin_host::PluginHost;

use super::{OptionInForce, PluginError, PluginInfo, Rule, VerbError, look};
use crate::home::Home;
use crate::project::Project;
use crate::split;

/// How it was decided who serves a file.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reasons {
    /// The file.
    pub path: ProjectPath,
    /// Whether it is there.
    pub exists: bool,
    /// Who cuts it into statements, if it is a script.
    pub script: Option<ScriptReason>,
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

/// Who cuts a script into statements.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptReason {
    /// Whether it is rendered first.
    pub is_template: bool,
    /// The dialect of the config that counts; none where no config says.
    pub dialect: Option<String>,
    /// The plugin that serves it; none where nobody does, or the settings compose it.
    pub plugin: Option<PluginInfo>,
    /// What the settings compose it of, the outermost quirk first.
    pub layers: Vec<String>,
}

/// Tells who serves a file, which is named from the working directory or from the project. The config is for scripts.
pub fn why(project: &Project, home: &Home, config: Option<&str>, name: &str) -> Result<Reasons, VerbError> {
    let path = find(project, &home.working_dir, name)?;
    let host = look(project)?;
    let script = script(&host, project, home, config, &path);
    let why = host.why(path.as_str());
    let (plugin, failure) = match why.plugin {
        Ok(plugin) => (Some(plugin), None),
        // A template need not be data as well.
        Err(PluginError::UnknownExtension { .. }) if script.is_some() => (None, None),
        Err(error) => (None, Some(error)),
    };
    let exists = path.to_path(&project.root).is_file();
    Ok(Reasons { path, exists, script, rules: why.rules, plugin, options: why.options, failure })
}

fn script(
    host: &PluginHost,
    project: &Project,
    home: &Home,
    config: Option<&str>,
    path: &ProjectPath,
) -> Option<ScriptReason> {
    let is_template = match ScriptKind::of(path.file_name()) {
        ScriptKind::Sql => false,
        ScriptKind::Template => true,
        _ => return None,
    };
    // Without a config it is not known yet.
    let dialect = split::dialect_name(project, home, config).ok();
    let composed = dialect.as_ref().and_then(|name| project.settings.plugins.dialects.get(name));
    let layers = composed.map(|choice| choice.quirks.iter().rev().chain([&choice.base]).cloned().collect());
    let plugin = dialect.as_deref().filter(|_| composed.is_none()).and_then(|name| host.dialect_info(name).ok());
    Some(ScriptReason { is_template, dialect, plugin, layers: layers.unwrap_or_default() })
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
