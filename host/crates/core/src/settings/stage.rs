//! `stages`: what the team says about the configs of its stages. A config belongs to the stage that has its name.

use serde::Serialize;
use serde_json::json;

use super::build::read_paths;
use super::node::Data;
use super::reader::Section;
use super::rules::KINDS;
use super::secrets::SecretRule;
use crate::config::fields::{Field, Values};

/// Longest times that databases take, in milliseconds.
const TIMEOUT_MS_MAX: u64 = 2_147_483_647;

/// One of `stages`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Stage {
    /// What it is, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its configs cannot be removed, nor lose their protection.
    pub locked: bool,
    /// What counts where a config says nothing.
    pub defaults: Values,
    /// What counts whatever anybody says; saying something else is an error.
    pub enforced: Values,
    /// Secrets that its configs have to have, besides those of all.
    pub secrets: Vec<SecretRule>,
}

impl Stage {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let description = section.text("description");
        let locked = section.flag("locked").unwrap_or(false);
        let defaults = section.section("defaults").map(|section| read_values(section, true)).unwrap_or_default();
        let enforced = section.section("enforced").map(|section| read_values(section, false)).unwrap_or_default();
        let secrets = SecretRule::read_all(&mut section);
        section.finish();
        Self { description, locked, defaults, enforced, secrets }
    }
}

/// Reads values for a config's fields. Only defaults may have a password, and had better not.
fn read_values(mut section: Section<'_>, with_password: bool) -> Values {
    let mut values = Values::default();
    for (field, key) in [
        (Field::Dialect, "dialect"),
        (Field::Host, "host"),
        (Field::Database, "database"),
        (Field::Filename, "filename"),
        (Field::User, "user"),
        (Field::PasswordSecret, "passwordSecret"),
        (Field::Identity, "identity"),
    ] {
        values.say(field, section.text(key));
    }
    if with_password {
        let mut place = section.place_of("password");
        let password = section.text("password");
        if password.is_some() {
            // The line is not shown.
            place.column = 0;
            let message = format!("`{}` is readable by everybody who has this file", section.path("password"));
            section.warning(place, "password", message, "keep it in the config, which is sealed");
        }
        values.say(Field::Password, password);
    }
    for (field, key) in [(Field::IsTest, "isTest"), (Field::Protected, "protected")] {
        values.say(field, section.flag(key));
    }
    values.say(Field::Port, section.number("port", 1, u16::MAX.into()));
    values.say(Field::Kind, section.word("type", &KINDS).map(|kind| json!(kind)));
    values.say(Field::ConnectTimeout, section.number("connectTimeoutMs", 1, u64::MAX));
    values.say(Field::LockTimeout, section.number("lockTimeoutMs", 1, TIMEOUT_MS_MAX));
    values.say(Field::StatementTimeout, section.number("statementTimeoutMs", 1, TIMEOUT_MS_MAX));
    values.say(Field::Ssl, read_ssl(&mut section));
    values.say(Field::Pool, section.section("pool").map(read_pool));
    if let Some(mut paths) = section.section("paths") {
        let (schema, changesets) = read_paths(&mut paths);
        paths.finish();
        values.say(Field::Schema, schema);
        values.say(Field::Changesets, changesets);
    }
    section.finish();
    values
}

/// Reads `ssl`: yes, no, or in detail.
fn read_ssl(section: &mut Section<'_>) -> Option<serde_json::Value> {
    let node = section.take("ssl")?;
    match node.data {
        Data::Flag(flag) => Some(json!(flag)),
        Data::Map(_) => {
            let mut details = section.open(node, "ssl")?;
            let mut read = serde_json::Map::new();
            for key in ["ca", "cert", "key"] {
                if let Some(file) = details.text(key) {
                    read.insert(key.to_owned(), json!(file));
                }
            }
            if let Some(flag) = details.flag("rejectUnauthorized") {
                read.insert("rejectUnauthorized".to_owned(), json!(flag));
            }
            details.finish();
            Some(json!(read))
        }
        _ => {
            section.wrong(&node, "ssl", "true, false or a group of keys");
            None
        }
    }
}

fn read_pool(mut section: Section<'_>) -> serde_json::Value {
    let (min, max) = (section.number("min", 0, u32::MAX.into()), section.number("max", 1, u32::MAX.into()));
    section.finish();
    let mut pool = serde_json::Map::new();
    for (key, value) in [("min", min), ("max", max)] {
        if let Some(value) = value {
            pool.insert(key.to_owned(), json!(value));
        }
    }
    json!(pool)
}

/// `strict`: what is a warning elsewhere is an error, and only configs of the team's stages are used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Strict {
    /// It holds.
    pub enabled: bool,
    /// Stages that everybody has to have a config of.
    pub stages: Vec<String>,
}

impl Strict {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(mut section) = section else { return Self::default() };
        let (enabled, stages) = (section.flag("enabled"), section.texts("stages"));
        section.finish();
        Self { enabled: enabled.unwrap_or(false), stages: stages.unwrap_or_default() }
    }
}
