//! `settings`: shows, checks and edits the settings file of a project, also one that cannot be used.

mod edit;

use std::path::{Path, PathBuf};

use noorm_core::settings::{Settings, SettingsError};

pub use edit::{EditError, Edited, edit};
pub use noorm_core::settings::SCHEMA;

use crate::project::{self, ProjectError};

/// A settings file, and what it comes to.
#[derive(Debug)]
pub struct SettingsFile {
    /// The project's folder.
    pub root: PathBuf,
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What it says, or what is wrong with it.
    pub read: Result<Settings, SettingsError>,
}

/// Reads the settings file of the project that a folder is in.
pub fn read(from: &Path) -> Result<SettingsFile, ProjectError> {
    let root = project::find_root(from)?;
    let (path, text) = project::read_settings(root)?;
    let read = Settings::parse(&text);
    Ok(SettingsFile { root: root.to_owned(), path, text, read })
}
