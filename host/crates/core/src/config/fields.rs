//! The fields of a config, and sets of values for some of them: what a layer says.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::Config;
use crate::redact::REDACTED;

/// A field of a config. Its name is not one: it says which config is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // `path` says what each is
pub enum Field {
    Kind,
    IsTest,
    Protected,
    Identity,
    Dialect,
    Host,
    Port,
    Database,
    Filename,
    User,
    Password,
    PasswordSecret,
    Ssl,
    Pool,
    ConnectTimeout,
    LockTimeout,
    StatementTimeout,
    Schema,
    Changesets,
}

impl Field {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 19] = [
        Self::Kind,
        Self::IsTest,
        Self::Protected,
        Self::Identity,
        Self::Dialect,
        Self::Host,
        Self::Port,
        Self::Database,
        Self::Filename,
        Self::User,
        Self::Password,
        Self::PasswordSecret,
        Self::Ssl,
        Self::Pool,
        Self::ConnectTimeout,
        Self::LockTimeout,
        Self::StatementTimeout,
        Self::Schema,
        Self::Changesets,
    ];

    /// Where it stands in a config ("Config" of the data model), such as `connection.host`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Kind => "type",
            Self::IsTest => "isTest",
            Self::Protected => "protected",
            Self::Identity => "identity",
            Self::Dialect => "connection.dialect",
            Self::Host => "connection.host",
            Self::Port => "connection.port",
            Self::Database => "connection.database",
            Self::Filename => "connection.filename",
            Self::User => "connection.user",
            Self::Password => "connection.password",
            Self::PasswordSecret => "connection.passwordSecret",
            Self::Ssl => "connection.ssl",
            Self::Pool => "connection.pool",
            Self::ConnectTimeout => "connection.connectTimeoutMs",
            Self::LockTimeout => "connection.lockTimeoutMs",
            Self::StatementTimeout => "connection.statementTimeoutMs",
            Self::Schema => "paths.schema",
            Self::Changesets => "paths.changesets",
        }
    }

    /// The last part of the path: its name among a stage's defaults.
    pub fn key(self) -> &'static str {
        let path = self.path();
        path.rsplit_once('.').map_or(path, |(_, key)| key)
    }

    /// Returns the value of a config's field; `null` where it has none. A password comes as it is.
    pub fn of(self, config: &Config) -> Value {
        let config = serde_json::to_value(config).unwrap_or_default();
        self.get(&config).cloned().unwrap_or_default()
    }

    /// The field that says the same thing in another way: whoever says either has decided both.
    pub(super) fn other(self) -> Option<Self> {
        match self {
            Self::Database => Some(Self::Filename),
            Self::Filename => Some(Self::Database),
            Self::Password => Some(Self::PasswordSecret),
            Self::PasswordSecret => Some(Self::Password),
            _ => None,
        }
    }

    /// What it is where nobody says anything.
    pub(super) fn default_value(self) -> Option<Value> {
        match self {
            Self::Kind => Some(json!("local")),
            Self::IsTest | Self::Protected => Some(json!(false)),
            _ => None,
        }
    }

    /// Returns the field of a config that is JSON.
    pub(super) fn get(self, config: &Value) -> Option<&Value> {
        self.path().split('.').try_fold(config, |value, key| value.get(key)).filter(|value| !value.is_null())
    }

    /// Sets, or without a value removes, the field of a config that is JSON.
    pub(super) fn set(self, config: &mut Map<String, Value>, value: Option<Value>) {
        let group = match self.path().split_once('.') {
            None => config,
            Some((group, _)) => {
                let group = config.entry(group).or_insert_with(|| json!({}));
                group.as_object_mut().expect("a config's groups are objects: it was one before it was JSON")
            }
        };
        match value {
            Some(value) => {
                group.insert(self.key().to_owned(), value);
            }
            None => {
                group.shift_remove(self.key());
            }
        }
    }
}

/// Values for some fields. `Debug` and `Serialize` do not show a password.
#[derive(Clone, Default, PartialEq)]
pub struct Values(BTreeMap<Field, Value>);

impl Values {
    /// Says a value; `None` says nothing.
    pub fn say(&mut self, field: Field, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(field, value.into());
        }
    }

    /// Returns what is said of a field.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.0.get(&field)
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns everything that is said.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    /// Returns what a stored config says. What is as it would be anyway is not said: a config that was made before its
    /// stage was protected does not take the protection away.
    pub fn of(config: &Config) -> Self {
        let config = serde_json::to_value(config).unwrap_or_default();
        let said = |field: &Field| {
            let value = field.get(&config)?;
            let is_said = Some(value) != field.default_value().as_ref() && value != "";
            is_said.then(|| (*field, value.clone()))
        };
        Self(Field::ALL.iter().filter_map(said).collect())
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shown = Map::new();
        for (field, value) in &self.0 {
            let value = if *field == Field::Password { json!(REDACTED) } else { value.clone() };
            match field {
                Field::Schema | Field::Changesets => {
                    let paths = shown.entry("paths").or_insert_with(|| json!({}));
                    paths[field.key()] = value;
                }
                _ => {
                    shown.insert(field.key().to_owned(), value);
                }
            }
        }
        shown.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_one_of_a_config() {
        for field in Field::ALL {
            let mut config = Map::new();
            config.insert("name".to_owned(), json!("dev"));
            Field::Dialect.set(&mut config, Some(json!("x")));
            Field::Database.set(&mut config, Some(json!("x")));
            let value = match field {
                Field::Kind => json!("remote"),
                Field::IsTest | Field::Protected | Field::Ssl => json!(true),
                Field::Port | Field::ConnectTimeout | Field::LockTimeout | Field::StatementTimeout => json!(7),
                Field::Pool => json!({ "max": 1 }),
                _ => json!("x"),
            };
            field.set(&mut config, Some(value.clone()));
            let config: Config = serde_json::from_value(Value::Object(config)).expect("a config");
            assert!(config.other.is_empty() && config.connection.other.is_empty(), "{field:?}");
            assert_eq!(Values::of(&config).get(field), Some(&value), "{field:?}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let mut values = Values::default();
        values.say(Field::Password, Some("hunter2"));
        assert!(!format!("{values:?}").contains("hunter2"));
        assert_eq!(serde_json::to_string(&values).expect("JSON"), r#"{"password":"[redacted]"}"#);
    }
}
