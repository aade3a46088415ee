//! Changesets on disk: `changesets/<name>/change/` and `revert/`.
//!
//! A manifest stands for the files that it names, in its own order; the manifest itself is recorded beside them.

use std::collections::BTreeSet;

use noorm_core::changeset::ChangesetName;
use noorm_core::checksum::Checksum;
use noorm_core::history::Direction;
use noorm_core::manifest;
use noorm_core::path::ProjectPath;
use noorm_core::script_kind::ScriptKind;
use noorm_core::text;

use super::original;
use crate::script::{Script, ScriptError};
use crate::start::StartError;
use crate::workbench::Workbench;

/// A changeset's folder.
#[derive(Debug, Clone)]
pub struct Changeset {
    /// Its name.
    pub name: ChangesetName,
    /// Its folder.
    pub folder: ProjectPath,
}

/// One file of a changeset.
#[derive(Debug, Clone)]
pub(super) struct ChangeFile {
    pub(super) script: Script,
    /// A manifest is recorded; it does not run.
    pub(super) is_manifest: bool,
}

/// The files of one direction.
#[derive(Debug, Clone)]
pub(super) struct ChangeFiles {
    pub(super) files: Vec<ChangeFile>,
    /// Over the files of the folder: what a manifest names is not part of the changeset.
    pub(super) checksum: Checksum,
}

/// Lists the changesets, by name. A missing folder has none.
pub(super) fn list(bench: &Workbench) -> Result<Vec<Changeset>, StartError> {
    if !bench.files.is_folder(&bench.changesets) {
        return Ok(Vec::new());
    }
    let folders = bench.files.folders(&bench.changesets)?;
    let read = |folder: ProjectPath| Ok(Changeset { name: ChangesetName::parse(folder.file_name())?, folder });
    folders.into_iter().map(read).collect()
}

impl Changeset {
    /// Returns the folder of a direction.
    pub(super) fn side(&self, direction: Direction) -> Result<ProjectPath, StartError> {
        let name = match direction {
            Direction::Change => "change",
            Direction::Revert => "revert",
        };
        self.folder.join(name).map_err(|error| StartError::File(error.into()))
    }

    /// Prepares the files of a direction; there is at least one.
    pub(super) fn files(&self, bench: &Workbench, direction: Direction) -> Result<ChangeFiles, StartError> {
        let side = self.side(direction)?;
        let paths = self.paths(bench, &side)?;
        if paths.is_empty() {
            return Err(StartError::NoFiles { folder: side });
        }
        let mut files = Vec::new();
        let mut own = Vec::new();
        let mut seen = BTreeSet::new();
        for path in paths {
            seen.insert(path.as_str().to_owned());
            let script = bench.scripts.prepare(&path)?;
            own.push(script.checksum.clone());
            let is_manifest = ScriptKind::of(path.file_name()) == ScriptKind::Manifest;
            files.push(ChangeFile { script, is_manifest });
            if is_manifest {
                let named = named(bench, &path, &mut seen)?;
                files.extend(named.into_iter().map(|script| ChangeFile { script, is_manifest: false }));
            }
        }
        Ok(ChangeFiles { files, checksum: Checksum::combined(&own) })
    }

    /// Returns the checksums that the files that apply it may stand under in the history; none when it cannot be told, such
    /// as when a template does not render. The first that is the `stored` one is enough.
    pub(super) fn checksums(&self, bench: &Workbench, stored: Option<&str>) -> Vec<String> {
        let Ok(side) = self.side(Direction::Change) else { return Vec::new() };
        let mut checksums: Vec<String> = self.checksum(bench, &side).iter().map(Checksum::to_string).collect();
        if stored.is_none_or(|stored| !checksums.iter().any(|checksum| checksum == stored)) {
            checksums.extend(original::checksum(bench, &side).map(|checksum| checksum.to_string()));
        }
        checksums
    }

    fn checksum(&self, bench: &Workbench, side: &ProjectPath) -> Option<Checksum> {
        let paths = self.paths(bench, side).ok()?;
        let checksums: Result<Vec<Checksum>, ScriptError> =
            paths.iter().map(|path| bench.scripts.prepare(path).map(|script| script.checksum)).collect();
        Some(Checksum::combined(&checksums.ok()?))
    }

    fn paths(&self, bench: &Workbench, side: &ProjectPath) -> Result<Vec<ProjectPath>, StartError> {
        if !bench.files.is_folder(side) {
            return Ok(Vec::new());
        }
        let mut paths = bench.files.walk(side)?;
        paths.retain(|path| ScriptKind::of(path.file_name()) != ScriptKind::Other);
        Ok(paths)
    }
}

/// Prepares the files that a manifest names.
fn named(bench: &Workbench, path: &ProjectPath, seen: &mut BTreeSet<String>) -> Result<Vec<Script>, StartError> {
    let bytes = bench.files.read(path)?;
    let text = text::decode(&bytes).map_err(|error| ScriptError::of_text(path, &error))?;
    let mut scripts = Vec::new();
    for entry in manifest::parse(path, &text)? {
        let (manifest, line) = (path.clone(), entry.line);
        if !bench.files.exists(&entry.path) {
            return Err(StartError::ManifestFile { manifest, line, path: entry.path });
        }
        if !seen.insert(entry.path.as_str().to_owned()) {
            return Err(StartError::ManifestDuplicate { manifest, line, path: entry.path });
        }
        scripts.push(bench.scripts.prepare(&entry.path)?);
    }
    Ok(scripts)
}
