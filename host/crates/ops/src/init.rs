//! Makes a project of a folder: settings, folders, entries of `.gitignore`, and an identity where there is none.
//!
//! What is there already stays as it is. Running it twice changes nothing.

use std::path::{Path, PathBuf};

use noorm_core::settings;

use crate::home::Home;
use crate::identity::{self, IdentityError};
use crate::project::{FOLDER, SETTINGS, read_optional};

/// What git must not see.
const IGNORED: [&str; 6] = [
    ".noorm/state.enc",
    ".noorm/state.enc.bak",
    ".noorm/state.enc.lock",
    ".noorm/settings.edit.yml",
    ".noorm/*.tmp",
    // The folder of the log, where the settings do not name another.
    ".noorm/state/",
];

/// Why a project could not be made.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A file or folder cannot be made.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The identity cannot be made or kept.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// What `init` did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Initialized {
    /// The project's folder.
    pub root: PathBuf,
    /// What it made, relative to that folder; empty when everything was there.
    pub created: Vec<String>,
    /// Public key of an identity that it made.
    pub identity: Option<String>,
}

/// Makes a project of a folder. `now` is the instant of the command, RFC 3339.
pub fn init(root: &Path, home: &Home, now: &str) -> Result<Initialized, InitError> {
    let mut created = Vec::new();
    for folder in [FOLDER, "schema", "changesets"] {
        let path = root.join(folder);
        if !path.is_dir() {
            std::fs::create_dir_all(&path).map_err(|source| InitError::Write { path, source })?;
            created.push(format!("{folder}/"));
        }
    }
    let path = root.join(FOLDER).join(SETTINGS);
    if !path.exists() {
        write(&path, settings::TEMPLATE)?;
        created.push(format!("{FOLDER}/{SETTINGS}"));
    }
    if ignore(&root.join(".gitignore"))? {
        created.push(".gitignore".to_owned());
    }
    let identity = identity::create_if_missing(home, now)?.map(|made| made.identity.public_key.to_hex());
    Ok(Initialized { root: root.to_owned(), created, identity })
}

fn write(path: &Path, text: &str) -> Result<(), InitError> {
    noorm_vault::atomic::write_atomic(path, text.as_bytes(), 0o644)
        .map_err(|error| InitError::Write { path: path.to_owned(), source: error })
}

/// Adds what is missing to `.gitignore`; the rest of the file stays as it is.
fn ignore(path: &Path) -> Result<bool, InitError> {
    let fail = |source| InitError::Write { path: path.to_owned(), source };
    let bytes = read_optional(path).map_err(fail)?.unwrap_or_default();
    let mut text = String::from_utf8(bytes).map_err(|error| fail(std::io::Error::other(error)))?;
    let missing: Vec<&str> =
        IGNORED.into_iter().filter(|entry| !text.lines().any(|line| line.trim() == *entry)).collect();
    if missing.is_empty() {
        return Ok(false);
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for entry in missing {
        text.push_str(entry);
        text.push('\n');
    }
    write(path, &text)?;
    Ok(true)
}
