//! Why something about an identity cannot be done.

use std::path::PathBuf;

use noorm_vault::{KeyError, KeyFileError};

use super::keys::{KeysError, PRIVATE_KEY};
use crate::config::ConfigError;

/// Why something about an identity cannot be done; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// There are no keys, or they cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A field of an identity, or its file.
    #[error(transparent)]
    Identity(#[from] noorm_vault::IdentityError),
    /// No key could be made.
    #[error("cannot make a key")]
    Generate(#[source] KeyError),
    /// The key files.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// There is an identity already.
    #[error("you have an identity already: {name} <{email}>")]
    Exists {
        /// Its name.
        name: String,
        /// Its address.
        email: String,
    },
    /// There is another key already, and nobody said what becomes of it.
    #[error("you have another private key already")]
    OtherKey,
    /// There is a key, and nothing says whose it is.
    #[error("your key has no name: `{}` does not exist", path.display())]
    NoName {
        /// Where its name would be.
        path: PathBuf,
    },
    /// The environment has a key, and not whose it is.
    #[error("the identity of the environment has no {what}")]
    NoPipelineName {
        /// `name` or `email`.
        what: &'static str,
    },
    /// The key of the environment is not this program's to change.
    #[error("your key comes from `{PRIVATE_KEY}`, which noorm cannot change")]
    FromEnvironment,
    /// A file cannot be read.
    #[error("cannot read `{file}`")]
    Read {
        /// The file, or `standard input`.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file that should be a colleague's identity is none.
    #[error("`{file}` is not an identity")]
    NotPublic {
        /// The file.
        file: String,
        /// Why. It quotes no value.
        #[source]
        source: serde_json::Error,
    },
    /// A file that should be a private key is none.
    #[error("`{file}` is not a private key")]
    NotPrivate {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// A known identity comes with another key.
    #[error("{name} <{email}> has had another key so far")]
    KeyChanged {
        /// Its name.
        name: String,
        /// Its address.
        email: String,
        /// The key so far.
        known: String,
        /// The key in the file.
        found: String,
    },
    /// There is no state that a passphrase could protect.
    #[error("this project has no state yet, and so nothing that a passphrase would protect")]
    NoState,
    /// The passphrase is too short to be one.
    #[error("the passphrase has {found} characters; it should have {least} or more")]
    ShortPassphrase {
        /// What it has.
        found: usize,
        /// What it should have.
        least: usize,
    },
    /// The state.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl IdentityError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Keys(error) => return error.hint(),
            Self::Identity(error) => return error.hint(),
            Self::KeyFile(error) => return error.hint(),
            Self::Config(error) => return error.hint(),
            Self::Generate(_) => return None,
            Self::Exists { .. } => {
                "`noorm identity rotate` gives it a new key; `noorm identity edit` changes its name or address"
            }
            Self::OtherKey => {
                "`--former` adds the one in the file to your former keys, which only open; `--replace` makes it the current \
                 one and keeps yours as a former one"
            }
            Self::NoName { .. } => "`noorm identity init` names it, and keeps the key",
            Self::NoPipelineName { what: "name" } => "set NOORM_IDENTITY_NAME and NOORM_IDENTITY_EMAIL",
            Self::NoPipelineName { .. } => "set NOORM_IDENTITY_EMAIL",
            Self::FromEnvironment => {
                "make the change where the variable is set: on your own machine, `noorm identity init` and `noorm identity \
                 rotate` make keys"
            }
            Self::Read { .. } => "check the path and its permissions",
            Self::NotPublic { .. } => "it is what `noorm identity export` prints on your colleague's machine",
            Self::NotPrivate { .. } => "it has one line of 64 hex digits, or the hex form of its DER form",
            Self::KeyChanged { known, found, .. } => {
                return Some(format!(
                    "ask them over a way that you trust whether they rotated their key from {known} to {found}; if so, \
                     `--replace`"
                ));
            }
            Self::NoState => "`noorm config add` makes one",
            Self::ShortPassphrase { .. } => "several words are easy to remember and hard to guess",
        };
        Some(hint.to_owned())
    }
}
