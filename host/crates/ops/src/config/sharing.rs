//! Why a config cannot be exported or imported.

use std::path::PathBuf;

use noorm_vault::share::ShareError;
use noorm_vault::{LegacyError, StoreError};

use super::ConfigError;
use crate::identity::{IdentityError, KeysError};
use crate::plugin::PluginError;
use crate::trust::{Acquaintance, TrustError};

/// Why a config cannot be exported or imported.
#[derive(Debug, thiserror::Error)]
pub enum SharingError {
    /// A config, the state or the keys.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Whose key something is.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The file cannot be sealed or opened.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// The state of the original cannot be opened.
    #[error(transparent)]
    Legacy(#[from] LegacyError),
    /// The user's own identity cannot be read.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A secret that was named does not exist.
    #[error("the config `{config}` has no secret `{key}`")]
    NoSecret {
        /// The config.
        config: String,
        /// The secret.
        key: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// There is a file already.
    #[error("there is a file `{}` already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It opened, and its contents are no config that this version knows.
    #[error("the contents are not a config that this noorm knows (column {column})")]
    Contents {
        /// Where in the plaintext, which is one line.
        column: usize,
    },
    /// A name or a host in it has control characters.
    #[error("the contents have control characters where a name or an address should be")]
    Unprintable,
    /// The same file came before.
    #[error("this file was imported already, on {imported_at}, as the config `{config}`")]
    Replayed {
        /// The config that it became.
        config: String,
        /// When.
        imported_at: String,
    },
    /// Somebody whose key is not trusted, and nobody said yes.
    #[error("{what}{}", those(people))]
    Untrusted {
        /// What that means here.
        what: &'static str,
        /// Those people.
        people: Vec<Acquaintance>,
    },
    /// What is there and what the file has are not the same.
    #[error("the file has something else under names that are here already: {}", names.join(", "))]
    Conflicts {
        /// Such as "config `dev`".
        names: Vec<String>,
    },
    /// A config that is protected would change, or its secrets.
    #[error("the config `{name}` is protected, and `yes-{name}` was not given")]
    Protected {
        /// The config.
        name: String,
    },
    /// The file is the project's own state.
    #[error("`{}` is where this project's own state belongs", path.display())]
    InPlace {
        /// The file.
        path: PathBuf,
    },
    /// A private key cannot be read.
    #[error("`{}` has no private key: {why}", path.display())]
    PrivateKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

fn those(people: &[Acquaintance]) -> String {
    let line = |person: &Acquaintance| format!("`{}` with \"{}\"", person.email, person.fingerprint);
    let lines: Vec<String> = people.iter().map(line).collect();
    if lines.is_empty() { String::new() } else { format!(": {}", lines.join("; ")) }
}

impl SharingError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Config(ConfigError::Taken { .. }) => {
                "`--name NAME` imports it under another name; `--force` replaces the one that is here"
            }
            Self::Config(error) => return error.hint(),
            Self::Trust(error) => return error.hint(),
            Self::Share(error) => return error.hint().map(str::to_owned),
            Self::Legacy(error) => return error.hint().map(str::to_owned),
            Self::Identity(error) => return error.hint(),
            Self::NoSecret { known, .. } if known.is_empty() => "it has none; `noorm secret set` keeps one",
            Self::NoSecret { known, .. } => return Some(format!("its secrets are {}", known.join(", "))),
            Self::Read { .. } => "check the name and the permissions",
            Self::Write { .. } => "check the folder's permissions and the room on the disk",
            Self::Exists { .. } => "`--output FILE` names another one; `--force` replaces it",
            Self::Unprintable => "do not trust whoever sealed it: no program writes such names by accident",
            Self::Contents { .. } => "the sender's noorm may be newer: update this one",
            Self::Replayed { .. } => "`--again` imports it once more; an old file brings back old values",
            Self::Untrusted { people, .. } if people.is_empty() => {
                "ask the sender for a file of version 2; `--yes` takes this one as it is"
            }
            Self::Untrusted { .. } => {
                "compare the words with their owner; `noorm identity pin WHO --fingerprint \"WORDS\"` pins the key (WHO is known here, or a file of `noorm identity export`); `--yes` takes it as it is"
            }
            Self::Conflicts { .. } => "nothing was changed; `--force` takes the file's for all of them",
            Self::Protected { .. } => "nothing was changed; `--yes` or NOORM_YES=1 gives it",
            Self::InPlace { .. } => "move the original's file to another place first, then name it there",
            Self::PrivateKey { .. } => "it is the `identity.key` that the state was written with",
        };
        Some(hint.to_owned())
    }
}

impl From<StoreError> for SharingError {
    fn from(error: StoreError) -> Self {
        Self::Config(error.into())
    }
}

impl From<KeysError> for SharingError {
    fn from(error: KeysError) -> Self {
        Self::Config(error.into())
    }
}

impl From<PluginError> for SharingError {
    fn from(error: PluginError) -> Self {
        Self::Config(error.into())
    }
}
