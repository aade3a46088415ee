//! Opens the sealed state of a project with the user's key.

use std::collections::BTreeMap;

use noorm_core::config::Config;
use noorm_core::secret::Secret;
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
    let state = open(project, home)?.load()?;
    state.iter().for_each(|state| note(state, home));
    Ok(state)
}

/// Notes every secret of a state, so that none is shown.
fn note(state: &State, home: &Home) {
    let configs: Vec<Config> = state.configs.keys().filter_map(|name| config(state, name).ok()).collect();
    let of_configs = state.secrets.values().flat_map(BTreeMap::values);
    let secrets = of_configs.chain(state.global_secrets.values()).map(|value| Secret::new(value.expose().to_owned()));
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
