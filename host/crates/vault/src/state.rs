//! What `.noorm/state.enc` holds once it is open: the identity, configs and secrets of a project.
//!
//! Names and fields are those of the data model. Fields that this version does not know are kept
//! and written back: a newer noorm may have put them there. Configs are plain JSON values here,
//! because what a config means is the business of others.
//!
//! Secrets are wiped when dropped. Configs are not: a JSON value has no such hook, and a password
//! inside one lives until its memory is reused.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::identity::{Identity, IdentityError, identity_hash, printable};
use crate::keys::{KeyError, PublicKey};
use crate::pin::{ImportedShare, Pin};
use crate::secret_text::SecretText;
use crate::team::LocalVault;

/// Version that this program writes into a state: its own.
pub const STATE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The state of a project on one machine.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// Version of the noorm that wrote it.
    pub version: String,
    /// The user's identity, if there is one.
    #[serde(default)]
    pub identity: Option<Identity>,
    /// Identities seen in databases, by identity hash. Hints, not trust (ruling 13).
    #[serde(default)]
    pub known_users: BTreeMap<String, KnownUser>,
    /// Name of the selected config.
    #[serde(default)]
    pub active_config: Option<String>,
    /// Configs by name.
    #[serde(default)]
    pub configs: BTreeMap<String, Value>,
    /// Secrets by config and name.
    #[serde(default)]
    pub secrets: BTreeMap<String, BTreeMap<String, SecretText>>,
    /// Secrets of all configs, by name.
    #[serde(default)]
    pub global_secrets: BTreeMap<String, SecretText>,
    /// What kind of secret each is, by config and name; a word of the settings. One that is not here is a `string`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secret_types: BTreeMap<String, BTreeMap<String, String>>,
    /// The same for the secrets of all configs, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub global_secret_types: BTreeMap<String, String>,
    /// Copies of team vaults, by the database that they are in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vaults: BTreeMap<String, LocalVault>,
    /// Keys of others that the user trusts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pin>,
    /// Shared configs that were imported, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imported_shares: Vec<ImportedShare>,
    /// Fields that a newer version wrote; they are kept.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl State {
    /// Makes an empty state of this version.
    #[must_use]
    pub fn new() -> Self {
        Self {
            version: STATE_VERSION.to_owned(),
            identity: None,
            known_users: BTreeMap::new(),
            active_config: None,
            configs: BTreeMap::new(),
            secrets: BTreeMap::new(),
            global_secrets: BTreeMap::new(),
            secret_types: BTreeMap::new(),
            global_secret_types: BTreeMap::new(),
            vaults: BTreeMap::new(),
            pins: Vec::new(),
            imported_shares: Vec::new(),
            other: Map::new(),
        }
    }

    /// Whether a newer noorm wrote it: one whose major or minor number is higher.
    ///
    /// Patch releases share a format, so going back one must not lock anybody out. A version that
    /// is not of the form `1.2.3` counts as newer: it is nothing that this program ever wrote.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        let series = |(major, minor, _patch)| (major, minor);
        numbers(&self.version).is_none_or(|found| series(found) > series(own_numbers()))
    }

    /// Returns a copy that says it was written by this version, unless a later patch release
    /// wrote it: a version never goes down.
    pub(crate) fn stamped(&self) -> Self {
        let mut stamped = self.clone();
        if numbers(&self.version).is_some_and(|found| found < own_numbers()) {
            stamped.version = STATE_VERSION.to_owned();
        }
        stamped
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows names only: configs contain passwords.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("version", &self.version)
            .field("identity", &self.identity.as_ref().map(|identity| &identity.identity_hash))
            .field("known_users", &self.known_users.len())
            .field("active_config", &self.active_config)
            .field("configs", &self.configs.keys())
            .field("secrets", &self.secrets)
            .field("global_secrets", &self.global_secrets)
            .field("secret_types", &self.secret_types)
            .field("global_secret_types", &self.global_secret_types)
            .field("vaults", &self.vaults.keys())
            .field("pins", &self.pins.len())
            .field("imported_shares", &self.imported_shares.len())
            .field("other", &self.other.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// An identity that was seen in a database.
///
/// Its public key stays a text: the row may hold anything, and one bad row of a colleague must not
/// make the whole state unreadable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownUser {
    /// SHA-256 over email, name, machine and system.
    pub identity_hash: String,
    /// Email address.
    pub email: String,
    /// Display name.
    pub name: String,
    /// X25519 public key in hex, as the database has it.
    pub public_key: String,
    /// Host name.
    pub machine: String,
    /// Platform and version.
    pub os: String,
    /// Instant of the last activity in ISO form.
    pub last_seen: String,
    /// Config in whose database it was seen.
    pub source: String,
    /// Fields that a newer version wrote; they are kept.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The fields of a row of `__noorm_identities__`, as the database has them.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityRow {
    /// SHA-256 over email, name, machine and system, or what somebody wrote there.
    pub identity_hash: String,
    /// Email address.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Host name.
    pub machine: String,
    /// Platform and version.
    pub os: String,
    /// X25519 public key in hex, raw or DER, or what somebody wrote there.
    pub public_key: String,
    /// Instant of the last activity in ISO form.
    pub last_seen_at: String,
}

/// Why a row is no identity.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// Its hash or its fields.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Its public key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl KnownUser {
    /// Takes a row that was found in the database of the config `source`; its key comes in raw hex form.
    ///
    /// It is a hint and not trust (ruling 13): whoever may write into that table can write a whole row of their own.
    ///
    /// # Errors
    /// A hash that does not belong to the fields, or a public key that is none.
    pub fn from_row(row: IdentityRow, source: &str) -> Result<Self, RowError> {
        let public_key = PublicKey::from_hex(&row.public_key)?.to_hex();
        let user = Self {
            identity_hash: row.identity_hash,
            email: row.email,
            name: row.name,
            public_key,
            machine: row.machine,
            os: row.os,
            last_seen: row.last_seen_at,
            source: source.to_owned(),
            other: Map::new(),
        };
        user.verify()?;
        Ok(user)
    }

    /// Takes the public part of an identity that somebody handed over; `source` says how it came.
    ///
    /// # Errors
    /// A hash that does not belong to the fields.
    pub fn of_identity(identity: &Identity, source: &str, now: &str) -> Result<Self, IdentityError> {
        identity.verify()?;
        Ok(Self {
            identity_hash: identity.identity_hash.clone(),
            email: identity.email.clone(),
            name: identity.name.clone(),
            public_key: identity.public_key.to_hex(),
            machine: identity.machine.clone(),
            os: identity.os.clone(),
            last_seen: now.to_owned(),
            source: source.to_owned(),
            other: Map::new(),
        })
    }

    /// Checks that the hash belongs to the fields, and that they are texts to be shown.
    ///
    /// # Errors
    /// [`IdentityError::Forged`] with the hash that would belong to them, or [`IdentityError::ControlCharacter`].
    pub fn verify(&self) -> Result<(), IdentityError> {
        printable([("email", &self.email), ("name", &self.name), ("machine", &self.machine), ("os", &self.os)])?;
        let expected = identity_hash(&self.email, &self.name, &self.machine, &self.os);
        if self.identity_hash == expected { Ok(()) } else { Err(IdentityError::Forged { expected }) }
    }
}

pub(crate) fn own_numbers() -> (u64, u64, u64) {
    numbers(STATE_VERSION).expect("the package's own version is well formed")
}

/// Returns the numbers of a version such as `1.2.3` or `1.2.3-alpha.4`.
pub(crate) fn numbers(version: &str) -> Option<(u64, u64, u64)> {
    let core = version.split(['-', '+']).next()?;
    let mut parts = core.split('.').map(|part| part.parse::<u64>().ok());
    let numbers = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_a_higher_major_or_minor_is_newer() {
        let (major, minor, _) = own_numbers();
        let check = |version: String, newer: bool| {
            let state = State { version, ..State::new() };
            assert_eq!(state.is_newer(), newer, "{}", state.version);
        };
        check(STATE_VERSION.into(), false);
        check(format!("{major}.{minor}.999"), false);
        check(format!("{major}.{minor}.0-alpha.1"), false);
        check("0.0.1".into(), false);
        check(format!("{major}.{}.0", minor + 1), true);
        check(format!("{}.0.0", major + 1), true);
        check(String::new(), true);
        check("next".into(), true);
    }

    #[test]
    fn a_version_only_goes_up() {
        let (major, minor, patch) = own_numbers();
        let check = |version: &str, expected: &str| {
            let state = State { version: version.into(), ..State::new() };
            assert_eq!(state.stamped().version, expected);
        };
        check("0.0.1", STATE_VERSION);
        check(STATE_VERSION, STATE_VERSION);
        let later = format!("{major}.{minor}.{}", patch + 1);
        check(&later, &later);
    }

    #[test]
    fn unknown_fields_are_written_back() {
        let text = r#"{"version":"0.1.0","identity":null,"knownUsers":{},"activeConfig":"dev","configs":{"dev":{"later":[1,2.5,null]}},"secrets":{"dev":{"KEY":"value"}},"globalSecrets":{},"folders":{"a":{"b":18446744073709551615}}}"#;
        let state: State = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&state).unwrap(), text);
    }

    #[test]
    fn missing_fields_have_defaults() {
        let state: State = serde_json::from_str(r#"{"version":"0.1.0"}"#).unwrap();
        assert_eq!(state, State { version: "0.1.0".into(), ..State::new() });
    }

    #[test]
    fn nothing_secret_prints() {
        let mut state = State::new();
        let config = serde_json::json!({"connection": {"password": "hunter2"}});
        state.configs.insert("dev".into(), config);
        state.secrets.entry("dev".into()).or_default().insert("KEY".into(), "hunter2".into());
        state.global_secrets.insert("KEY".into(), "hunter2".into());
        state.other.insert("later".into(), "hunter2".into());
        let shown = format!("{state:#?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("[redacted]"));
    }
}
