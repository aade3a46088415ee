//! `state import`: configs, secrets and known users of the original's `state.enc` become part of the project's state.
//!
//! What is here already stays: the same thing twice is no conflict, and something else under one name stops the import
//! before anything is changed.

use std::path::{Path, PathBuf};

use noorm_core::config::{self, Config};
use noorm_vault::{PrivateKey, State, legacy};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::config::{ConfigError, SharingError, read_file, stage, store};
use crate::home::Home;
use crate::identity::keys;
use crate::project::Project;

/// What is imported.
#[derive(Debug)]
pub struct MergeRequest<'a> {
    /// The original's file.
    pub file: &'a Path,
    /// The private key that it was written with, if it is not the user's.
    pub key: Option<&'a Path>,
    /// What is in the way is replaced.
    pub force: bool,
    /// Configs that are protected, and their secrets, may be changed.
    pub confirmed: bool,
}

/// What an import took over.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Merged {
    /// Configs that are new or took the place of others.
    pub configs: Vec<String>,
    /// Secrets that are new or took the place of others, as `config.KEY`; those of all configs as `KEY`.
    pub secrets: Vec<String>,
    /// Email addresses of users that were not known.
    pub known_users: Vec<String>,
    /// What was replaced, such as "config `dev`".
    pub replaced: Vec<String>,
    /// How many things were here already, the same.
    pub unchanged: usize,
    /// The active config, if the import chose one.
    pub active_config: Option<String>,
}

/// Merges the original's state into the project's, or changes nothing.
pub fn import(project: &Project, home: &Home, request: &MergeRequest<'_>) -> Result<Merged, SharingError> {
    let file = home.working_dir.join(request.file);
    let store = store::open(project, home)?;
    // A store that cannot read its own file would fail below all the same, with a hint that does not help here.
    let same = |(one, other): (PathBuf, PathBuf)| one == other;
    if file.canonicalize().ok().zip(store.path().canonicalize().ok()).is_some_and(same) {
        return Err(SharingError::InPlace { path: file });
    }
    let bytes = read_file(&file, legacy::FILE_BYTES_MAX)?;
    let key = match request.key {
        Some(path) => read_key(&home.working_dir.join(path))?,
        None => keys(home)?.current,
    };
    let theirs = legacy::open_state(&bytes, &key)?;
    store::note(&theirs, home);
    let configs = translated(&theirs)?;
    store.update(|ours| {
        let mut merged = Merged::default();
        let before = ours.clone();
        merge(ours, theirs, configs, &mut merged);
        check(project, &before, ours, &merged, request)?;
        if !merged.replaced.is_empty() && !request.force {
            return Err(SharingError::Conflicts { names: merged.replaced });
        }
        Ok(merged)
    })
}

/// Refuses what the team's stages or the protection of a config here do not allow.
fn check(
    project: &Project,
    before: &State,
    after: &State,
    merged: &Merged,
    request: &MergeRequest<'_>,
) -> Result<(), SharingError> {
    for name in &merged.configs {
        match before.configs.contains_key(name) {
            true => stage::refuse_locked(project, name).map_err(ConfigError::from)?,
            false => stage::refuse_undeclared(project, name).map_err(ConfigError::from)?,
        }
    }
    let is_changed = |name: &&String| {
        before.configs.get(*name) != after.configs.get(*name) || before.secrets.get(*name) != after.secrets.get(*name)
    };
    for name in before.configs.keys().filter(is_changed) {
        let config = stage::with_defaults(project, store::config(before, name)?);
        if config.protected && !request.confirmed {
            return Err(SharingError::Protected { name: name.clone() });
        }
    }
    Ok(())
}

fn read_key(path: &Path) -> Result<PrivateKey, SharingError> {
    let fail = |why: String| SharingError::PrivateKey { path: path.to_owned(), why };
    let text = std::fs::read_to_string(path).map(Zeroizing::new);
    let text = text.map_err(|source| SharingError::Read { path: PathBuf::from(path), source })?;
    PrivateKey::from_hex(&text).map_err(|error| fail(error.to_string()))
}

/// Returns the configs in the shape of this program: `paths` had other names for its two folders.
fn translated(state: &State) -> Result<Vec<(String, Value)>, SharingError> {
    let mut configs = Vec::new();
    for (name, config) in &state.configs {
        // The parser's own words would quote values, and one of them may be a password.
        let wrong = || ConfigError::Field(config::ConfigError::new(name, "it is not a config this noorm can read"));
        let mut config = config.clone();
        if let Some(paths) = config.get_mut("paths").and_then(Value::as_object_mut) {
            for (theirs, ours) in [("sql", "schema"), ("changes", "changesets")] {
                if let Some(path) = paths.shift_remove(theirs) {
                    paths.entry(ours).or_insert(path);
                }
            }
        }
        // SQLite's file may be all that the original has.
        if let Some(connection) = config.get_mut("connection").and_then(Value::as_object_mut) {
            connection.entry("database").or_insert_with(|| Value::from(""));
        }
        let config: Config = serde_json::from_value(config).map_err(|_| wrong())?;
        config.validate().map_err(ConfigError::from)?;
        configs.push((name.clone(), serde_json::to_value(config).map_err(|_| wrong())?));
    }
    Ok(configs)
}

/// Puts everything of `theirs` into `ours`, and tells what that did.
fn merge(ours: &mut State, theirs: State, configs: Vec<(String, Value)>, merged: &mut Merged) {
    for (name, config) in configs {
        let what = format!("config `{name}`");
        if merged.put(&what, ours.configs.insert(name.clone(), config.clone()), &config) {
            merged.configs.push(name);
        }
    }
    for (config, secrets) in theirs.secrets {
        for (key, value) in secrets {
            let name = format!("{config}.{key}");
            let before = ours.secrets.entry(config.clone()).or_default().insert(key, value.clone());
            if merged.put(&format!("secret `{name}`"), before, &value) {
                merged.secrets.push(name);
            }
        }
    }
    for (key, value) in theirs.global_secrets {
        let before = ours.global_secrets.insert(key.clone(), value.clone());
        if merged.put(&format!("secret `{key}`"), before, &value) {
            merged.secrets.push(key);
        }
    }
    for (hash, mut user) in theirs.known_users {
        // A row whose hash does not belong to its fields names nobody.
        let Ok(key) = noorm_vault::PublicKey::from_hex(&user.public_key) else { continue };
        if user.verify().is_err() || user.identity_hash != hash {
            continue;
        }
        user.public_key = key.to_hex();
        let known = ours.known_users.get(&hash).map(|known| known.public_key.clone());
        // When somebody was last seen is no conflict; another key is one.
        if merged.put(&format!("key of `{}`", user.email), known.clone(), &user.public_key) {
            merged.known_users.push(user.email.clone());
        }
        if known.as_ref() != Some(&user.public_key) {
            ours.known_users.insert(hash, user);
        }
    }
    if ours.active_config.is_none() {
        ours.active_config = theirs.active_config.filter(|name| ours.configs.contains_key(name));
        merged.active_config.clone_from(&ours.active_config);
    }
}

impl Merged {
    /// Counts what was put where `before` was; returns whether that changed something.
    fn put<T: PartialEq>(&mut self, what: &str, before: Option<T>, now: &T) -> bool {
        match before {
            None => true,
            Some(before) if before == *now => {
                self.unchanged += 1;
                false
            }
            Some(_) => {
                self.replaced.push(what.to_owned());
                true
            }
        }
    }
}
