//! The lock file of a project while one process changes it: whoever comes second waits, and reads what the first one wrote.
//!
//! The operating system drops the lock when its holder ends, however it ends. It is a lock on a file beside the lock file,
//! which itself is replaced and not written into. That file goes with the lock; its ending tells git and `doctor` that one
//! that stays is what a killed process left behind. Whoever only reads takes no lock.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::{LockFile, path};
use crate::error::PluginError;

/// What is locked, in the folder of the project.
const FILE: &str = ".plugins.lock.held.tmp";

/// How long another process may take. It writes components, and asks nobody anything.
const WAIT: Duration = Duration::from_secs(10);

/// Time between two attempts.
const RETRY: Duration = Duration::from_millis(10);

/// A project's lock file that no other process changes, until this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    lock: LockFile,
    project: PathBuf,
    _turn: Turn,
}

impl Held {
    /// Reads the lock file of a project as soon as nobody else is changing it.
    pub(crate) fn take(project: &Path) -> Result<Self, PluginError> {
        Self::take_within(project, WAIT)
    }

    fn take_within(project: &Path, wait: Duration) -> Result<Self, PluginError> {
        let failed = |source| PluginError::Io { action: "write", file: path(project), source };
        let turn = Turn::take(project, wait).map_err(failed)?;
        Ok(Self { lock: LockFile::read(project)?, project: project.to_path_buf(), _turn: turn })
    }

    /// Writes it.
    pub(crate) fn write(&self) -> Result<(), PluginError> {
        self.lock.write(&self.project)
    }

    /// Says that it stays as it is.
    pub(crate) fn refuse(&self, why: String) -> PluginError {
        PluginError::Io { action: "write", file: path(&self.project), source: io::Error::other(why) }
    }
}

impl Deref for Held {
    type Target = LockFile;

    fn deref(&self) -> &LockFile {
        &self.lock
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut LockFile {
        &mut self.lock
    }
}

/// The right to change a project's lock file. Closing the file gives it up.
#[derive(Debug)]
struct Turn {
    file: File,
    path: PathBuf,
}

impl Turn {
    fn take(project: &Path, wait: Duration) -> io::Result<Self> {
        fs::create_dir_all(project)?;
        let (path, start) = (project.join(FILE), Instant::now());
        loop {
            if let Some(file) = open(&path)? {
                match file.try_lock() {
                    // Who had it before may have removed it, and somebody else may have another of this name by now.
                    Ok(()) if is_at(&file, &path) => return Ok(Self { file, path }),
                    Ok(()) | Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(error)) => return Err(error),
                }
            }
            if start.elapsed() >= wait {
                let what = format!("another process of noorm has been changing it for {} seconds", wait.as_secs());
                return Err(io::Error::new(ErrorKind::TimedOut, what));
            }
            thread::sleep(RETRY);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Nobody else removes it, as nobody else has the lock. What cannot be removed is locked again by the next one.
        // Where a file cannot be told from another one of its name, it stays.
        if cfg!(unix) && is_at(&self.file, &self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Opens what is locked; `None` where it was removed in between.
fn open(path: &Path) -> io::Result<Option<File>> {
    let opened = match File::options().write(true).create_new(true).open(path) {
        // A repository may bring a link to somewhere else, and an archive a pipe, which opening waits at.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::symlink_metadata(path).and_then(|found| {
            if found.is_file() {
                return File::options().write(true).open(path);
            }
            Err(io::Error::new(ErrorKind::InvalidInput, format!("`{FILE}` beside it is not a regular file")))
        }),
        created => created,
    };
    match opened {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

/// Whether a file still has its name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |found: fs::Metadata| (found.dev(), found.ino());
    file.metadata().is_ok_and(|file| fs::symlink_metadata(path).is_ok_and(|found| id(found) == id(file)))
}

/// Elsewhere nobody removes it.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::grant::Grant;
    use crate::lock_file::tests::locked;

    fn grant(path: String) -> Grant {
        Grant { import: "noorm:host/files@1.0.0".to_owned(), paths: vec![path] }
    }

    #[test]
    fn many_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut held = Held::take(folder.path()).unwrap();
        held.put(locked("loader-a"));
        held.write().unwrap();
        drop(held);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let project = folder.path();
                scope.spawn(move || {
                    for turn in 0..8 {
                        let mut held = Held::take(project).unwrap();
                        let mut one = held.take("loader-a").unwrap();
                        one.grants.push(grant(format!("{thread}/{turn}/**")));
                        held.put(one);
                        held.write().unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "what was locked goes with the lock");
        let read = LockFile::read(folder.path()).unwrap();
        let paths: std::collections::BTreeSet<_> = read.plugins()[0].grants.iter().map(|one| &one.paths).collect();
        assert_eq!(paths.len(), 32);
    }

    #[test]
    fn who_waits_too_long_is_told_why() {
        let folder = tempfile::tempdir().unwrap();
        let first = Held::take(folder.path()).unwrap();
        let PluginError::Io { file, source, .. } =
            Held::take_within(folder.path(), Duration::from_millis(20)).unwrap_err()
        else {
            panic!("another error")
        };
        assert_eq!((file, source.kind()), (folder.path().join("plugins.lock"), ErrorKind::TimedOut));
        assert!(source.to_string().contains("another process"), "{source}");
        drop(first);
        Held::take(folder.path()).unwrap();
        // A killed process leaves the file, and not the lock.
        fs::write(folder.path().join(FILE), "").unwrap();
        Held::take_within(folder.path(), Duration::ZERO).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_a_repository_puts_there_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (project, theirs) = (folder.path().join("project"), folder.path().join("theirs"));
        fs::create_dir(&project).unwrap();
        std::os::unix::fs::symlink(&theirs, project.join(FILE)).unwrap();
        let error = Held::take(&project).unwrap_err();
        assert!(matches!(error, PluginError::Io { .. }), "{error}");
        assert!(!theirs.exists());
    }
}
