//! `demo`: a small shop, written into a fresh folder as a project with an embedded database.

use std::io;
use std::path::{Path, PathBuf};

use noorm_core::config::Config;

use crate::config::{self, ConfigError};
use crate::home::Home;
use crate::init::{InitError, init};
use crate::project::{Project, ProjectError};
use crate::workbench::{Workbench, WorkbenchError};

/// The database's file in the demo's folder.
pub const DATABASE: &str = "shop.db";

/// The config that the demo makes.
const CONFIG: &str = include_str!("../../../demo.json");

include!(concat!(env!("OUT_DIR"), "/demo_files.rs"));

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder has something in it.
    #[error("`{}` exists and is not empty", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The instant is wrong.
    #[error(transparent)]
    Clock(#[from] crate::clock::ClockError),
    /// It could not be made a project.
    #[error(transparent)]
    Init(#[from] InitError),
    /// Its config could not be added.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The project that was made cannot be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The project that was made cannot be opened.
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
}

/// Writes the demo's files and makes a project with a config of them. An environment that describes another database
/// is not looked at.
pub fn make(folder: &Path, home: &Home) -> Result<Workbench, DemoError> {
    let write = |path: &Path| {
        let path = path.to_owned();
        move |source| DemoError::Write { path, source }
    };
    let is_empty = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(write(folder)(error)),
    };
    if !is_empty {
        return Err(DemoError::NotEmpty { path: folder.to_owned() });
    }
    for (name, content) in FILES {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(write(parent))?;
        std::fs::write(&path, content).map_err(write(&path))?;
    }
    let mut home = home.clone();
    home.variables.retain(|name, _| !describes_a_database(name));
    init(folder, &home, &crate::clock::now(&home)?)?;
    let project = Project::find(folder)?;
    let config: Config = serde_json::from_str(CONFIG).expect("it is part of this program");
    config::add(&project, &home, &config)?;
    Ok(Workbench::open(project, home, Some(&config.name))?)
}

/// Variables that say which database to use; identity and clock are kept.
fn describes_a_database(name: &str) -> bool {
    let kept = ["NOORM_IDENTITY", "NOORM_MACHINE_ID", "NOORM_NOW", "NOORM_PASSPHRASE"];
    name.starts_with("NOORM_") && !kept.contains(&name)
}
