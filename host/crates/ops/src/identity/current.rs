//! The identity of the user.

use noorm_vault::{Host, Identity, IdentityFile, Person};
use serde::Serialize;

use super::error::IdentityError;
use super::keys::{KeyPlace, Keys, KeysError, keys};
use super::person::{Named, of_pipeline};
use crate::home::Home;

/// What stands for machine and system in the identity of a pipeline. Its machines come and go, and the hash has to stay the
/// same: what is sealed for it is found by it.
const PIPELINE: &str = "ci";

/// The identity of the user, and where its key is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Current {
    /// The identity.
    pub identity: Identity,
    /// Where its private key is.
    pub key_place: KeyPlace,
    /// Public keys of the private ones before it that are kept, the latest first.
    pub former_keys: Vec<String>,
}

/// Returns the identity of the user: the environment's, or that of `~/.noorm`. `now` is the instant of the command.
pub fn current(home: &Home, now: &str) -> Result<Current, IdentityError> {
    let Keys { current, former, place } = keys(home)?;
    let identity = match place {
        KeyPlace::Environment => {
            let said = of_pipeline(home).or(|| Named::parse(home.set_variable("NOORM_IDENTITY").unwrap_or_default()));
            let name = said.name.ok_or(IdentityError::NoPipelineName { what: "name" })?;
            let email = said.email.ok_or(IdentityError::NoPipelineName { what: "email" })?;
            let host = Host { machine: PIPELINE.to_owned(), os: PIPELINE.to_owned() };
            Identity::new(Person { name: &name, email: &email }, &host, current.public_key(), now)?
        }
        KeyPlace::File | KeyPlace::Keychain => {
            let file = IdentityFile::in_home(home.home_dir.as_deref().ok_or(KeysError::NoHome)?);
            let path = file.path().to_owned();
            let kept = file.load()?.ok_or(IdentityError::NoName { path })?;
            // The public key is always that of the private one: a file that says another was left behind half-way.
            Identity { public_key: current.public_key(), ..kept }
        }
    };
    let former_keys = former.iter().map(|key| key.public_key().to_hex()).collect();
    Ok(Current { identity, key_place: place, former_keys })
}
