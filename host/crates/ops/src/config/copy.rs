//! `config cp`.

use super::{ConfigError, stage, store};
use crate::home::Home;
use crate::project::Project;

/// Copies a config under another name, as it is: its password and its protection too, and its secrets if they are wanted.
/// Returns how many of them there are.
pub fn copy(project: &Project, home: &Home, from: &str, to: &str, with_secrets: bool) -> Result<usize, ConfigError> {
    let state = store::load(project, home)?.unwrap_or_default();
    let mut config = store::config(&state, from)?;
    to.clone_into(&mut config.name);
    stage::with_defaults(project, config).validate()?;
    stage::refuse_undeclared(project, to)?;
    store::open(project, home)?.update(|state| {
        // What is stored is copied, fields of a newer version included.
        let mut config = store::config(state, from)?;
        stage::keep_protection(project, &mut config);
        to.clone_into(&mut config.name);
        if state.configs.contains_key(to) {
            return Err(ConfigError::Taken { name: to.to_owned() });
        }
        let value =
            serde_json::to_value(&config).map_err(|source| ConfigError::Stored { name: to.to_owned(), source })?;
        state.configs.insert(to.to_owned(), value);
        if !with_secrets {
            return Ok(0);
        }
        if let Some(kinds) = state.secret_types.get(from).cloned() {
            state.secret_types.insert(to.to_owned(), kinds);
        }
        let secrets = state.secrets.get(from).cloned().unwrap_or_default();
        let count = secrets.len();
        if count > 0 {
            state.secrets.insert(to.to_owned(), secrets);
        }
        Ok(count)
    })
}
