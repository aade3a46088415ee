//! `identity rotate`: a new key pair under the same name.
//!
//! The old key is kept before anything else happens, so that whenever it is cut short everything that the old key sealed
//! still opens. The state of the project is sealed anew at once, those of other projects at their next write.

use std::path::PathBuf;

use noorm_vault::{Identity, IdentityFile, KeyFiles, PrivateKey};
use serde::Serialize;

use super::current::{Current, current};
use super::error::IdentityError;
use super::keys::{KeyPlace, KeysError, seal_keys};
use crate::config::{ConfigError, store};
use crate::home::Home;
use crate::project::Project;

/// What a rotation did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotated {
    /// The identity with its new key.
    pub identity: Identity,
    /// The public key that it had.
    pub former_key: String,
    /// Where the private key is kept that it had.
    pub former_path: PathBuf,
    /// Whether there was a state of the project to be sealed anew.
    pub resealed: bool,
}

/// Gives the user's identity a new key pair.
pub fn rotate(project: Option<&Project>, home: &Home, now: &str) -> Result<Rotated, IdentityError> {
    let Current { identity, key_place, .. } = current(home, now)?;
    if key_place == KeyPlace::Environment {
        return Err(IdentityError::FromEnvironment);
    }
    let home_dir = home.home_dir.as_deref().ok_or(KeysError::NoHome)?;
    // A state that does not open now would not open afterwards either: better to know before.
    let state = match project {
        Some(project) if store::load(project, home)?.is_some() => Some(store::open(project, home)?),
        _ => None,
    };
    let files = KeyFiles::in_home(home_dir);
    let former = identity.public_key;
    let key = PrivateKey::generate().map_err(IdentityError::Generate)?;
    let identity = Identity { public_key: key.public_key(), ..identity };
    files.replace(&key)?;
    IdentityFile::in_home(home_dir).save(&identity)?;
    let resealed = state.is_some();
    if let Some(state) = state {
        let (key, _) = seal_keys(home)?;
        state.reseal(key)?.update(|state| {
            state.identity = Some(identity.clone());
            Ok::<_, ConfigError>(())
        })?;
    }
    Ok(Rotated { identity, former_key: former.to_hex(), former_path: files.former_path(&former), resealed })
}
