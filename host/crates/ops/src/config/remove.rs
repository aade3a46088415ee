//! `config rm`.

use noorm_core::config::{Config, ConfigKind, ConnectionConfig, PathConfig};
use serde_json::{Map, Value};

use super::{ConfigError, stage, store};
use crate::home::Home;
use crate::project::Project;

/// Returns a stored config by its name, as it is stored.
pub fn find(project: &Project, home: &Home, name: &str) -> Result<Config, ConfigError> {
    let state = store::load(project, home)?.unwrap_or_default();
    store::config(&state, name)
}

/// Returns what is stored under a name, be it a config or not: of what cannot be read, the name and whether it is protected is
/// all that counts, and it is unless it says otherwise.
pub fn find_any(project: &Project, home: &Home, name: &str) -> Result<Config, ConfigError> {
    let state = store::load(project, home)?.unwrap_or_default();
    match (store::config(&state, name), state.configs.get(name)) {
        (Err(ConfigError::Stored { .. }), Some(stored)) => Ok(Config {
            name: name.to_owned(),
            kind: ConfigKind::default(),
            is_test: false,
            protected: !matches!(stored.get("protected"), None | Some(Value::Bool(false))),
            connection: ConnectionConfig::default(),
            paths: PathConfig::default(),
            identity: None,
            other: Map::new(),
        }),
        (found, _) => found,
    }
}

/// Removes a config and its secrets, be it one or not. Returns whether it was the active one; then none is.
pub fn remove(project: &Project, home: &Home, name: &str) -> Result<bool, ConfigError> {
    find_any(project, home, name)?;
    stage::refuse_locked(project, name)?;
    store::open(project, home)?.update(|state| {
        if state.configs.remove(name).is_none() {
            return Err(ConfigError::Unknown { name: name.to_owned(), known: store::names(state) });
        }
        state.secrets.remove(name);
        state.secret_types.remove(name);
        let was_active = state.active_config.as_deref() == Some(name);
        if was_active {
            state.active_config = None;
        }
        Ok(was_active)
    })
}
