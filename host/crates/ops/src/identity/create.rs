//! `identity init`, `identity edit`.

use noorm_vault::{Host, Identity, IdentityFile, KeyFiles, Person, PrivateKey};
use serde::Serialize;

use super::current::{Current, current};
use super::error::IdentityError;
use super::keys::{KeyPlace, KeysError, PRIVATE_KEY};
use super::person::{Named, of_git, of_system};
use crate::home::Home;

/// An identity that was made or named.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// The identity.
    pub identity: Identity,
    /// Whether its key is new too.
    pub is_new_key: bool,
}

/// Makes an identity. What is not said comes from git, and what git does not know from the system. A key that is there
/// without a name is named and kept.
pub fn create(home: &Home, said: Named, now: &str) -> Result<Created, IdentityError> {
    if home.set_variable(PRIVATE_KEY).is_some() {
        return Err(IdentityError::FromEnvironment);
    }
    let home_dir = home.home_dir.as_deref().ok_or(KeysError::NoHome)?;
    let (files, file) = (KeyFiles::in_home(home_dir), IdentityFile::in_home(home_dir));
    let kept = files.load()?;
    if let (Some(_), Some(identity)) = (&kept, file.load()?) {
        return Err(IdentityError::Exists { name: identity.name, email: identity.email });
    }
    let key = match &kept {
        Some(key) => key.clone(),
        None => PrivateKey::generate().map_err(IdentityError::Generate)?,
    };
    let identity = named(home, said, &key, now)?;
    if kept.is_none() {
        files.create(&key)?;
    }
    file.save(&identity)?;
    Ok(Created { identity, is_new_key: kept.is_none() })
}

/// Makes an identity where there is none at all.
pub fn create_if_missing(home: &Home, now: &str) -> Result<Option<Created>, IdentityError> {
    let Some(home_dir) = &home.home_dir else { return Ok(None) };
    if home.set_variable(PRIVATE_KEY).is_some() || KeyFiles::in_home(home_dir).load()?.is_some() {
        return Ok(None);
    }
    create(home, Named::default(), now).map(Some)
}

/// Changes the name or the address of the identity; its key stays. Others know it by a new hash from then on.
pub fn edit(home: &Home, said: &Named, now: &str) -> Result<Identity, IdentityError> {
    let Current { identity: kept, key_place, .. } = current(home, now)?;
    if key_place == KeyPlace::Environment {
        return Err(IdentityError::FromEnvironment);
    }
    let home_dir = home.home_dir.as_deref().ok_or(KeysError::NoHome)?;
    let name = said.name.as_deref().unwrap_or(&kept.name);
    let email = said.email.as_deref().unwrap_or(&kept.email);
    let host = Host { machine: kept.machine.clone(), os: kept.os.clone() };
    let renamed = Identity::new(Person { name, email }, &host, kept.public_key, kept.created_at.clone())?;
    let identity = Identity { other: kept.other, ..renamed };
    IdentityFile::in_home(home_dir).save(&identity)?;
    Ok(identity)
}

fn named(home: &Home, said: Named, key: &PrivateKey, now: &str) -> Result<Identity, IdentityError> {
    let known = said.or(|| of_git(home));
    let (user, address) = of_system(home);
    let (name, email) = (known.name.unwrap_or(user), known.email.unwrap_or(address));
    Ok(Identity::new(Person { name: &name, email: &email }, &Host::detect(), key.public_key(), now)?)
}
