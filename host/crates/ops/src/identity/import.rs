//! `identity import`: a colleague's public identity, or a private key from its backup.

use std::io::Read;
use std::path::Path;

use noorm_vault::{Identity, IdentityFile, KeyFileError, KeyFiles, KeychainError, KnownUser, PrivateKey, SecretText};
use serde::Serialize;

use super::create::create;
use super::error::IdentityError;
use super::keys::{KeysError, PRIVATE_KEY};
use super::person::Named;
use crate::config::ConfigError;
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// No identity and no key has this many bytes.
const BYTES_MAX: u64 = 64 * 1024;

/// What is written down as the place that an imported identity comes from, where the data model has a config's name.
pub(super) const SOURCE: &str = "import";

/// Reads a colleague's identity from a file, and checks that its hash belongs to its fields.
pub fn read_public(file: &Path, home: &Home) -> Result<Identity, IdentityError> {
    let (text, file) = read(file, home)?;
    let identity: Identity =
        serde_json::from_str(text.expose()).map_err(|source| IdentityError::NotPublic { file, source })?;
    identity.verify()?;
    Ok(identity)
}

/// Adds a colleague's identity to those that the project knows. `replace`: even if it has another key so far.
pub fn import(
    project: &Project,
    home: &Home,
    identity: &Identity,
    replace: bool,
    now: &str,
) -> Result<(), IdentityError> {
    let user = KnownUser::of_identity(identity, SOURCE, now)?;
    store::open(project, home)?.update(|state| match state.known_users.get(&user.identity_hash) {
        Some(known) if known.public_key != user.public_key && !replace => Err(IdentityError::KeyChanged {
            name: user.name.clone(),
            email: user.email.clone(),
            known: known.public_key.clone(),
            found: user.public_key.clone(),
        }),
        _ => {
            state.known_users.insert(user.identity_hash.clone(), user);
            Ok(())
        }
    })
}

/// What becomes of a private key where there is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occupied {
    /// Nothing is done.
    Refuse,
    /// It joins the former ones, which only open.
    Former,
    /// It becomes the current one, and the current one a former one.
    Replace,
}

/// What became of a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Imported {
    /// It is the current one now.
    Current,
    /// It is a former one now.
    Former,
    /// It was there already.
    Known,
}

/// Takes a private key from its backup. A key that is there is never lost.
pub fn import_private(
    home: &Home,
    file: &Path,
    occupied: Occupied,
    now: &str,
) -> Result<(Imported, String), IdentityError> {
    if home.set_variable(PRIVATE_KEY).is_some() {
        return Err(IdentityError::FromEnvironment);
    }
    let home_dir = home.home_dir.as_deref().ok_or(KeysError::NoHome)?;
    let (text, file) = read(file, home)?;
    let key = PrivateKey::from_hex(text.expose()).map_err(|source| IdentityError::NotPrivate { file, source })?;
    let files = KeyFiles::in_home(home_dir);
    let public = key.public_key();
    let current = match files.load() {
        // The keychain forgot a key, and this may be the copy of it.
        Err(KeyFileError::Keychain(KeychainError::Missing { public_key })) if public_key == public => {
            files.restore(&key)?;
            name(home, home_dir, &key, now)?;
            return Ok((Imported::Current, public.to_hex()));
        }
        current => current?,
    };
    let done = match (current, occupied) {
        (Some(current), _) if current.public_key() == public => Imported::Known,
        (Some(_), Occupied::Refuse) => return Err(IdentityError::OtherKey),
        (Some(_) | None, Occupied::Former) => {
            files.keep_former(&key)?;
            Imported::Former
        }
        (None, Occupied::Refuse) => {
            files.create(&key)?;
            Imported::Current
        }
        (Some(_) | None, Occupied::Replace) => {
            files.replace(&key)?;
            Imported::Current
        }
    };
    if done == Imported::Current {
        name(home, home_dir, &key, now)?;
    }
    Ok((done, public.to_hex()))
}

/// Gives the new current key the name that there is, or one as `init` does.
fn name(home: &Home, home_dir: &Path, key: &PrivateKey, now: &str) -> Result<(), IdentityError> {
    let file = IdentityFile::in_home(home_dir);
    match file.load()? {
        Some(identity) => file.save(&Identity { public_key: key.public_key(), ..identity })?,
        None => drop(create(home, Named::default(), now)?),
    }
    Ok(())
}

fn read(file: &Path, home: &Home) -> Result<(SecretText, String), IdentityError> {
    let is_stdin = file == Path::new("-");
    let name = if is_stdin { "standard input".to_owned() } else { file.display().to_string() };
    let fail = |source| IdentityError::Read { file: name.clone(), source };
    let source: Box<dyn Read> = match is_stdin {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(home.working_dir.join(file)).map_err(fail)?),
    };
    // One allocation that is wiped: growing would leave copies of a private key behind.
    let mut text = String::with_capacity(64 * 1024);
    source.take(BYTES_MAX).read_to_string(&mut text).map_err(fail)?;
    Ok((SecretText::new(text), name))
}

impl From<noorm_vault::StoreError> for IdentityError {
    fn from(error: noorm_vault::StoreError) -> Self {
        Self::Config(ConfigError::Store(error))
    }
}
