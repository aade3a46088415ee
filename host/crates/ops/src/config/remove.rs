//! `config rm`.

use noorm_core::config::Config;

use super::{ConfigError, stage, store};
use crate::home::Home;
use crate::project::Project;

/// Returns a stored config by its name, as it is stored.
pub fn find(project: &Project, home: &Home, name: &str) -> Result<Config, ConfigError> {
    let state = store::load(project, home)?.unwrap_or_default();
    store::config(&state, name)
}

/// Removes a config and its secrets. Returns whether it was the active one; then none is.
pub fn remove(project: &Project, home: &Home, name: &str) -> Result<bool, ConfigError> {
    find(project, home, name)?;
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
