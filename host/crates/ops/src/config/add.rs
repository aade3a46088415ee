//! `config add`.

use noorm_core::config::Config;

use super::{ConfigError, dialect, stage, store};
use crate::home::Home;
use crate::project::Project;

/// Adds a config to the state, which is made if it is missing. The first one becomes active; returns whether this one
/// is.
pub fn add(project: &Project, home: &Home, config: &Config) -> Result<bool, ConfigError> {
    // Its stage may say what it does not.
    let whole = stage::with_defaults(project, config.clone());
    dialect::check_dialect(project, &whole.connection.dialect)?;
    whole.validate()?;
    stage::refuse_undeclared(project, &config.name)?;
    let name = config.name.clone();
    let value = serde_json::to_value(config).map_err(|source| ConfigError::Stored { name: name.clone(), source })?;
    store::open(project, home)?.update(|state| {
        if state.configs.contains_key(&name) {
            return Err(ConfigError::Taken { name: name.clone() });
        }
        let is_first = state.configs.is_empty();
        state.configs.insert(name.clone(), value);
        if is_first {
            state.active_config = Some(name.clone());
        }
        Ok(state.active_config.as_ref() == Some(&name))
    })
}
