//! Secrets: values by name, of one config or of all, in the sealed state of a project.
//!
//! Nothing here returns a value but [`get`], and nothing prints one.

mod get;
mod list;
mod remove;
mod set;

use noorm_core::config::Config;
use noorm_core::secret_kind::SecretValueError;
use noorm_vault::{State, StoreError};

pub use get::get;
pub use list::{SecretList, SecretView, list};
pub use remove::{Removed, remove};
pub use set::{NewSecret, set};

use crate::config::ConfigError;
use crate::config::{stage, store};
use crate::home::Home;
use crate::project::Project;

/// Whose secrets are meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// Those of one config, with what its stage says.
    Config(Box<Config>),
    /// Those of all configs.
    Global,
}

impl Scope {
    /// Returns the name of the config.
    pub fn config_name(&self) -> Option<&str> {
        match self {
            Self::Config(config) => Some(&config.name),
            Self::Global => None,
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Config(config) => write!(f, "the config `{}`", config.name),
            Self::Global => f.write_str("all configs"),
        }
    }
}

/// Why there is no secret, or it cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The config, or the state.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It cannot have this name.
    #[error("`{name}` is not a valid secret name")]
    Name {
        /// The name.
        name: String,
    },
    /// It cannot have this value.
    #[error("the secret `{key}` cannot be kept")]
    Value {
        /// Its name.
        key: String,
        /// What is wrong, without the value.
        #[source]
        source: SecretValueError,
    },
    /// There is none.
    #[error("{scope} has no secret `{key}`")]
    Unknown {
        /// Its name.
        key: String,
        /// Whose it would be.
        scope: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

impl From<StoreError> for SecretError {
    fn from(error: StoreError) -> Self {
        Self::Config(error.into())
    }
}

impl SecretError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Config(error) => error.hint(),
            Self::Name { .. } => Some(
                "use letters, digits and `_`, with a letter or `_` first: it is written `secrets.NAME` in \
                                       templates"
                    .to_owned(),
            ),
            Self::Value { .. } => Some("nothing was changed; `--type` says what kind of value it is".to_owned()),
            Self::Unknown { known, .. } if known.is_empty() => Some("`noorm secret set KEY` makes one".to_owned()),
            Self::Unknown { known, .. } => {
                let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                Some(format!("there are {}", names.join(", ")))
            }
        }
    }
}

/// Finds whose secrets are meant: those of all configs, of the config that is named, or of the active one. A config that only
/// the environment describes has none.
pub fn scope(project: &Project, home: &Home, name: Option<&str>, is_global: bool) -> Result<Scope, SecretError> {
    if is_global {
        return Ok(Scope::Global);
    }
    let state = store::load(project, home)?.unwrap_or_default();
    let name = store::chosen(&state, home, name)?;
    Ok(Scope::Config(Box::new(stage::with_defaults(project, store::config(&state, &name)?))))
}

/// Checks a name. What is stored already under another one stays readable.
pub fn check_name(name: &str) -> Result<(), SecretError> {
    let is_first = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    let is_next = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_name = name.starts_with(is_first) && name.chars().all(is_next) && name.len() <= 255;
    if is_name { Ok(()) } else { Err(SecretError::Name { name: name.to_owned() }) }
}

/// Returns the names of a scope, sorted.
fn names(state: &State, scope: &Scope) -> Vec<String> {
    match scope {
        Scope::Global => state.global_secrets.keys().cloned().collect(),
        Scope::Config(config) => {
            state.secrets.get(&config.name).into_iter().flat_map(|own| own.keys().cloned()).collect()
        }
    }
}

fn unknown(state: &State, scope: &Scope, key: &str) -> SecretError {
    SecretError::Unknown { key: key.to_owned(), scope: scope.to_string(), known: names(state, scope) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_written_in_a_template() {
        for name in ["API_KEY", "a", "_x1"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "1a", "a-b", "a b", "a.b", "é", &"a".repeat(256)] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
