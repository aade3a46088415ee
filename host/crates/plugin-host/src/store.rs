//! Where the components of a project's plugins are, with their signatures beside them.
//!
//! One that came from a file lies in the project, as nobody else could bring it. One that came from elsewhere lies in the
//! user's cache, under its digest, and can be brought again; a copy in the project is preferred. It trusts neither: whoever
//! reads a component compares its digest.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::PluginError;
use crate::lock_file::{Locked, write_whole};

/// What a signature's name ends in.
const SIGNATURE: &str = ".minisig";

/// The places of a project's components.
#[derive(Clone, Copy)]
pub(crate) struct Store<'a> {
    /// The folder `.noorm` of the project.
    pub(crate) project: &'a Path,
    /// The folder of the user's cache that components are in.
    pub(crate) fetched: Option<&'a Path>,
}

impl Store<'_> {
    /// Returns where the component of a plugin is, or should be.
    pub(crate) fn place(&self, locked: &Locked) -> PathBuf {
        let vendored = vendored(self.project, &locked.name);
        let fetched =
            self.fetched.filter(|_| is_elsewhere(&locked.source)).map(|folder| fetched(folder, &locked.digest));
        match fetched {
            Some(fetched) if !vendored.exists() => fetched,
            _ => vendored,
        }
    }

    /// Writes the component of a plugin, and its signature, to where they belong.
    pub(crate) fn put(&self, locked: &Locked, component: &[u8], signature: Option<&str>) -> Result<(), PluginError> {
        let place = self.place(locked);
        put(&place, component, signature)
    }
}

/// Writes a component and its signature.
pub(crate) fn put(place: &Path, component: &[u8], signature: Option<&str>) -> Result<(), PluginError> {
    let beside = signature_path(place);
    match signature {
        Some(signature) => write_whole(&beside, signature.as_bytes())?,
        // One of another component would be wrong for this one.
        None => remove(&beside)?,
    }
    write_whole(place, component)
}

/// Removes a component and its signature, where they are.
pub(crate) fn remove_both(place: &Path) -> Result<(), PluginError> {
    remove(place)?;
    remove(&signature_path(place))
}

/// Returns the signature beside a component.
pub(crate) fn signature(place: &Path) -> Result<Option<String>, PluginError> {
    let file = signature_path(place);
    match fs::read(&file) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PluginError::Io { action: "read", file, source }),
    }
}

/// Whether a plugin can be brought again from where it came from.
pub(crate) fn is_elsewhere(origin: &str) -> bool {
    !origin.starts_with("path:")
}

/// Returns where a project keeps the component of a plugin.
pub(crate) fn vendored(project: &Path, name: &str) -> PathBuf {
    project.join("plugins").join(format!("{name}.wasm"))
}

fn fetched(folder: &Path, digest: &str) -> PathBuf {
    folder.join(format!("{digest}.wasm"))
}

fn signature_path(component: &Path) -> PathBuf {
    let mut name = component.as_os_str().to_owned();
    name.push(SIGNATURE);
    name.into()
}

fn remove(file: &Path) -> Result<(), PluginError> {
    match fs::remove_file(file) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(PluginError::Io { action: "remove", file: file.to_path_buf(), source })
        }
        _ => Ok(()),
    }
}
