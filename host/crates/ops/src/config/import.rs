//! `config import`: reading a shared config, and taking it into the state. In between, whoever calls may ask.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use noorm_core::config::Config;
use noorm_core::secret::Secret;
use noorm_vault::share::{FILE_BYTES_MAX, Opened, SharedConfig};
use noorm_vault::{ImportedShare, SecretText, State};
use serde::Serialize;
use serde_json::Map;

use super::exported::ExportedConfig;
use super::sharing::SharingError;
use super::{ConfigError, check_dialect, store};
use crate::home::Home;
use crate::identity::keys;
use crate::project::Project;
use crate::trust::{self, Acquaintance, KeyBook, Standing};

/// A shared config that was opened and not yet taken.
#[derive(Debug)]
pub struct Offer {
    /// Version of the file.
    pub version: u32,
    /// Who sealed it; `None` for version 1, which proves nobody.
    pub sender: Option<Acquaintance>,
    /// Who the file says sealed it.
    pub sender_said: String,
    /// When, by the sender's clock; `None` for version 1.
    pub created_at: Option<String>,
    /// The config, without user and password.
    pub config: Config,
    secrets: BTreeMap<String, SecretText>,
    digest: String,
}

/// How an offer is taken.
#[derive(Debug)]
pub struct ImportRequest<'a> {
    /// Another name for the config.
    pub name: Option<&'a str>,
    /// Who logs in.
    pub user: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// Somebody agreed to a sender that is not known: its key is pinned.
    pub accept: bool,
    /// A config of the name is replaced.
    pub force: bool,
    /// A file that came before is taken once more.
    pub again: bool,
    /// The instant, RFC 3339.
    pub now: &'a str,
}

/// What an import took.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// The config.
    pub name: String,
    /// Commands use it: it is the first one.
    pub is_active: bool,
    /// It took the place of another one.
    pub replaced: bool,
    /// Names of the secrets that came with it.
    pub secrets: Vec<String>,
}

impl Offer {
    /// Names of the secrets in it.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.keys().map(String::as_str)
    }

    /// Returns how the sender stands, for people and for JSON.
    pub fn standing(&self) -> &'static str {
        self.sender.as_ref().map_or("not verified", |sender| sender.standing.as_str())
    }

    /// Whether somebody has to agree to it.
    pub fn needs_consent(&self) -> bool {
        !self.sender.as_ref().is_some_and(|sender| sender.standing.is_trusted())
    }
}

/// Opens a shared config with the user's key, or a former one. Nothing is changed.
pub fn read_offer(project: &Project, home: &Home, file: &Path, again: bool) -> Result<Offer, SharingError> {
    let shared = SharedConfig::parse(&read_file(&home.working_dir.join(file), FILE_BYTES_MAX)?)?;
    let own = keys(home)?;
    let all: Vec<_> = std::iter::once(own.current).chain(own.former).collect();
    let Opened { contents, digest } = shared.open(&all)?;
    let exported = ExportedConfig::parse(&contents).map_err(|column| SharingError::Contents { column })?;
    if !exported.is_printable() {
        return Err(SharingError::Unprintable);
    }
    let values = exported.secrets.values().map(|value| Secret::new(value.expose().to_owned()));
    home.seen.add_of(values, &[]);
    let state = store::load(project, home)?.unwrap_or_default();
    if !again {
        refuse_replay(&state, &digest)?;
    }
    let book = KeyBook::of(project, &state)?;
    let (version, sender, created_at) = match &shared {
        SharedConfig::V1(_) => (1, None, None),
        SharedConfig::V2(shared) => {
            let sender = book.judged(Acquaintance::new(&shared.sender, None, None, shared.sender_key));
            if sender.standing == Standing::Changed {
                return Err(book.changed(&sender).into());
            }
            (2, Some(sender), Some(shared.created_at.clone()))
        }
    };
    let sender_said = shared.sender().to_owned();
    let config = exported.config();
    Ok(Offer { version, sender, sender_said, created_at, config, secrets: exported.secrets, digest })
}

/// Returns the config that an offer would replace.
pub fn in_the_way(project: &Project, home: &Home, name: &str) -> Result<Option<Config>, SharingError> {
    let state = store::load(project, home)?.unwrap_or_default();
    if !state.configs.contains_key(name) {
        return Ok(None);
    }
    Ok(Some(store::config(&state, name)?))
}

/// Takes an offer into the state: config, secrets, the sender's key and the mark against a replay, or nothing.
pub fn import(
    project: &Project,
    home: &Home,
    offer: Offer,
    request: ImportRequest<'_>,
) -> Result<Imported, SharingError> {
    if offer.needs_consent() && !request.accept {
        let what = match offer.sender {
            Some(_) => "nobody has said whose key sealed this",
            None => "a file of version 1 does not prove who sealed it",
        };
        return Err(SharingError::Untrusted { what, people: offer.sender.into_iter().collect() });
    }
    let mut config = offer.config;
    if let Some(name) = request.name {
        name.clone_into(&mut config.name);
    }
    config.connection.user = request.user;
    config.connection.password = request.password.map(|password| password.expose().to_owned());
    home.seen.add_of([], [&config]);
    check_dialect(project, &config.connection.dialect)?;
    config.validate().map_err(ConfigError::from)?;
    let name = config.name.clone();
    let value = serde_json::to_value(&config).map_err(|source| ConfigError::Stored { name: name.clone(), source })?;
    store::open(project, home)?.update(|state| {
        if !request.again {
            refuse_replay(state, &offer.digest)?;
        }
        let replaced = state.configs.contains_key(&name);
        if replaced && !request.force {
            return Err(ConfigError::Taken { name: name.clone() }.into());
        }
        let is_first = state.configs.is_empty();
        state.configs.insert(name.clone(), value);
        if is_first {
            state.active_config = Some(name.clone());
        }
        let secrets: Vec<String> = offer.secrets.keys().cloned().collect();
        if !secrets.is_empty() {
            state.secrets.entry(name.clone()).or_default().extend(offer.secrets);
        }
        if let Some(sender) = offer.sender.filter(|sender| !sender.standing.is_trusted()) {
            trust::put(state, &sender, false, request.now);
        }
        state.imported_shares.retain(|share| share.digest != offer.digest);
        state.imported_shares.push(ImportedShare {
            digest: offer.digest,
            config: name.clone(),
            imported_at: request.now.to_owned(),
            other: Map::new(),
        });
        let is_active = state.active_config.as_ref() == Some(&name);
        Ok(Imported { name, is_active, replaced, secrets })
    })
}

fn refuse_replay(state: &State, digest: &str) -> Result<(), SharingError> {
    match state.imported_shares.iter().find(|share| share.digest == digest) {
        Some(share) => {
            Err(SharingError::Replayed { config: share.config.clone(), imported_at: share.imported_at.clone() })
        }
        None => Ok(()),
    }
}

/// Reads a file that anybody may have written: one byte more than it may have, at most.
pub(crate) fn read_file(path: &Path, bytes_max: usize) -> Result<Vec<u8>, SharingError> {
    let fail = |source| SharingError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(fail)?;
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
