//! Configs: which one counts, and keeping them in the sealed state of a project.
//!
//! It connects to nothing. What a config's fields mean is in `noorm_core::config`.

mod add;
mod copy;
mod dialect;
mod edit;
mod export;
mod exported;
mod import;
mod list;
mod password;
mod remove;
mod resolve;
mod select;
mod sharing;
mod show;
pub mod stage;
pub(crate) mod store;
mod validate;

use std::collections::BTreeMap;

use noorm_core::config::fields::Field;
use noorm_core::config::layers::{Layer, LayerError};
use noorm_core::config::{self, Config};
use noorm_core::secret::Secret;
use noorm_vault::StoreError;
use noorm_vault::team::LocalVault;

pub use add::add;
pub use copy::copy;
pub use dialect::{check_dialect, connection_of_url, dialects, is_file};
pub use edit::edit;
pub use export::{ExportRequest, Exported, SecretChoice, export};
pub(crate) use import::read_file;
pub use import::{ImportRequest, Imported, Offer, import, in_the_way, read_offer};
pub use list::{ConfigList, ConfigView, list};
pub use noorm_vault::share::ShareError;
pub use password::has_secret;
pub(crate) use password::take_password;
pub use remove::{find, find_any, remove};
pub use resolve::{Choice, resolve, resolve_with};
pub use select::select;
pub use sharing::SharingError;
pub use show::{FieldView, ShownConfig, show};
pub use validate::{Tables, Validation, validate};

use crate::identity::KeysError;
use crate::plugin::PluginError;

/// The config that counts for a command.
#[derive(Debug, Clone)]
pub struct Active {
    /// The config, with what the environment says put over it.
    pub config: Config,
    /// Its secrets, by name.
    pub secrets: BTreeMap<String, Secret>,
    /// The secrets of all configs, by name.
    pub global_secrets: BTreeMap<String, Secret>,
    /// Where it comes from.
    pub origin: Origin,
    /// The copies of team vaults in the state, by the database that they are of.
    pub(crate) vaults: BTreeMap<String, LocalVault>,
    /// Who said each field that has a value.
    pub origins: BTreeMap<Field, Layer>,
    /// The names of all stored configs; none where the environment describes one.
    pub names: Vec<String>,
}

/// Where a config comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The sealed state.
    Stored,
    /// Environment variables alone.
    Environment,
}

/// Why there is no config, or it cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No config has this name.
    #[error("there is no config `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Nobody said which config to use.
    #[error("no config is active")]
    NoneActive {
        /// Those that there are.
        known: Vec<String>,
    },
    /// A config has this name already.
    #[error("there is a config `{name}` already")]
    Taken {
        /// The name.
        name: String,
    },
    /// Somebody else changed it meanwhile.
    #[error("the config `{name}` was changed while you were editing it")]
    Changed {
        /// The name.
        name: String,
    },
    /// A field is wrong.
    #[error(transparent)]
    Field(#[from] config::ConfigError),
    /// The password is a secret that is not there.
    #[error("the config `{config}` takes its password from the secret `{key}`, and there is none")]
    NoPassword {
        /// The config.
        config: String,
        /// The secret's name.
        key: String,
    },
    /// What is said of the config makes none, or is not what its stage enforces.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// The team's stages do not allow it.
    #[error(transparent)]
    Stage(#[from] stage::StageError),
    /// What the state holds under the name is no config.
    #[error("the stored config `{name}` cannot be read")]
    Stored {
        /// Its name.
        name: String,
        /// Why. It quotes no value.
        #[source]
        source: serde_json::Error,
    },
    /// There is no key to open or to seal the state with.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The state cannot be opened or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No plugin serves the dialect, or the plugins cannot be read.
    #[error(transparent)]
    Plugin(#[from] PluginError),
}

impl ConfigError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unknown { known, .. } if !known.is_empty() => {
                return Some(format!("the configs here are {}", list_of(known)));
            }
            Self::Unknown { .. } => "`noorm config add NAME --dialect DIALECT …` makes one",
            Self::NoneActive { known } if known.is_empty() => {
                "`noorm config add NAME --dialect DIALECT …` makes one; or set NOORM_DIALECT and its like"
            }
            Self::NoneActive { known } => {
                return Some(format!("`noorm config use NAME` chooses one of {}", list_of(known)));
            }
            Self::Taken { name } => return Some(format!("choose another name, or `noorm config rm {name}` first")),
            Self::Changed { .. } => "nothing of yours was kept; run the command again",
            Self::Field(_) => "correct it, and run the command again",
            Self::NoPassword { key, .. } => {
                return Some(format!("`noorm secret set {key}` sets it; with `--global` it is there for all configs"));
            }
            Self::Layer(LayerError::Enforced { by, .. }) => {
                return Some(format!("change {by}, or `enforced` in `.noorm/settings.yml`"));
            }
            Self::Layer(LayerError::Unfit { .. }) => "`noorm config show NAME --origin` shows who says what",
            Self::Stage(error) => return error.hint(),
            Self::Stored { .. } => "a newer noorm may have written it; `noorm config rm` and `add` make it anew",
            Self::Keys(error) => return error.hint(),
            Self::Store(error) => return error.hint(),
            Self::Plugin(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}

pub(crate) fn list_of(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
