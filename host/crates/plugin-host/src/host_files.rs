//! What a linked loader reads besides its file: `noorm:host/files`.
//!
//! Each read is checked against the grant before anybody looks for the file, and noted, so that what was read is an input
//! of the run. Finding files and keeping them from leading out of the project is the part of [`LinkedFiles`].

use std::sync::Arc;

use crate::bindings::files::Host;
use crate::bindings::report::Failure;

/// The files of a project, as a loader may ask for them.
pub trait LinkedFiles: Send + Sync {
    /// Reads a file, by its path from the project root with `/`. The error says why not, in one phrase.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;
}

/// What one instance may read, and has read.
#[derive(Default)]
pub(crate) struct HostFiles {
    access: Option<Access>,
    /// The paths that were read, and how long each file was.
    read: Vec<(String, u64)>,
}

/// The files, and the globs that a grant names.
pub(crate) struct Access {
    pub(crate) files: Arc<dyn LinkedFiles>,
    pub(crate) paths: Vec<String>,
}

impl HostFiles {
    pub(crate) fn open(access: Option<Access>) -> Self {
        Self { access, read: Vec::new() }
    }

    /// Returns the paths that were read, in order, each once.
    pub(crate) fn take_read(&mut self) -> Vec<String> {
        std::mem::take(&mut self.read).into_iter().map(|(path, _)| path).collect()
    }

    /// Returns how long a file was that was read.
    pub(crate) fn len_of(&self, path: &str) -> Option<u64> {
        self.read.iter().find(|(read, _)| read == path).map(|(_, len)| *len)
    }
}

impl Host for HostFiles {
    fn read(&mut self, path: String) -> Result<Vec<u8>, Failure> {
        let Some(access) = &self.access else {
            return Err(Failure::Denied("no files of the project".to_owned()));
        };
        if !access.paths.iter().any(|glob| noorm_core::glob::matches(glob, &path)) {
            return Err(Failure::Denied(format!("`{path}`: the grant names {}", access.paths.join(", "))));
        }
        let bytes = access.files.read(&path).map_err(|why| Failure::Unsupported(format!("`{path}`: {why}")))?;
        if self.len_of(&path).is_none() {
            self.read.push((path, bytes.len() as u64));
        }
        Ok(bytes)
    }
}
