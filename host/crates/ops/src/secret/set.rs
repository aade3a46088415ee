//! `secret set`.

use noorm_core::secret::Secret;
use noorm_core::secret_kind::SecretKind;
use noorm_vault::SecretText;

use super::{Scope, SecretError, check_name};
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// A secret to be kept.
#[derive(Debug)]
pub struct NewSecret {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: Secret,
    /// What it is; `None`: what the settings say, what it was, or any text.
    pub kind: Option<SecretKind>,
}

/// Keeps a secret. Returns whether there was one of this name, whose value is gone now.
pub fn set(project: &Project, home: &Home, scope: &Scope, new: &NewSecret) -> Result<bool, SecretError> {
    check_name(&new.key)?;
    home.seen.add([new.value.clone()]);
    let rules = match scope {
        Scope::Global => project.settings.secrets.iter().collect(),
        Scope::Config(config) => project.settings.secrets_of(&config.name),
    };
    let declared = rules.into_iter().find(|rule| rule.key == new.key).map(|rule| rule.kind);
    store::open(project, home)?.update(|state| {
        let (secrets, kinds) = match scope {
            Scope::Global => (&mut state.global_secrets, &mut state.global_secret_types),
            Scope::Config(config) => {
                // It may have gone while the value was typed.
                store::config(state, &config.name)?;
                let secrets = state.secrets.entry(config.name.clone()).or_default();
                (secrets, state.secret_types.entry(config.name.clone()).or_default())
            }
        };
        let was = kinds.get(&new.key).and_then(|word| SecretKind::parse(word)).unwrap_or_default();
        let kind = new.kind.or(declared).unwrap_or(was);
        kind.check(&new.value).map_err(|source| SecretError::Value { key: new.key.clone(), source })?;
        match kind {
            SecretKind::String => kinds.remove(&new.key),
            kind => kinds.insert(new.key.clone(), kind.as_str().to_owned()),
        };
        let replaced = secrets.insert(new.key.clone(), SecretText::new(new.value.expose()));
        state.secret_types.retain(|_, kinds| !kinds.is_empty());
        Ok(replaced.is_some())
    })
}
