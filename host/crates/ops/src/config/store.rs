//! Opens the sealed state of a project with the user's key.

use noorm_core::config::Config;
use noorm_vault::{KeyFiles, SealKey, State, StateStore, machine_id};

use super::ConfigError;
use crate::home::Home;
use crate::project::Project;

/// The state's file in the project's folder.
const FILE: &str = "state.enc";

/// Returns the store; an error without a key.
pub(crate) fn open(project: &Project, home: &Home) -> Result<StateStore, ConfigError> {
    let variable = |name: &str| home.variables.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let home_dir = home.home_dir.as_deref().ok_or(ConfigError::NoHome)?;
    let key = KeyFiles::in_home(home_dir).load()?.ok_or(ConfigError::NoIdentity)?;
    let machine = machine_id(home_dir, variable("NOORM_MACHINE_ID"))?;
    let key = SealKey::new(key, machine, variable("NOORM_PASSPHRASE"));
    Ok(StateStore::new(project.folder().join(FILE), key))
}

/// Returns the state; `None` where there is no file, for which no key is needed.
pub(crate) fn load(project: &Project, home: &Home) -> Result<Option<State>, ConfigError> {
    if !project.folder().join(FILE).exists() {
        return Ok(None);
    }
    Ok(open(project, home)?.load()?)
}

/// Opens the state as it was before the last change; `None` where there is no such file.
pub(crate) fn load_backup(project: &Project, home: &Home) -> Result<Option<State>, ConfigError> {
    let path = project.folder().join(format!("{FILE}.bak"));
    if !path.exists() {
        return Ok(None);
    }
    let store = open(project, home)?;
    Ok(StateStore::new(path, store.key().clone()).load()?)
}

/// Returns a config of the state.
pub(crate) fn config(state: &State, name: &str) -> Result<Config, ConfigError> {
    let Some(stored) = state.configs.get(name) else {
        return Err(ConfigError::Unknown { name: name.to_owned(), known: names(state) });
    };
    serde_json::from_value(stored.clone()).map_err(|source| ConfigError::Stored { name: name.to_owned(), source })
}

/// Returns the names of the configs, sorted.
pub(crate) fn names(state: &State) -> Vec<String> {
    state.configs.keys().cloned().collect()
}
