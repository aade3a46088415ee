//! `secret list`.

use std::collections::BTreeMap;

use noorm_core::redact::masked;
use noorm_core::secret::Secret;
use noorm_core::secret_kind::SecretKind;
use noorm_vault::SecretText;
use serde::Serialize;

use super::{Scope, SecretError};
use crate::config::store;
use crate::home::Home;
use crate::project::Project;

/// The secrets of a scope.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretList {
    /// The config; none where only those of all configs are listed.
    pub config: Option<String>,
    /// By name; of two with one name, the one that counts first.
    pub secrets: Vec<SecretView>,
}

/// A secret as others may see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretView {
    /// Its name.
    pub key: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: SecretKind,
    /// `config` or `global`.
    pub scope: &'static str,
    /// That it is there, and how long it is.
    pub masked: String,
}

/// Lists the secrets of a config with those of all configs, or only the latter.
pub fn list(project: &Project, home: &Home, scope: &Scope) -> Result<SecretList, SecretError> {
    let state = store::load(project, home)?.unwrap_or_default();
    let mut secrets = Vec::new();
    if let Some(name) = scope.config_name() {
        let kinds = state.secret_types.get(name);
        secrets.extend(state.secrets.get(name).into_iter().flat_map(|own| views(own, kinds, "config")));
    }
    secrets.extend(views(&state.global_secrets, Some(&state.global_secret_types), "global"));
    secrets.sort_by(|one, other| (&one.key, one.scope).cmp(&(&other.key, other.scope)));
    Ok(SecretList { config: scope.config_name().map(str::to_owned), secrets })
}

fn views(
    secrets: &BTreeMap<String, SecretText>,
    kinds: Option<&BTreeMap<String, String>>,
    scope: &'static str,
) -> Vec<SecretView> {
    let kind = |key: &String| kinds.and_then(|kinds| SecretKind::parse(kinds.get(key)?)).unwrap_or_default();
    let view = |(key, value): (&String, &SecretText)| SecretView {
        key: key.clone(),
        kind: kind(key),
        scope,
        masked: masked(key, &Secret::new(value.expose().to_owned())),
    };
    secrets.iter().map(view).collect()
}
