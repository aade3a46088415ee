//! `.noorm/plugins.lock`: which plugins a project runs, by digest.
//!
//! JSON, sorted by name, committed by the team. The components themselves are beside it in `plugins/`. What
//! is not in it does not run.

mod held;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use noorm_core::glob;
use noorm_core::plugin::{is_name, is_served_name};
use serde::{Deserialize, Serialize};

pub(crate) use held::Held;

use crate::describe::is_version;
use crate::error::PluginError;
use crate::files::{self, read_bounded};
use crate::grant::Grant;
use crate::host::Installation;
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::PluginKind;
use crate::stack::Composition;
use crate::store::is_elsewhere;

/// Bytes of a lock file: some hundred plugins whose options have the longest schemas.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// What an origin begins with that is a file's, and text for people: nobody is sent there for a plugin.
const PATH: &str = "path:";

/// The format that is written. Format 1, without origin, grants and options, is read too.
const FORMAT: u32 = 2;

/// The plugins of a project.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LockFile {
    version: u32,
    plugins: Vec<Locked>,
    /// What the dialects of the settings were composed of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    compositions: Vec<Composition>,
}

/// One plugin of a project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Locked {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    pub(crate) summary: String,
    /// SHA-256 of the component, in hex.
    pub(crate) digest: String,
    pub(crate) size_bytes: u64,
    pub(crate) interface: String,
    pub(crate) imports: Vec<String>,
    /// The imports that the project grants, given for this digest and these imports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) grants: Vec<Grant>,
    pub(crate) provides: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) driver: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) options_schema: Option<String>,
    /// Where it was added from: `path:` and the name of a file, `https://…`, `oci://…@sha256:…`. Format 1 calls it
    /// `file`, and means the name alone.
    #[serde(alias = "file")]
    pub(crate) source: String,
    /// The key of the settings that its signature was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signed_by: Option<String>,
}

impl Locked {
    /// Makes the entry of a plugin that is added.
    pub(crate) fn of(info: &PluginInfo, how: &Installation) -> Self {
        let info = info.clone();
        Self {
            name: info.name,
            version: info.version,
            kind: info.kind.as_str().to_owned(),
            summary: info.summary,
            digest: info.digest,
            size_bytes: info.size_bytes,
            interface: info.interface,
            imports: info.imports,
            grants: how.grants.clone(),
            provides: info.provides,
            driver: info.driver,
            options_schema: info.options_schema,
            source: source(&how.origin),
            signed_by: how.signed_by.clone(),
        }
    }

    pub(crate) fn info(&self) -> PluginInfo {
        PluginInfo {
            name: self.name.clone(),
            kind: kind(&self.kind).expect("checked when it was read"),
            version: self.version.clone(),
            summary: self.summary.clone(),
            digest: self.digest.clone(),
            interface: self.interface.clone(),
            imports: self.imports.clone(),
            grants: self.grants.clone(),
            source: PluginSource::Project,
            origin: Some(self.source.clone()),
            signed_by: self.signed_by.clone(),
            provides: self.provides.clone(),
            driver: self.driver.clone(),
            options_schema: self.options_schema.clone(),
            size_bytes: self.size_bytes,
        }
    }

    /// Says what keeps the entry from being used. The file may have been edited or merged by hand.
    fn fault(&self) -> Option<String> {
        if !is_name(&self.name) {
            return Some(format!("{:?} is not a plugin's name", self.name));
        }
        if kind(&self.kind).is_none() {
            return Some(format!("{:?} is not a kind of plugin", self.kind));
        }
        if !is_version(&self.version) {
            return Some(format!("{:?} is not a version", self.version));
        }
        if !is_digest(&self.digest) {
            return Some(format!("{:?} is not a digest", self.digest));
        }
        if let Some((glob, why)) = self.bad_glob() {
            return Some(format!("{glob:?} grants no files: {why}"));
        }
        if has_control(&self.source) || !(self.source.starts_with(PATH) || is_elsewhere(&self.source)) {
            return Some(format!("{:?} is not where a plugin comes from", self.source));
        }
        // The settings take any text for a key's name.
        if let Some(key) = self.signed_by.as_deref().filter(|key| key.is_empty() || has_control(key)) {
            return Some(format!("{key:?} is not a key's name"));
        }
        let bad = self.provides.iter().chain(&self.driver).find(|name| !is_served_name(name))?;
        Some(format!("{bad:?} cannot be served"))
    }
}

impl Locked {
    /// Returns a path of a grant that is none, and why.
    fn bad_glob(&self) -> Option<(&str, String)> {
        let paths = self.grants.iter().flat_map(|grant| &grant.paths);
        paths.filter_map(|path| Some((path.as_str(), glob::check(path).err()?))).next()
    }
}

/// Returns whether a text is SHA-256 in hex.
pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Returns what the lock file says of where a plugin is from. A file may have any name, and others read the lock file.
fn source(origin: &str) -> String {
    let shown = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    let scheme = if origin.starts_with(PATH) || is_elsewhere(origin) { "" } else { PATH };
    scheme.chars().chain(origin.chars().map(shown)).collect()
}

fn has_control(text: &str) -> bool {
    text.contains(char::is_control)
}

fn kind(word: &str) -> Option<PluginKind> {
    [PluginKind::Dialect, PluginKind::Loader, PluginKind::Quirk].into_iter().find(|kind| kind.as_str() == word)
}

impl LockFile {
    /// Reads a project's lock file; a project without one has no plugins.
    pub(crate) fn read(project: &Path) -> Result<Self, PluginError> {
        let file = path(project);
        let text = match read_bounded(&file, FILE_BYTES_MAX) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { version: FORMAT, plugins: Vec::new(), compositions: Vec::new() });
            }
            Err(source) => {
                return Err(PluginError::Io { action: "read", file, source });
            }
        };
        let damaged = |what: String| PluginError::LockFile { file: file.clone(), what };
        let mut read: Self = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        match read.version {
            1 => read.plugins.iter_mut().for_each(|locked| locked.source.insert_str(0, PATH)),
            FORMAT => {}
            newer => return Err(damaged(format!("format {newer} is newer than this noorm"))),
        }
        read.version = FORMAT;
        let mut names: Vec<_> = read.plugins.iter().map(|locked| locked.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(damaged(format!("`{}` is there twice", pair[0])));
        }
        let compositions = read.compositions.iter().find_map(Composition::fault);
        match read.plugins.iter().find_map(Locked::fault).or(compositions) {
            Some(what) => Err(damaged(what)),
            None => Ok(read),
        }
    }

    /// Writes the lock file whole.
    fn write(&self, project: &Path) -> Result<(), PluginError> {
        let mut text = serde_json::to_string_pretty(self).expect("names and lists are JSON");
        text.push('\n');
        write_whole(&path(project), text.as_bytes())
    }

    pub(crate) fn plugins(&self) -> &[Locked] {
        &self.plugins
    }

    /// Takes a plugin out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Locked> {
        let at = self.plugins.iter().position(|locked| locked.name == name)?;
        Some(self.plugins.remove(at))
    }

    pub(crate) fn compositions(&self) -> &[Composition] {
        &self.compositions
    }

    /// Adds a composition in its place, or replaces the one of its dialect.
    pub(crate) fn put_composition(&mut self, composition: Composition) {
        self.compositions.retain(|other| other.dialect != composition.dialect);
        self.compositions.push(composition);
        self.compositions.sort_by(|one, other| one.dialect.cmp(&other.dialect));
    }

    /// Replaces all compositions.
    pub(crate) fn set_compositions(&mut self, compositions: Vec<Composition>) {
        self.compositions.clear();
        compositions.into_iter().for_each(|composition| self.put_composition(composition));
    }

    /// Adds a plugin in its place, or replaces the one of its name.
    pub(crate) fn put(&mut self, locked: Locked) {
        self.plugins.retain(|other| other.name != locked.name);
        self.plugins.push(locked);
        self.plugins.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

fn path(project: &Path) -> PathBuf {
    project.join("plugins.lock")
}

/// Writes a file so that it is there whole or as it was before.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), PluginError> {
    let failed = |source| PluginError::Io { action: "write", file: file.to_path_buf(), source };
    files::write_whole(file, bytes).map_err(failed)
}
