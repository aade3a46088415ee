//! `identity store`: moves the private key between its file and the keychain.

use std::path::Path;

use noorm_vault::KeyFiles;

use super::error::IdentityError;
use super::keys::{KeysError, PRIVATE_KEY};
use crate::home::Home;

/// Moves the private key into the keychain, and writes a copy of it first where a place for one is named. Returns the public
/// key.
pub fn move_to_keychain(home: &Home, backup: Option<&Path>) -> Result<String, IdentityError> {
    let backup = backup.map(|path| home.working_dir.join(path));
    Ok(files(home)?.move_to_keychain(backup.as_deref())?.to_hex())
}

/// Moves the private key from the keychain into its file. Returns the public key.
pub fn move_to_file(home: &Home) -> Result<String, IdentityError> {
    Ok(files(home)?.move_to_file()?.to_hex())
}

fn files(home: &Home) -> Result<KeyFiles, IdentityError> {
    if home.set_variable(PRIVATE_KEY).is_some() {
        return Err(IdentityError::FromEnvironment);
    }
    Ok(KeyFiles::in_home(home.home_dir.as_deref().ok_or(KeysError::NoHome)?))
}
