//! Opens the sealed state of a project with the user's key.

use std::collections::BTreeMap;
use std::path::PathBuf;

use noorm_core::config::Config;
use noorm_core::secret::Secret;
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
    let state = open(project, home)?.load()?;
    state.iter().for_each(|state| note(state, home));
    Ok(state)
}

/// Notes every secret of a state, so that none is shown.
pub(crate) fn note(state: &State, home: &Home) {
    let configs: Vec<Config> = state.configs.keys().filter_map(|name| config(state, name).ok()).collect();
    let of_configs = state.secrets.values().flat_map(BTreeMap::values);
    let of_vaults = state.vaults.values().flat_map(|vault| vault.secrets.values()).map(|secret| &secret.value);
    let all = of_configs.chain(state.global_secrets.values()).chain(of_vaults);
    let secrets = all.map(|value| Secret::new(value.expose().to_owned()));
    home.seen.add_of(secrets, &configs);
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

/// Returns the name of the stored config that is meant: the one that is named, `NOORM_CONFIG`'s, or the active one.
pub(crate) fn chosen(state: &State, home: &Home, name: Option<&str>) -> Result<String, ConfigError> {
    let variable = home.variables.get("NOORM_CONFIG").map(String::as_str).filter(|name| !name.is_empty());
    let name = name.or(variable).or(state.active_config.as_deref());
    name.map(str::to_owned).ok_or_else(|| ConfigError::NoneActive { known: names(state) })
}
