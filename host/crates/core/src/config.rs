//! Configs: how a database is reached, and where its files are ("Config" of the data model).
//!
//! Environment variables are handed in as a map; nothing here reads the process's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub mod check;
pub mod document;
pub mod environment;
pub mod fields;
pub mod layers;
pub mod url;

/// A field of a config is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("config field `{field}`: {message}")]
pub struct ConfigError {
    /// The field, or the environment variable that set it.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl ConfigError {
    /// Says what is wrong with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Where a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfigKind {
    /// On this machine.
    #[default]
    Local,
    /// On another one.
    Remote,
}

/// A database connection profile. Fields that this version does not know are kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// Identifier, such as `dev`.
    pub name: String,
    /// Where the database is.
    #[serde(rename = "type", default)]
    pub kind: ConfigKind,
    /// It is a test database.
    #[serde(default)]
    pub is_test: bool,
    /// Changing it asks for confirmation.
    #[serde(default)]
    pub protected: bool,
    /// How to reach it.
    pub connection: ConnectionConfig,
    /// Where its files are; the settings' paths where it says nothing.
    #[serde(default)]
    pub paths: PathConfig,
    /// Who is recorded as the one who ran things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How to reach a database.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionConfig {
    /// Name of a dialect plugin.
    pub dialect: String,
    /// Hostname, or a folder with a socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Database name. Always text: a database may be called `12345`.
    pub database: String,
    /// Database file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// User name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Password. The file it is stored in is sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Name of the secret that is the password: the config's own, or one of all configs. A `password` comes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_secret: Option<String>,
    /// Encrypted transport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssl: Option<Ssl>,
    /// How many connections a run may open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Pool>,
    /// How long connecting may take, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_timeout_ms: Option<u64>,
    /// How long a statement waits for a lock of the database's, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_timeout_ms: Option<u64>,
    /// How long a statement may run, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement_timeout_ms: Option<u64>,
    /// What a newer version wrote.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Connections of a run. It works on one and keeps the lock alive on a second, so that only a `max` of 1 makes a
/// difference.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// The fewest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// `ssl` of a connection: on, off, or in detail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Ssl {
    /// On with the system's trusted roots, or off.
    Flag(bool),
    /// On, as described.
    Custom(SslConfig),
}

/// Details of an encrypted transport. Files are PEM, relative to the project root.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SslConfig {
    /// Trusted authority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// Client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert: Option<String>,
    /// Key of the client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether a server that cannot be verified is refused: yes, unless this says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_unauthorized: Option<bool>,
}

impl SslConfig {
    /// A file's content in the place of its name would be shown where the name is, and that may be a key.
    fn validate(&self) -> Result<(), ConfigError> {
        for (field, value) in [("ca", &self.ca), ("cert", &self.cert), ("key", &self.key)] {
            if value.as_ref().is_some_and(|value| value.contains("-----BEGIN")) {
                let message = "it is the content of a PEM file; write that to a file, and name the file here";
                return Err(ConfigError::new(format!("connection.ssl.{field}"), message));
            }
        }
        Ok(())
    }
}

/// Where files are, relative to the project root.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PathConfig {
    /// Folder of the schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Folder of the changesets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changesets: Option<String>,
}

impl Config {
    /// Checks what can be checked without a database.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
        if self.name.is_empty() || !self.name.chars().all(is_name) || self.name.len() > 255 {
            let message = format!("`{}` is not a name: use letters, digits, `-`, `_` and `.`", self.name);
            return Err(ConfigError::new("name", message));
        }
        if self.connection.dialect.is_empty() {
            return Err(ConfigError::new("connection.dialect", "it is missing"));
        }
        if self.connection.database.is_empty() && self.connection.filename.is_none() {
            let message = "it is missing: `--database` or NOORM_DATABASE names one";
            return Err(ConfigError::new("connection.database", message));
        }
        if self.connection.port == Some(0) {
            return Err(ConfigError::new("connection.port", "nobody listens at port 0"));
        }
        match &self.connection.ssl {
            Some(Ssl::Custom(details)) => details.validate(),
            None | Some(Ssl::Flag(_)) => Ok(()),
        }
    }

    /// Returns the config as templates see it: without its password.
    pub fn template_view(&self) -> Value {
        let mut view = serde_json::to_value(self).unwrap_or(Value::Null);
        if let Some(connection) = view.get_mut("connection").and_then(Value::as_object_mut) {
            connection.shift_remove("password");
        }
        view
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("name", &self.name).field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ConnectionConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionConfig")
            .field("dialect", &self.dialect)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// Environment variables by name.
pub type Variables = BTreeMap<String, String>;

#[cfg(test)]
mod tests {
    use super::*;

    /// `connection` is JSON; `expected` is the field that is wrong, or nothing.
    fn check(connection: &str, expected: &str) {
        let config = format!(r#"{{ "name": "dev", "connection": {connection} }}"#);
        let config: Config = serde_json::from_str(&config).expect("a config");
        let found = config.validate().map_or_else(|error| error.field, |()| String::new());
        assert_eq!(found, expected, "{connection}");
    }

    #[test]
    fn a_wrong_field_is_named() {
        check(r#"{ "dialect": "x", "database": "d", "ssl": true }"#, "");
        check(r#"{ "dialect": "x", "database": "d", "ssl": { "ca": "ca.pem" } }"#, "");
        check(r#"{ "dialect": "", "database": "d" }"#, "connection.dialect");
        check(r#"{ "dialect": "x", "database": "" }"#, "connection.database");
        check(r#"{ "dialect": "x", "database": "d", "port": 0 }"#, "connection.port");
    }

    #[test]
    fn a_key_in_the_place_of_its_file_is_refused_and_not_shown() {
        let key = r#"{ "dialect": "x", "database": "d", "ssl": { "key": "-----BEGIN PRIVATE KEY-----\nAAAA\n" } }"#;
        check(key, "connection.ssl.key");
        let details = SslConfig { key: Some("-----BEGIN PRIVATE KEY-----\nAAAA\n".to_owned()), ..SslConfig::default() };
        assert!(!details.validate().expect_err("no name of a file").to_string().contains("AAAA"));
    }
}
