//! Opens the sealed state of a project with the user's key.

use std::path::PathBuf;

use noorm_core::config::Config;
use noorm_vault::{State, StateStore};

use super::ConfigError;
use crate::home::Home;
use crate::identity::seal_keys;
use crate::project::Project;

/// The state's file in the project's folder.
const FILE: &str = "state.enc";

/// Returns where the state of a project is.
pub(crate) fn path(project: &Project) -> PathBuf {
    project.folder().join(FILE)
}

/// Returns the store; an error without a key.
pub(crate) fn open(project: &Project, home: &Home) -> Result<StateStore, ConfigError> {
    let (key, former) = seal_keys(home)?;
    Ok(StateStore::new(path(project), key).with_former(former))
}

/// Returns the state; `None` where there is no file, for which no key is needed.
pub(crate) fn load(project: &Project, home: &Home) -> Result<Option<State>, ConfigError> {
    if !path(project).exists() {
        return Ok(None);
    }
    Ok(open(project, home)?.load()?)
}

/// Returns a config of the state.
pub(super) fn config(state: &State, name: &str) -> Result<Config, ConfigError> {
    let Some(stored) = state.configs.get(name) else {
        return Err(ConfigError::Unknown { name: name.to_owned(), known: names(state) });
    };
    serde_json::from_value(stored.clone()).map_err(|source| ConfigError::Stored { name: name.to_owned(), source })
}

/// Returns the names of the configs, sorted.
pub(super) fn names(state: &State) -> Vec<String> {
    state.configs.keys().cloned().collect()
}
