//! `config export`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use noorm_vault::atomic::{create_atomic, write_atomic};
use noorm_vault::share::v2::{Recipient, Sender, SharedConfigV2};
use noorm_vault::{SecretText, State};
use serde::Serialize;
use zeroize::Zeroizing;

use super::exported::ExportedConfig;
use super::sharing::SharingError;
use super::{ConfigError, stage, store};
use crate::home::Home;
use crate::identity::{self, keys};
use crate::project::Project;
use crate::trust::{self, Acquaintance};

/// Which secrets of a config go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretChoice {
    /// None.
    None,
    /// All of them.
    All,
    /// These.
    Named(Vec<String>),
}

/// What is exported, to whom.
#[derive(Debug)]
pub struct ExportRequest<'a> {
    /// The config; the active one if it is not named.
    pub name: Option<&'a str>,
    /// Those who can open it.
    pub recipients: &'a [Acquaintance],
    /// Somebody agreed to keys that are not trusted: they are pinned.
    pub accept: bool,
    /// Its secrets.
    pub secrets: SecretChoice,
    /// The file; `NAME.noorm.enc` in the working directory if it is not named.
    pub output: Option<PathBuf>,
    /// A file that is there is replaced.
    pub force: bool,
    /// The instant, RFC 3339.
    pub now: &'a str,
}

/// What an export wrote.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// The config.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// Those who can open it.
    pub recipients: Vec<Acquaintance>,
    /// Names of the secrets in it.
    pub secrets: Vec<String>,
    /// Names of the secrets that are not in it.
    pub left_out: Vec<String>,
}

/// Seals a config to its recipients and writes the file, whole or not at all.
pub fn export(project: &Project, home: &Home, request: ExportRequest<'_>) -> Result<Exported, SharingError> {
    let untrusted = request.recipients.iter().filter(|person| !person.standing.is_trusted());
    let untrusted: Vec<Acquaintance> = untrusted.cloned().collect();
    if !untrusted.is_empty() && !request.accept {
        return Err(SharingError::Untrusted { what: "nobody has said whose keys these are", people: untrusted });
    }
    let state = store::load(project, home)?.unwrap_or_default();
    let name = match request.name.or(state.active_config.as_deref()) {
        Some(name) => name.to_owned(),
        None => return Err(ConfigError::NoneActive { known: store::names(&state) }.into()),
    };
    // Whoever gets it may have other stages.
    let config = stage::with_defaults(project, store::config(&state, &name)?);
    let (secrets, left_out) = chosen(&state, &name, &request.secrets)?;
    let names = secrets.keys().cloned().collect();
    let contents = serde_json::to_vec(&ExportedConfig::of(&config, secrets)).map(Zeroizing::new);
    let contents = contents.map_err(|source| ConfigError::Stored { name: name.clone(), source })?;

    let key = keys(home)?.current;
    let email = identity::current(home, request.now)?.identity.email;
    let recipient = |person: &Acquaintance| Recipient { label: person.email.clone(), public_key: person.public_key };
    let recipients: Vec<Recipient> = request.recipients.iter().map(recipient).collect();
    let sender = Sender { email: &email, key: &key, now: request.now };
    let text = SharedConfigV2::seal(sender, &recipients, &contents)?.to_text();
    let file = request.output.unwrap_or_else(|| format!("{name}.noorm.enc").into());
    let path = home.working_dir.join(&file);
    if path.exists() && !request.force {
        return Err(SharingError::Exists { path: file });
    }
    // The pins come first: nothing is sealed to a key that is then forgotten.
    if !untrusted.is_empty() {
        store::open(project, home)?.update(|state| {
            untrusted.iter().for_each(|person| trust::put(state, person, false, request.now));
            Ok::<_, ConfigError>(())
        })?;
    }
    let written = match request.force {
        true => write_atomic(&path, text.as_bytes(), 0o644),
        false => create_atomic(&path, text.as_bytes(), 0o644),
    };
    written.map_err(|source| SharingError::Write { path: file.clone(), source })?;
    Ok(Exported { name, file, recipients: request.recipients.to_vec(), secrets: names, left_out })
}

/// Returns the chosen secrets, and the names of the others.
fn chosen(
    state: &State,
    config: &str,
    choice: &SecretChoice,
) -> Result<(BTreeMap<String, SecretText>, Vec<String>), SharingError> {
    let all = state.secrets.get(config).cloned().unwrap_or_default();
    if let SecretChoice::Named(keys) = choice
        && let Some(key) = keys.iter().find(|key| !all.contains_key(*key))
    {
        let known = all.into_keys().collect();
        return Err(SharingError::NoSecret { config: config.to_owned(), key: key.clone(), known });
    }
    let is_chosen = |key: &String| match choice {
        SecretChoice::None => false,
        SecretChoice::All => true,
        SecretChoice::Named(keys) => keys.contains(key),
    };
    let (chosen, others): (BTreeMap<_, _>, BTreeMap<_, _>) = all.into_iter().partition(|(key, _)| is_chosen(key));
    Ok((chosen, others.into_keys().collect()))
}
