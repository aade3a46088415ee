//! `secret get`.

use noorm_core::secret::Secret;

use super::{Scope, SecretError, unknown};
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// Returns the value of a secret.
pub fn get(project: &Project, home: &Home, scope: &Scope, key: &str) -> Result<Secret, SecretError> {
    let state = store::load(project, home)?.unwrap_or_default();
    let secrets = match scope {
        Scope::Global => Some(&state.global_secrets),
        Scope::Config(config) => state.secrets.get(&config.name),
    };
    let value = secrets.and_then(|secrets| secrets.get(key)).ok_or_else(|| unknown(&state, scope, key))?;
    Ok(Secret::new(value.expose().to_owned()))
}
