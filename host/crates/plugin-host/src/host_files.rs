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
        if let Some(why) = astray(&path) {
            return Err(Failure::Denied(format!("`{path}`: {why}")));
        }
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

/// Longest path that is looked at.
const PATH_BYTES_MAX: usize = 4096;

/// The folder of noorm's own in a project: its state, its keys, its plugins. No grant names it.
const OWN: &str = ".noorm";

/// Says why a path is none of a project's, whatever a grant says: a glob takes `..` for a name like any other.
fn astray(path: &str) -> Option<&'static str> {
    if path.len() > PATH_BYTES_MAX {
        return Some("too long for a path");
    }
    if path.chars().any(|one| one.is_control() || one == '\\' || one == ':') {
        return Some("not a path from the project root with `/`");
    }
    let mut parts = path.split('/');
    if parts.clone().any(|part| matches!(part, "" | "." | "..")) {
        return Some("not a path from the project root, without `.`, `..` and empty names");
    }
    // Some file systems take other cases, blanks and dots at the end for the same name.
    let first = parts.next().unwrap_or_default().trim_end_matches([' ', '.']);
    first.eq_ignore_ascii_case(OWN).then_some("noorm's own folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_astray_are_told() {
        for path in ["schema/a.csv", ".hidden/x", "a/.noorm/x", "schema/..a/b", "é.json"] {
            assert_eq!(astray(path), None, "{path}");
        }
        let long = "a".repeat(5000);
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a/..",
            "./a",
            "a//b",
            "a/",
            "a\\..\\b",
            "C:/x",
            "a\0b",
            "a\nb",
            ".noorm/state.enc",
            ".NOORM/x",
            ".noorm ./x",
            &long,
        ] {
            assert!(astray(path).is_some(), "{path:?}");
        }
    }
}
