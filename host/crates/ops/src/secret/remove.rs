//! `secret rm`.

use serde::Serialize;

use super::{Scope, SecretError, unknown};
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// What became of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Removed {
    /// Its name.
    pub key: String,
    /// Configs that named it as their password, and have none now.
    pub without_password: Vec<String>,
}

/// Removes a secret.
pub fn remove(project: &Project, home: &Home, scope: &Scope, key: &str) -> Result<Removed, SecretError> {
    // Without a state there is nothing to remove, and none is made.
    let state = store::load(project, home)?.unwrap_or_default();
    if !super::names(&state, scope).iter().any(|name| name == key) {
        return Err(unknown(&state, scope, key));
    }
    store::open(project, home)?.update(|state| {
        let removed = match scope {
            Scope::Global => {
                state.global_secret_types.remove(key);
                state.global_secrets.remove(key)
            }
            Scope::Config(config) => {
                state.secret_types.entry(config.name.clone()).or_default().remove(key);
                state.secrets.get_mut(&config.name).and_then(|own| own.remove(key))
            }
        };
        if removed.is_none() {
            return Err(unknown(state, scope, key));
        }
        state.secret_types.retain(|_, kinds| !kinds.is_empty());
        state.secrets.retain(|_, own| !own.is_empty());
        let lacks = |name: &String| {
            let connection = store::config(state, name).ok()?.connection;
            let is_named = connection.password.is_none() && connection.password_secret.as_deref() == Some(key);
            let is_there = state.global_secrets.contains_key(key)
                || state.secrets.get(name).is_some_and(|own| own.contains_key(key));
            (is_named && !is_there).then(|| name.clone())
        };
        let without_password = state.configs.keys().filter_map(lacks).collect();
        Ok(Removed { key: key.to_owned(), without_password })
    })
}
