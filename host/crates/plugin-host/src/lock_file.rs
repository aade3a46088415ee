//! `.noorm/plugins.lock`: which plugins a project runs, by digest.
//!
//! JSON, sorted by name, committed by the team. The components themselves are beside it in `plugins/`. What
//! is not in it does not run.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use noorm_core::glob;
use noorm_core::plugin::{is_name, is_served_name};
use serde::{Deserialize, Serialize};

use crate::error::PluginError;
use crate::grant::Grant;
use crate::host::Installation;
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::PluginKind;
use crate::stack::Composition;

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
            source: how.origin.clone(),
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
        if !is_digest(&self.digest) {
            return Some(format!("{:?} is not a digest", self.digest));
        }
        if let Some((glob, why)) = self.bad_glob() {
            return Some(format!("{glob:?} grants no files: {why}"));
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

fn kind(word: &str) -> Option<PluginKind> {
    [PluginKind::Dialect, PluginKind::Loader, PluginKind::Quirk].into_iter().find(|kind| kind.as_str() == word)
}

impl LockFile {
    /// Reads a project's lock file; a project without one has no plugins.
    pub(crate) fn read(project: &Path) -> Result<Self, PluginError> {
        let file = path(project);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { version: FORMAT, plugins: Vec::new(), compositions: Vec::new() });
            }
            Err(source) => {
                return Err(PluginError::Io { action: "read", file, source });
            }
        };
        let damaged = |what: String| PluginError::LockFile { file: file.clone(), what };
        let mut read: Self = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        match read.version {
            1 => read.plugins.iter_mut().for_each(|locked| locked.source.insert_str(0, "path:")),
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
    pub(crate) fn write(&self, project: &Path) -> Result<(), PluginError> {
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
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    let mut name = std::ffi::OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = folder.join(name);
    let write = || {
        fs::create_dir_all(folder)?;
        let mut out = fs::File::create(&temporary)?;
        out.write_all(bytes)?;
        out.sync_all()?;
        fs::rename(&temporary, file)?;
        fs::File::open(folder)?.sync_all()
    };
    write().map_err(|error| {
        // The error that counts is the first one.
        let _ = fs::remove_file(&temporary);
        failed(error)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn locked(name: &str) -> Locked {
        Locked {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            kind: "loader".to_owned(),
            summary: String::new(),
            digest: "0".repeat(64),
            size_bytes: 1,
            interface: "noorm:loader@1.0.0".to_owned(),
            imports: Vec::new(),
            grants: Vec::new(),
            provides: vec!["ini".to_owned()],
            driver: None,
            options_schema: None,
            source: "path:x.wasm".to_owned(),
            signed_by: None,
        }
    }

    #[test]
    fn entries_are_sorted_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let mut lock = LockFile::read(folder.path()).unwrap();
        for name in ["loader-b", "loader-a", "loader-b"] {
            lock.put(locked(name));
        }
        lock.write(folder.path()).unwrap();
        let again = LockFile::read(folder.path()).unwrap();
        let names: Vec<_> = again.plugins().iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["loader-a", "loader-b"]);
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "no temporary file stays");
    }

    #[test]
    fn hand_made_entries_are_checked() {
        let bad = |change: fn(&mut Locked)| {
            let folder = tempfile::tempdir().unwrap();
            let mut one = locked("loader-a");
            change(&mut one);
            LockFile { version: FORMAT, plugins: vec![one], compositions: Vec::new() }.write(folder.path()).unwrap();
            let error = LockFile::read(folder.path()).unwrap_err();
            assert!(matches!(error, PluginError::LockFile { .. }), "{error}");
        };
        bad(|one| one.name = "../../evil".to_owned());
        bad(|one| one.digest = "abc".to_owned());
        bad(|one| one.kind = "toaster".to_owned());
        bad(|one| one.provides = vec!["a/b".to_owned()]);
    }

    #[test]
    fn two_of_one_name_and_newer_formats_are_damage() {
        let folder = tempfile::tempdir().unwrap();
        let twice = vec![locked("loader-a"), locked("loader-a")];
        LockFile { version: FORMAT, plugins: twice, compositions: Vec::new() }.write(folder.path()).unwrap();
        assert!(LockFile::read(folder.path()).is_err());
        LockFile { version: FORMAT + 1, plugins: Vec::new(), compositions: Vec::new() }.write(folder.path()).unwrap();
        assert!(LockFile::read(folder.path()).unwrap_err().to_string().contains("newer"));
    }
}
