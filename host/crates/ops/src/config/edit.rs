//! `config edit`.

use noorm_core::config::Config;
use noorm_vault::State;

use super::{ConfigError, dialect, stage, store};
use crate::home::Home;
use crate::project::Project;

/// Puts a config in the place of another one, which must not have been changed meanwhile, and returns it as it is stored.
/// Another name takes the secrets along, and the protection that the stage of the first name gave, and stays the active one.
pub fn edit(project: &Project, home: &Home, before: &Config, after: &Config) -> Result<Config, ConfigError> {
    let mut after = after.clone();
    let of_stage = !before.protected && stage::with_defaults(project, before.clone()).protected;
    if before.name != after.name && of_stage {
        after.protected = true;
    }
    let whole = stage::with_defaults(project, after.clone());
    dialect::check_dialect(project, &whole.connection.dialect)?;
    whole.validate()?;
    stage::refuse_unprotected(project, before, &after)?;
    if before.name != after.name {
        // A config under another name is one of another stage.
        stage::refuse_locked(project, &before.name)?;
        stage::refuse_undeclared(project, &after.name)?;
    }
    let value =
        serde_json::to_value(&after).map_err(|source| ConfigError::Stored { name: after.name.clone(), source })?;
    store::open(project, home)?.update(|state| {
        if store::config(state, &before.name)? != *before {
            return Err(ConfigError::Changed { name: before.name.clone() });
        }
        if before.name != after.name {
            rename(state, &before.name, &after.name)?;
        }
        state.configs.insert(after.name.clone(), value);
        Ok::<_, ConfigError>(())
    })?;
    Ok(after)
}

fn rename(state: &mut State, before: &str, after: &str) -> Result<(), ConfigError> {
    if state.configs.contains_key(after) {
        return Err(ConfigError::Taken { name: after.to_owned() });
    }
    state.configs.remove(before);
    if let Some(secrets) = state.secrets.remove(before) {
        state.secrets.insert(after.to_owned(), secrets);
    }
    if let Some(kinds) = state.secret_types.remove(before) {
        state.secret_types.insert(after.to_owned(), kinds);
    }
    if state.active_config.as_deref() == Some(before) {
        state.active_config = Some(after.to_owned());
    }
    Ok(())
}
