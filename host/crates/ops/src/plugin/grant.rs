//! `plugin grant`: what a plugin of the project may use of what it imports. A grant is for the digest and the imports that
//! the plugin is locked with; another version keeps those that it still imports.

use noorm_plugin_host::PluginHost;
use serde::Serialize;

use super::show::{Import, imports};
use super::{Grant, PluginError, PluginInfo, VerbError, add, look};
use crate::project::Project;

/// The word for `noorm:host/files` on the command line.
const FILES: &str = "files";

/// What is to become of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantRequest {
    /// It is granted; of files, those that globs from the project's folder mean.
    Give {
        /// The import: `files`, its name, or its name without the version.
        import: String,
        /// The globs.
        paths: Vec<String>,
    },
    /// The grant is taken back; without an import, every one is.
    Revoke {
        /// The import.
        import: Option<String>,
    },
}

/// A plugin, and what it is granted now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Granted {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The digest that the grants are for.
    pub digest: String,
    /// What it imports, and how each import stands.
    pub imports: Vec<Import>,
}

/// Tells what a plugin imports, and what each import would allow.
pub fn look_at(project: &Project, name: &str) -> Result<Granted, VerbError> {
    let host = look(project)?;
    let info = host.list().into_iter().find(|info| info.name == name);
    let info = info.ok_or_else(|| PluginError::UnknownPlugin { name: name.to_owned() })?;
    Ok(granted(&host, info))
}

/// Grants an import, or takes a grant back.
pub fn grant(project: &Project, name: &str, request: &GrantRequest) -> Result<Granted, VerbError> {
    if project.reach.is_locked {
        return Err(VerbError::Locked { name: name.to_owned() });
    }
    let mut host = look(project)?;
    let known = host.list().into_iter().find(|info| info.name == name);
    let known = known.ok_or_else(|| PluginError::UnknownPlugin { name: name.to_owned() })?;
    // A bundled one of this name is not the project's to change; the host says so.
    let info = add::own(&host, name).unwrap_or(known);
    let mut grants = info.grants.clone();
    match request {
        GrantRequest::Give { import, paths } => put(&mut grants, made(&info, import, paths)?),
        GrantRequest::Revoke { import: Some(import) } => {
            let import = imported(&info, import)?;
            grants.retain(|grant| grant.import != import);
        }
        GrantRequest::Revoke { import: None } => grants.clear(),
    }
    let info = host.set_grants(name, grants)?;
    Ok(granted(&host, info))
}

/// Makes a grant for a plugin, whether it is locked or still to be added.
pub fn made(info: &PluginInfo, import: &str, paths: &[String]) -> Result<Grant, VerbError> {
    let grant = Grant { import: imported(info, import)?, paths: paths.to_vec() };
    if grant.is_of_files() == paths.is_empty() {
        return Err(VerbError::Paths);
    }
    for path in paths {
        let wrong = |why| PluginError::Glob { glob: path.clone(), why };
        noorm_core::glob::check(path).map_err(wrong)?;
    }
    Ok(grant)
}

/// Adds paths to a grant of files that is there; another grant takes the place of the one that is there.
pub(super) fn put(grants: &mut Vec<Grant>, new: Grant) {
    match grants.iter_mut().find(|grant| grant.import == new.import) {
        Some(grant) => new.paths.into_iter().for_each(|path| {
            if !grant.paths.contains(&path) {
                grant.paths.push(path);
            }
        }),
        None => grants.push(new),
    }
}

fn granted(host: &PluginHost, info: PluginInfo) -> Granted {
    Granted { imports: imports(host, &info.name), name: info.name, version: info.version, digest: info.digest }
}

/// Returns the import of a plugin that somebody means.
fn imported(info: &PluginInfo, word: &str) -> Result<String, VerbError> {
    let base = |import: &str| import.split_once('@').map_or(import, |(base, _)| base).to_owned();
    let word = if word == FILES { "noorm:host/files" } else { word };
    let is_meant = |import: &&String| **import == word || base(import) == word;
    let found = info.imports.iter().find(is_meant).cloned();
    found.ok_or_else(|| VerbError::NoImport {
        name: info.name.clone(),
        import: word.to_owned(),
        imports: info.imports.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_added_to_a_grant_of_files() {
        let files = |paths: &[&str]| Grant {
            import: "noorm:host/files@1.0.0".to_owned(),
            paths: paths.iter().map(|&path| path.to_owned()).collect(),
        };
        let mut grants = vec![files(&["a/**"])];
        put(&mut grants, files(&["b/*", "a/**"]));
        assert_eq!(grants, [files(&["a/**", "b/*"])]);
    }
}
