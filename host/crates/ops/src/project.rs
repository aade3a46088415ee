//! Finds the project that a command is about, and reads its settings.
//!
//! It walks up from the working directory to the first folder with `.noorm/settings.yml`. It writes nothing: a command
//! in the wrong folder leaves no trace.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use noorm_core::settings::{Settings, SettingsError};

use crate::plugin::reach::Reach;
use crate::plugin::tools::Tools;

/// Folder of noorm's own files in a project.
pub const FOLDER: &str = ".noorm";

/// Settings file in that folder.
pub const SETTINGS: &str = "settings.yml";

/// Why there is no project to work on.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// Neither the folder nor one above it is a project.
    #[error("`{}` is not in a noorm project", from.display())]
    NotFound {
        /// Where the search began.
        from: PathBuf,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The settings are not UTF-8.
    #[error("`{}` is not valid UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// The settings are wrong.
    #[error("`{}` is not valid", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// Its text.
        text: String,
        /// What is wrong.
        #[source]
        source: SettingsError,
    },
}

impl ProjectError {
    /// What the user can do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "`noorm init` makes a project here; `--project DIR` names another folder",
            Self::Read { .. } => "check the file's permissions",
            Self::NotUtf8 { .. } => "save the file as UTF-8",
            Self::Settings { .. } => "correct the file; an empty one means the defaults",
        }
    }
}

/// A project on disk.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its folder, absolute.
    pub root: PathBuf,
    /// Its settings.
    pub settings: Settings,
    /// Components that this command uses in the place of locked plugins, by the plugins' names.
    pub with: BTreeMap<String, PathBuf>,
    /// What its plugins get from the surroundings.
    pub tools: Tools,
    /// How far noorm goes for its plugins.
    pub reach: Reach,
}

impl Project {
    /// Takes a folder and its settings as they are.
    #[must_use]
    pub fn new(root: PathBuf, settings: Settings) -> Self {
        Self { root, settings, with: BTreeMap::new(), reach: Reach::default(), tools: Tools::default() }
    }

    /// Finds the project of a folder.
    pub fn find(from: &Path) -> Result<Self, ProjectError> {
        let root = find_root(from)?;
        let (path, text) = read_settings(root)?;
        match Settings::parse(&text) {
            Ok(settings) => Ok(Self::new(root.to_owned(), settings)),
            Err(source) => Err(ProjectError::Settings { path, text, source }),
        }
    }

    /// Finds the project of a folder, or says that there is none; a broken one is still an error.
    pub fn find_optional(from: &Path) -> Result<Option<Self>, ProjectError> {
        match Self::find(from) {
            Ok(project) => Ok(Some(project)),
            Err(ProjectError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives its plugins what the surroundings have for them.
    #[must_use]
    pub fn equipped(self, tools: &Tools) -> Self {
        Self { tools: tools.clone(), ..self }
    }

    /// Returns it with how far noorm goes for its plugins.
    #[must_use]
    pub fn reaching(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// Returns the names of the plugins that are given for this command.
    pub fn given(&self) -> Vec<String> {
        self.with.keys().cloned().collect()
    }

    /// Returns noorm's own folder.
    pub fn folder(&self) -> PathBuf {
        self.root.join(FOLDER)
    }
}

/// Finds the folder of a project without reading its settings.
pub fn find_root(from: &Path) -> Result<&Path, ProjectError> {
    let root = from.ancestors().find(|folder| folder.join(FOLDER).join(SETTINGS).is_file());
    root.ok_or_else(|| ProjectError::NotFound { from: from.to_owned() })
}

/// Reads the settings file of a project's folder, whatever is in it.
pub(crate) fn read_settings(root: &Path) -> Result<(PathBuf, String), ProjectError> {
    let path = root.join(FOLDER).join(SETTINGS);
    let bytes = std::fs::read(&path).map_err(|source| ProjectError::Read { path: path.clone(), source })?;
    let text = String::from_utf8(bytes).map_err(|_| ProjectError::NotUtf8 { path: path.clone() })?;
    Ok((path, text))
}

/// Reads a file, `None` when it is not there.
pub(crate) fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, std::io::Error> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
