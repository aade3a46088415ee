//! Why the vault cannot be read or changed.

use noorm_vault::team::{Refusal, Rollback, ValueError};

use crate::config::ConfigError;
use crate::executor::RunError;
use crate::identity::IdentityError;
use crate::lock::LockError;
use crate::session::SessionError;
use crate::trust::TrustError;

/// Why the vault cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The state cannot be opened or written.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The user has no identity, or it cannot be used.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Whose keys are trusted cannot be told, or somebody's key has changed.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The database, or the plugin.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The lock cannot be had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The change did not go through.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The database's vault is not the one that was seen before, or older.
    #[error(transparent)]
    Rollback(#[from] Rollback),
    /// A row is not taken.
    #[error("the value of `{key}` in the vault is refused")]
    Refused {
        /// The key.
        key: String,
        /// Why.
        #[source]
        source: Refusal,
    },
    /// A value cannot be sealed.
    #[error("the value of `{key}` cannot be sealed")]
    Seal {
        /// The key.
        key: String,
        /// Why.
        #[source]
        source: ValueError,
    },
    /// A key cannot have this name.
    #[error("`{key}` is not a valid value name")]
    Name {
        /// The name.
        key: String,
    },
    /// No value has this key.
    #[error("the vault has no value `{key}`")]
    Unknown {
        /// The key.
        key: String,
        /// The most similar one.
        similar: Option<String>,
    },
    /// The user is no recipient of values.
    #[error("you cannot read {}", listed(keys))]
    NotReadable {
        /// Their keys.
        keys: Vec<String>,
    },
    /// The copy does not have the value.
    #[error("your copy of the vault has no value `{key}`")]
    NotLocal {
        /// The key.
        key: String,
    },
    /// Nobody has said whose key it is.
    #[error("the key of `{who}` is not trusted: its words are \"{fingerprint}\"")]
    Untrusted {
        /// Whose it is said to be.
        who: String,
        /// The words of the key.
        fingerprint: String,
    },
    /// Somebody is known by a key alone, and rows are addressed to identities.
    #[error("the identity of `{who}` is not known here, only the key")]
    NoHash {
        /// Who.
        who: String,
    },
    /// A recipient of the value so far is somebody whom nothing is known of.
    #[error("nothing is known of the identity {hash}, which can read `{key}` so far")]
    Stranger {
        /// The identity hash.
        hash: String,
        /// The key.
        key: String,
    },
    /// Nobody by this name can read anything.
    #[error("`{who}` cannot read anything in this vault")]
    NoReader {
        /// The name.
        who: String,
    },
    /// Values that nobody could read any more.
    #[error("nobody else can read {}", listed(keys))]
    LastReader {
        /// Their keys.
        keys: Vec<String>,
    },
    /// A number of the vault's that the database cannot keep. No use of noorm gets there.
    #[error("the vault's number {found} cannot be followed by another")]
    TooHigh {
        /// The number.
        found: u64,
    },
    /// Somebody changed the vault at the same time, without noorm's lock.
    #[error("the vault was changed at the same time by something that does not take noorm's lock")]
    Raced,
}

impl VaultError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Config(error) => return error.hint(),
            Self::Identity(error) => return error.hint(),
            Self::Trust(error) => return error.hint(),
            Self::Session(error) => return error.hint(),
            Self::Lock(error) => return error.hint(),
            Self::Run(error) => return error.hint(),
            Self::Rollback(_) => "if the database was restored from a backup, or made anew, `noorm vault sync \
                                  --accept-rollback` takes it as it is; if nobody did that, somebody is bringing old values \
                                  back: ask who may write into this database"
                .to_owned(),
            Self::Refused { key, source } => refused(key, source),
            Self::Seal { source: ValueError::TooLong { .. }, .. } => "keep it in a file".to_owned(),
            Self::Seal { .. } => "nothing was changed".to_owned(),
            Self::Name { .. } => "use letters, digits and `_`, with a letter or `_` first, and 128 at most: it is written \
                                  `secrets.NAME` in templates"
                .to_owned(),
            Self::Unknown { similar: Some(similar), .. } => format!("did you mean `{similar}`?"),
            Self::Unknown { .. } => "`noorm vault list` shows those that there are".to_owned(),
            Self::NotReadable { .. } => {
                "somebody who can may let you: `noorm vault recipients` shows who, `noorm vault grant` does it".to_owned()
            }
            Self::NotLocal { .. } => "`noorm vault sync` brings it up to date".to_owned(),
            Self::Untrusted { who, fingerprint } => format!(
                "let `{who}` read the words to you; if they are these, `noorm identity pin {who} --fingerprint \
                 \"{fingerprint}\"`"
            ),
            Self::NoHash { who } => {
                format!("let `{who}` run a command of noorm's on this database once, or pin what `noorm identity export` prints")
            }
            Self::Stranger { .. } => {
                "say who is to read it with `--recipients`, or pin that identity first".to_owned()
            }
            Self::NoReader { .. } => "`noorm vault recipients` shows who can read what".to_owned(),
            Self::LastReader { .. } => {
                "let somebody else read it first with `noorm vault grant`, or remove it with `noorm vault rm`".to_owned()
            }
            Self::TooHigh { .. } => {
                "nothing was changed; somebody wrote that number by hand: ask who may write into this database".to_owned()
            }
            Self::Raced => "nothing was changed; run the command again".to_owned(),
        })
    }
}

/// What to do about a row that is refused.
pub(super) fn refused(key: &str, refusal: &Refusal) -> String {
    match refusal {
        Refusal::UntrustedSender { .. } => {
            "if you know who set it, pin that key with `noorm identity pin`; `noorm vault list` shows who says so"
                .to_owned()
        }
        Refusal::OtherKey => format!("let somebody who can read `{key}` run `noorm vault rotate`"),
        Refusal::Value(ValueError::Newer { .. }) => "use a newer noorm".to_owned(),
        _ => format!(
            "somebody changed the vault's rows by hand: ask who may write into this database, then set `{key}` anew with \
             `noorm vault set`"
        ),
    }
}

fn listed(keys: &[String]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
