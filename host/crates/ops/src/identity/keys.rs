//! The private keys of the user: from the environment (a pipeline), from `~/.noorm`, or from the keychain.

use noorm_core::secret::Secret;
use noorm_vault::{KeyError, KeyFileError, KeyFiles, KeyStore, MachineError, PrivateKey, SealKey, machine_id};

use crate::home::{Home, PASSPHRASE};

/// The variable with the private key of a pipeline.
pub(super) use crate::home::PRIVATE_KEY;

/// Where the current key comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyPlace {
    /// `NOORM_IDENTITY_PRIVATE_KEY`.
    Environment,
    /// `~/.noorm/identity.key`.
    File,
    /// The operating system's keychain.
    Keychain,
}

/// The private keys of the user.
#[derive(Debug)]
pub struct Keys {
    /// The one that everything new is sealed and signed with.
    pub current: PrivateKey,
    /// Those before it: they only open. The latest first.
    pub former: Vec<PrivateKey>,
    /// Where the current one comes from.
    pub place: KeyPlace,
}

/// Why there is no key to open or to seal with.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no home folder to look for the key in.
    #[error("there is no home folder to look for your identity in: HOME is not set")]
    NoHome,
    /// There is no key.
    #[error("you have no identity: there is no private key of yours on this machine")]
    NoIdentity,
    /// The environment's key is no key. The text itself is not told.
    #[error("`{PRIVATE_KEY}` is not a private key")]
    Environment(#[source] KeyError),
    /// A key file cannot be used.
    #[error("your identity cannot be used")]
    File(#[from] KeyFileError),
    /// The machine has no id.
    #[error("this machine has no id to seal the state with")]
    Machine(#[from] MachineError),
}

impl KeysError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoHome => {
                "set HOME or NOORM_IDENTITY_PRIVATE_KEY, or describe the connection by NOORM_DIALECT and its like"
            }
            Self::NoIdentity => "`noorm identity init` makes one",
            Self::Environment(_) => "it has 64 hex digits, or the hex form of its DER form",
            Self::File(error) => return error.hint(),
            Self::Machine(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}

/// Returns the user's keys. A key of the environment stands alone: it needs no home folder, and what a person's files
/// sealed is not its to open.
pub fn keys(home: &Home) -> Result<Keys, KeysError> {
    if let Some(text) = home.set_variable(PRIVATE_KEY) {
        let current = PrivateKey::from_hex(text).map_err(KeysError::Environment)?;
        return Ok(Keys { current, former: Vec::new(), place: KeyPlace::Environment });
    }
    let files = KeyFiles::in_home(home.home_dir.as_deref().ok_or(KeysError::NoHome)?);
    let (current, former) = (files.load()?.ok_or(KeysError::NoIdentity)?, files.load_former()?);
    home.seen.add(former.iter().chain([&current]).map(|key| Secret::new(key.to_hex().to_string())));
    let place = match files.store()? {
        Some(KeyStore::Keychain) => KeyPlace::Keychain,
        Some(KeyStore::File) | None => KeyPlace::File,
    };
    Ok(Keys { current, former, place })
}

/// Returns what seals a state on this machine, and what may have sealed it before.
pub(crate) fn seal_keys(home: &Home) -> Result<(SealKey, Vec<SealKey>), KeysError> {
    seal_keys_with(home, home.set_variable(PASSPHRASE))
}

/// The same with another passphrase.
pub(super) fn seal_keys_with(home: &Home, passphrase: Option<&str>) -> Result<(SealKey, Vec<SealKey>), KeysError> {
    let Keys { current, former, .. } = keys(home)?;
    let machine = machine_id(home.home_dir.as_deref(), home.set_variable("NOORM_MACHINE_ID"))?;
    let seal_key = |key: PrivateKey| SealKey::new(key, machine.clone(), passphrase);
    let former = former.into_iter().map(seal_key).collect();
    Ok((seal_key(current), former))
}
