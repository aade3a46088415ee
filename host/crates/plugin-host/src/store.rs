//! Where the components of a project's plugins are, with their signatures beside them.
//!
//! One that came from a file lies in the project, as nobody else could bring it. One that came from elsewhere lies in the
//! user's cache, under its digest, and can be brought again; a copy in the project is preferred. It trusts neither: whoever
//! reads a component compares its digest.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::PluginError;
use crate::files::read_bounded;
use crate::lock_file::{Locked, write_whole};

/// What a signature's name ends in.
const SIGNATURE: &str = ".minisig";

/// Bytes of a signature; one has some three hundred.
const SIGNATURE_BYTES_MAX: u64 = 16 << 10;

/// What origins begin with that a plugin can be brought again from.
const ELSEWHERE: [&str; 2] = ["https://", "oci://"];

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

    /// Writes the component of a plugin, and its signature, to where they belong; beside it, if another one is there, which
    /// the lock file may name still.
    pub(crate) fn put(&self, locked: &Locked, component: &[u8], signature: Option<&str>) -> Result<(), PluginError> {
        let place = self.place(locked);
        match place.exists() {
            true => put(&waiting(&place), component, signature),
            false => put(&place, component, signature),
        }
    }

    /// Lets a component take the place of another one, now that the lock file names it.
    pub(crate) fn settle(&self, locked: &Locked) -> Result<(), PluginError> {
        settle(&self.place(locked))
    }
}

/// Returns where a component waits to take the place of another one.
pub(crate) fn waiting(place: &Path) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Lets a component that waits take its place, with its signature. Whoever is killed in the middle left it to the next one.
pub(crate) fn settle(place: &Path) -> Result<(), PluginError> {
    let waiting = waiting(place);
    if !waiting.exists() {
        return Ok(());
    }
    let is_signed = signature_path(&waiting).exists();
    rename(&waiting, place)?;
    match is_signed {
        true => rename(&signature_path(&waiting), &signature_path(place)),
        false => remove(&signature_path(place)),
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), PluginError> {
    fs::rename(from, to).map_err(|source| PluginError::Io { action: "write", file: to.to_path_buf(), source })
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
    let waiting = waiting(place);
    remove(&waiting)?;
    remove(&signature_path(&waiting))?;
    remove(place)?;
    remove(&signature_path(place))
}

/// Returns the signature beside a component.
pub(crate) fn signature(place: &Path) -> Result<Option<String>, PluginError> {
    let (file, waiting) = (signature_path(place), waiting(place));
    // Its component has taken its place.
    if signature_path(&waiting).exists() && !waiting.exists() {
        rename(&signature_path(&waiting), &file)?;
    }
    match read_bounded(&file, SIGNATURE_BYTES_MAX) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PluginError::Io { action: "read", file, source }),
    }
}

/// Whether a plugin can be brought again from where it came from.
pub(crate) fn is_elsewhere(origin: &str) -> bool {
    ELSEWHERE.iter().any(|scheme| origin.starts_with(scheme))
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_and_registries_are_elsewhere() {
        for (origin, expected) in [
            ("https://example.org/a.wasm", true),
            ("oci://example.org/a@sha256:00", true),
            ("path:a.wasm", false),
            ("/dev/tty", false),
            ("http://example.org/a.wasm", false),
            ("file:///dev/tty", false),
            ("", false),
        ] {
            assert_eq!(is_elsewhere(origin), expected, "{origin}");
        }
    }

    /// Whoever is killed after the lock file was written, and before the rest.
    #[test]
    fn what_waits_takes_its_place_wherever_it_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("loader-a.wasm");
        let read = |file: &Path| fs::read(file).unwrap();
        put(&place, b"old", Some("of the old")).unwrap();
        put(&waiting(&place), b"new", Some("of the new")).unwrap();
        assert_eq!((read(&place), signature(&place).unwrap().as_deref()), (b"old".to_vec(), Some("of the old")));
        fs::rename(waiting(&place), &place).unwrap();
        assert_eq!((read(&place), signature(&place).unwrap().as_deref()), (b"new".to_vec(), Some("of the new")));
        settle(&place).unwrap();
        put(&waiting(&place), b"unsigned", None).unwrap();
        settle(&place).unwrap();
        assert_eq!((read(&place), signature(&place).unwrap()), (b"unsigned".to_vec(), None));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_signature_has_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("loader-a.wasm");
        assert_eq!(signature(&place).unwrap(), None);
        put(&place, b"code", Some("signed")).unwrap();
        assert_eq!(signature(&place).unwrap().as_deref(), Some("signed"));
        let file = fs::File::create(signature_path(&place)).unwrap();
        file.set_len(SIGNATURE_BYTES_MAX + 1).unwrap();
        let PluginError::Io { source, .. } = signature(&place).unwrap_err() else { panic!("another error") };
        assert_eq!(source.to_string(), "it has more than 16384 bytes");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_place_of_a_signature_keeps_nobody_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("loader-a.wasm");
        assert!(std::process::Command::new("mkfifo").arg(signature_path(&place)).status().unwrap().success());
        let PluginError::Io { source, .. } = signature(&place).unwrap_err() else { panic!("another error") };
        assert_eq!(source.to_string(), "it is not a regular file");
        // One that is written takes its place.
        put(&place, b"code", Some("signed")).unwrap();
        assert_eq!(signature(&place).unwrap().as_deref(), Some("signed"));
    }
}
