//! The operating system's keychain as a place for the identity's private key: Keychain of macOS, Credential Manager of
//! Windows, and the kernel's keyring of Linux (keyrings(7)).
//!
//! The kernel's keyring is memory: it forgets a key at a restart, and one that nobody used for three days. What is put
//! there therefore needs a copy in a safe place ([`FORGETS`]). It was chosen because it needs no daemon; the keychains of
//! desktops speak D-Bus, which would bring 70 crates more. What a process of the same user may read there it may read here.
//!
//! An entry is found by the public key, so that several identities of one account do not meet.

use std::error::Error;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry};
use zeroize::Zeroizing;

use crate::keys::{KeyError, PrivateKey, PublicKey};

/// Whether this system's keychain forgets: then a key must not be there alone.
pub const FORGETS: bool = cfg!(target_os = "linux");

/// What entries are called.
const SERVICE: &str = "noorm identity";

/// Why a key is not in the keychain, or cannot be put there.
#[derive(Debug, thiserror::Error)]
pub enum KeychainError {
    /// There is no keychain, or it is not for this process.
    #[error("this system has no keychain that noorm can use")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// It has no such entry.
    #[error("the keychain has no private key for {public_key}")]
    Missing {
        /// The public key.
        public_key: PublicKey,
    },
    /// The entry is not the key that it should be.
    #[error("the keychain's entry for {public_key} is another key, or none")]
    Other {
        /// The public key.
        public_key: PublicKey,
        /// Why it is none.
        #[source]
        source: Option<KeyError>,
    },
}

impl KeychainError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unavailable(_) if FORGETS => {
                "keep the key in its file; the kernel's keyring needs a session that a login made, or `keyctl session`"
            }
            Self::Unavailable(_) => "keep the key in its file",
            Self::Missing { .. } | Self::Other { .. } => {
                "bring it back from its copy: `noorm identity import --private-key FILE`"
            }
        }
    }
}

/// Puts a private key into the keychain, and reads it back.
///
/// # Errors
/// [`KeychainError::Unavailable`], or what came back is not the key.
pub fn put(key: &PrivateKey) -> Result<(), KeychainError> {
    let public_key = key.public_key();
    entry(&public_key)?.set_secret(key.to_hex().as_bytes()).map_err(unavailable)?;
    get(&public_key).map(drop).inspect_err(|_| {
        // What cannot be read back is of no use there. If it cannot be removed either, there is nothing better to do.
        let _ = remove(&public_key);
    })
}

/// Returns the private key of a public one.
///
/// # Errors
/// [`KeychainError`] for every entry that is not that key.
pub fn get(public_key: &PublicKey) -> Result<PrivateKey, KeychainError> {
    let public_key = *public_key;
    let bytes = match entry(&public_key)?.get_secret() {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(keyring_core::Error::NoEntry) => return Err(KeychainError::Missing { public_key }),
        Err(error) => return Err(unavailable(error)),
    };
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    match PrivateKey::from_hex(text) {
        Ok(key) if key.public_key() == public_key => Ok(key),
        Ok(_) => Err(KeychainError::Other { public_key, source: None }),
        Err(source) => Err(KeychainError::Other { public_key, source: Some(source) }),
    }
}

/// Takes the private key of a public one out of the keychain; one that is not there is no error.
///
/// # Errors
/// [`KeychainError::Unavailable`].
pub fn remove(public_key: &PublicKey) -> Result<(), KeychainError> {
    match entry(public_key)?.delete_credential() {
        Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
        Err(error) => Err(unavailable(error)),
    }
}

fn entry(public_key: &PublicKey) -> Result<Entry, KeychainError> {
    Entry::new_in_store(&store()?, SERVICE, &public_key.to_hex()).map_err(unavailable)
}

fn unavailable(error: keyring_core::Error) -> KeychainError {
    KeychainError::Unavailable(Box::new(error))
}

#[cfg(target_os = "linux")]
fn store() -> Result<Arc<CredentialStore>, KeychainError> {
    linux_keyutils_keyring_store::Store::new().map(|store| store as Arc<CredentialStore>).map_err(unavailable)
}

#[cfg(target_os = "macos")]
fn store() -> Result<Arc<CredentialStore>, KeychainError> {
    apple_native_keyring_store::keychain::Store::new().map(|store| store as Arc<CredentialStore>).map_err(unavailable)
}

#[cfg(windows)]
fn store() -> Result<Arc<CredentialStore>, KeychainError> {
    windows_native_keyring_store::Store::new().map(|store| store as Arc<CredentialStore>).map_err(unavailable)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn store() -> Result<Arc<CredentialStore>, KeychainError> {
    Err(KeychainError::Unavailable("noorm knows none on this system".into()))
}
