//! `plugin build`: a plugin's project becomes a component in `dist/`.
//!
//! The compilers are those of the language; what they make is checked and, for Rust, encoded here.

mod javascript;
mod python;
mod rust;
mod tool;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use super::scaffold::Language;
use super::tools::Tools;
use super::{Here, PluginError, look};

/// Where the component goes, from the project's folder.
const DIST: &str = "dist";

/// What was built.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Built {
    /// The component's file.
    pub file: PathBuf,
    /// The plugin's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `loader`, `dialect` or `quirk`.
    pub kind: &'static str,
    /// Size of the component.
    pub size_bytes: u64,
    /// The imports that grant it something.
    pub imports: Vec<String>,
    /// SHA-256 of the component.
    pub digest: String,
    /// How long it took.
    pub duration_ms: u64,
    /// What was done besides, for people.
    pub notes: Vec<String>,
}

/// Why nothing was built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The folder is no project of a plugin.
    #[error("`{}` has neither `Cargo.toml` nor `package.json` nor `pyproject.toml`", folder.display())]
    NoProject {
        /// The folder.
        folder: PathBuf,
    },
    /// A tool is not there.
    #[error("`{tool}` is not installed")]
    NoTool {
        /// The tool.
        tool: &'static str,
        /// How to get it.
        install: &'static str,
    },
    /// A tool cannot be started.
    #[error("cannot start `{}`", tool.display())]
    Start {
        /// The tool.
        tool: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A tool failed.
    #[error("`{tool}` failed")]
    Failed {
        /// The tool.
        tool: &'static str,
        /// What it printed.
        output: String,
    },
    /// The project does not say what is needed.
    #[error("`{}` {what}", file.display())]
    Manifest {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What was built is no plugin.
    #[error(transparent)]
    Plugin(#[from] PluginError),
}

impl BuildError {
    /// What to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoProject { .. } => Some("`noorm plugin new` makes one".to_owned()),
            Self::NoTool { install, .. } => Some((*install).to_owned()),
            Self::Manifest { .. } => Some("compare it with that of a project that `noorm plugin new` made".to_owned()),
            Self::Plugin(error) => error.hint(),
            _ => None,
        }
    }
}

/// A tool's result: a component, or a module that is to be encoded.
struct Made {
    file: PathBuf,
    notes: Vec<String>,
}

/// Returns what a project is written in.
fn language(folder: &Path) -> Option<Language> {
    let has = |file: &str| folder.join(file).is_file();
    [("Cargo.toml", Language::Rust), ("package.json", Language::JavaScript), ("pyproject.toml", Language::Python)]
        .into_iter()
        .find_map(|(file, language)| has(file).then_some(language))
}

/// Builds the project in a folder.
pub fn build(folder: &Path, tools: &Tools) -> Result<Built, BuildError> {
    let begun = Instant::now();
    let language = language(folder).ok_or_else(|| BuildError::NoProject { folder: folder.to_owned() })?;
    let dist = folder.join(DIST);
    fs::create_dir_all(&dist).map_err(|source| BuildError::Io { action: "write", path: dist.clone(), source })?;
    let made = match language {
        Language::Rust => rust::build(folder)?,
        Language::JavaScript => javascript::build(folder, &dist)?,
        Language::Python => python::build(folder, &dist)?,
    };
    let read =
        fs::read(&made.file).map_err(|source| BuildError::Io { action: "read", path: made.file.clone(), source });
    let candidate = look(Here { project: None, tools })?.examine(&made.file, &read?)?;
    let info = candidate.info;
    let file = dist.join(format!("{}.wasm", info.name));
    noorm_vault::atomic::write_atomic(&file, &candidate.component, 0o644).map_err(|source| BuildError::Io {
        action: "write",
        path: file.clone(),
        source,
    })?;
    if made.file.starts_with(&dist) && made.file != file {
        // Left over it would be taken for another plugin. Where it cannot be removed it harms nobody.
        let _ = fs::remove_file(&made.file);
    }
    Ok(Built {
        file,
        kind: info.kind.as_str(),
        name: info.name,
        version: info.version,
        size_bytes: info.size_bytes,
        imports: info.imports,
        digest: info.digest,
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        notes: made.notes,
    })
}
