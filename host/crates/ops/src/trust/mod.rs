//! Whose keys are trusted (ruling 13): pins in the state, the team's file, and hints of databases, which are no trust.
//!
//! It asks nobody: it says how a key stands, and who calls decides whether to ask. Nothing here seals or opens.

mod acquaintance;
mod book;
mod file;
mod pin;
mod team;

use std::path::PathBuf;

use noorm_core::team::TeamError;

pub use acquaintance::{Acquaintance, Standing, words};
pub use book::{Found, KeyBook};
pub(crate) use pin::put;
pub use pin::{PinRequest, candidate, pin, unpin};

use crate::config::ConfigError;

/// Why nobody can say whose key something is, or why a key is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The state cannot be opened or written.
    #[error(transparent)]
    State(#[from] ConfigError),
    /// The team's file cannot be read.
    #[error("cannot read `{}`", path.display())]
    TeamFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The team's file is wrong.
    #[error("`{}` is not valid", path.display())]
    Team {
        /// The file.
        path: PathBuf,
        /// Its text.
        text: String,
        /// What is wrong.
        #[source]
        source: TeamError,
    },
    /// Nobody goes by this name.
    #[error("no known identity matches `{query}`")]
    Nobody {
        /// What was asked for.
        query: String,
        /// Those who are known, by email.
        known: Vec<String>,
        /// The one that is most like it.
        close: Option<String>,
    },
    /// Several people or keys go by this name.
    #[error("`{query}` is more than one: {}", list.join("; "))]
    Several {
        /// What was asked for.
        query: String,
        /// Each with its words.
        list: Vec<String>,
    },
    /// A file with a key cannot be read.
    #[error("cannot read a key from `{}`: {why}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Somebody whose key was trusted has another one now.
    #[error("THE KEY OF `{email}` HAS CHANGED. It was \"{}\", and now it is \"{found}\"", trusted.join("\" or \""))]
    Changed {
        /// Whose.
        email: String,
        /// The words of the keys that are trusted.
        trusted: Vec<String>,
        /// The words of the new one.
        found: String,
    },
    /// The words that were given are not those of the key.
    #[error("these are not the words of the key of `{email}`: they are \"{found}\"")]
    Fingerprint {
        /// Whose.
        email: String,
        /// The words of the key.
        found: String,
    },
    /// A key that keeps nothing secret.
    #[error("the key of `{email}` is a low-order point, which keeps nothing secret")]
    LowOrder {
        /// Whose.
        email: String,
    },
    /// Nothing is pinned under this name.
    #[error("no pinned key is that of `{query}`")]
    NotPinned {
        /// What was asked for.
        query: String,
    },
}

impl TrustError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::State(error) => return error.hint(),
            Self::TeamFile { .. } => "check the file's permissions".to_owned(),
            Self::Team { .. } => {
                "a member has `name`, `email`, `publicKey` (64 hex digits) and optionally `fingerprint`".to_owned()
            }
            Self::Nobody { close: Some(close), .. } => format!("did you mean `{close}`?"),
            Self::Nobody { known, .. } if known.is_empty() => {
                "name a file with what `noorm identity export` prints for its owner, or with a public key".to_owned()
            }
            Self::Nobody { known, .. } => {
                format!("known are {}; a file with a public key will do too", known.join(", "))
            }
            Self::Several { .. } => "name one by its identity hash or its public key".to_owned(),
            Self::KeyFile { .. } => {
                "it has what `noorm identity export` prints, or one line with the 64 hex digits of a public key"
                    .to_owned()
            }
            Self::Changed { email, found, .. } => format!(
                "ask `{email}` over another channel whether the key is new; if so, `noorm identity pin FILE --fingerprint \"{found}\"` takes it, with a new file of `noorm identity export`"
            ),
            Self::Fingerprint { email, .. } => {
                format!("do not trust this key before `{email}` has read the words to you")
            }
            Self::LowOrder { .. } => {
                "no program makes such a key by accident; ask its owner for the true one".to_owned()
            }
            Self::NotPinned { .. } => "`noorm identity pins` lists what is pinned".to_owned(),
        })
    }
}
