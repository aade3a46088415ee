//! `config use`.

use super::{ConfigError, store};
use crate::home::Home;
use crate::project::Project;

/// Makes a config the active one.
pub fn select(project: &Project, home: &Home, name: &str) -> Result<(), ConfigError> {
    // Without a state there is nothing to choose, and none is made.
    let state = store::load(project, home)?.unwrap_or_default();
    store::config(&state, name)?;
    store::open(project, home)?.update(|state| {
        if !state.configs.contains_key(name) {
            return Err(ConfigError::Unknown { name: name.to_owned(), known: store::names(state) });
        }
        state.active_config = Some(name.to_owned());
        Ok(())
    })
}
