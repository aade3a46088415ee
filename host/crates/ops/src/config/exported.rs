//! What is inside a shared config (`ExportedConfig` of the data model): a config without user and password, and secrets.
//!
//! The original documents a flat object and writes a nested one; both are read, and the documented one is written.

use std::collections::BTreeMap;

use noorm_core::config::{Config, ConfigKind, ConnectionConfig, PathConfig, Pool, Ssl};
use noorm_vault::SecretText;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The documented shape.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ExportedConfig {
    name: String,
    dialect: String,
    #[serde(rename = "type", default)]
    kind: ConfigKind,
    connection: ExportedConnection,
    #[serde(default)]
    paths: ExportedPaths,
    #[serde(default)]
    is_test: bool,
    #[serde(default)]
    protected: bool,
    #[serde(default)]
    pub(super) secrets: BTreeMap<String, SecretText>,
}

/// How to reach the database; who logs in there is everybody's own.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExportedConnection {
    /// Only the nested shape has it here.
    #[serde(default, skip_serializing)]
    dialect: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(default)]
    database: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filename: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ssl: Option<Ssl>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pool: Option<Pool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    connect_timeout_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lock_timeout_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    statement_timeout_ms: Option<u64>,
}

/// Where files are; the original has other names for the two.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExportedPaths {
    #[serde(default, alias = "sql", skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    #[serde(default, alias = "changes", skip_serializing_if = "Option::is_none")]
    changesets: Option<String>,
}

/// The shape that the original writes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Nested {
    config: NestedConfig,
    #[serde(default)]
    secrets: BTreeMap<String, SecretText>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NestedConfig {
    name: String,
    #[serde(rename = "type", default)]
    kind: ConfigKind,
    connection: ExportedConnection,
    #[serde(default)]
    paths: ExportedPaths,
    #[serde(default)]
    is_test: bool,
    #[serde(default)]
    protected: bool,
}

impl ExportedConfig {
    /// Takes what others may have of a config.
    pub(super) fn of(config: &Config, secrets: BTreeMap<String, SecretText>) -> Self {
        let ConnectionConfig { dialect, host, port, database, filename, ssl, pool, .. } = config.connection.clone();
        Self {
            name: config.name.clone(),
            dialect,
            kind: config.kind,
            connection: ExportedConnection {
                dialect: None,
                host,
                port,
                database,
                filename,
                ssl,
                pool,
                connect_timeout_ms: config.connection.connect_timeout_ms,
                lock_timeout_ms: config.connection.lock_timeout_ms,
                statement_timeout_ms: config.connection.statement_timeout_ms,
            },
            paths: ExportedPaths { schema: config.paths.schema.clone(), changesets: config.paths.changesets.clone() },
            is_test: config.is_test,
            protected: config.protected,
            secrets,
        }
    }

    /// Reads either shape. An error says where and not what: the parser's own words would quote secrets.
    pub(super) fn parse(contents: &[u8]) -> Result<Self, usize> {
        /// Tells the shapes apart.
        #[derive(Deserialize)]
        struct Shape {
            #[serde(default)]
            config: Option<serde::de::IgnoredAny>,
        }
        let column = |error: serde_json::Error| error.column();
        match serde_json::from_slice::<Shape>(contents).map_err(column)?.config {
            None => serde_json::from_slice(contents).map_err(column),
            Some(_) => serde_json::from_slice::<Nested>(contents).map(Self::from).map_err(column),
        }
    }

    /// Whether all that is shown of it can be shown: a control character would write on the terminal as it likes.
    pub(super) fn is_printable(&self) -> bool {
        let is_printable = |text: &str| !text.chars().any(char::is_control);
        let values = serde_json::to_value(self.config()).unwrap_or_default();
        self.secrets.keys().all(|name| is_printable(name)) && all_texts(&values, &is_printable)
    }

    /// Makes a config of it, under the name that it has.
    pub(super) fn config(&self) -> Config {
        let connection = &self.connection;
        Config {
            name: self.name.clone(),
            kind: self.kind,
            is_test: self.is_test,
            protected: self.protected,
            connection: ConnectionConfig {
                dialect: self.dialect.clone(),
                host: connection.host.clone(),
                port: connection.port,
                database: connection.database.clone(),
                filename: connection.filename.clone(),
                ssl: connection.ssl.clone(),
                pool: connection.pool.clone(),
                connect_timeout_ms: connection.connect_timeout_ms,
                lock_timeout_ms: connection.lock_timeout_ms,
                statement_timeout_ms: connection.statement_timeout_ms,
                // Who logs in, and with what, is asked for.
                ..ConnectionConfig::default()
            },
            paths: PathConfig { schema: self.paths.schema.clone(), changesets: self.paths.changesets.clone() },
            identity: None,
            other: Map::new(),
        }
    }
}

fn all_texts(value: &Value, holds: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => holds(text),
        Value::Array(values) => values.iter().all(|value| all_texts(value, holds)),
        Value::Object(fields) => fields.iter().all(|(name, value)| holds(name) && all_texts(value, holds)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

impl From<Nested> for ExportedConfig {
    fn from(nested: Nested) -> Self {
        let Nested { config, secrets } = nested;
        Self {
            name: config.name,
            dialect: config.connection.dialect.clone().unwrap_or_default(),
            kind: config.kind,
            connection: config.connection,
            paths: config.paths,
            is_test: config.is_test,
            protected: config.protected,
            secrets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let text = r#"{ "name": "live", "type": "remote", "isTest": false, "protected": true,
            "connection": { "dialect": "postgres", "host": "db", "port": 5432, "database": "app", "ssl": true,
                "user": "alice", "password": "hunter2", "pool": { "max": 1 }, "lockTimeoutMs": 5, "later": "hunter2" },
            "paths": { "schema": "./db" }, "identity": "Alice" }"#;
        serde_json::from_str(text).expect("a config")
    }

    #[test]
    fn user_password_and_what_is_unknown_stay_at_home() {
        let exported = ExportedConfig::of(&config(), BTreeMap::new());
        let text = serde_json::to_string(&exported).expect("only text keys");
        assert_eq!(
            text,
            r#"{"name":"live","dialect":"postgres","type":"remote","connection":{"host":"db","port":5432,"database":"app","ssl":true,"pool":{"max":1},"lockTimeoutMs":5},"paths":{"schema":"./db"},"isTest":false,"protected":true,"secrets":{}}"#
        );
        let mut expected = config();
        (expected.connection.user, expected.connection.password) = (None, None);
        (expected.connection.other, expected.identity) = (Map::new(), None);
        let parsed = ExportedConfig::parse(text.as_bytes()).unwrap_or_else(|column| panic!("column {column}"));
        assert_eq!(parsed.config(), expected);
    }

    #[test]
    fn the_originals_nested_shape_is_read() {
        let text = r#"{"config":{"name":"production","type":"remote","isTest":false,"protected":true,"connection":{"dialect":"postgres","host":"db.example.com","port":5432,"database":"myapp","ssl":true},"paths":{"sql":"./sql","changes":"./changes"}},"secrets":{"API_KEY":"sk-123"}}"#;
        let parsed = ExportedConfig::parse(text.as_bytes()).unwrap_or_else(|column| panic!("column {column}"));
        let config = parsed.config();
        assert_eq!((config.name.as_str(), config.connection.dialect.as_str()), ("production", "postgres"));
        assert_eq!(config.paths.schema.as_deref(), Some("./sql"));
        assert!(config.protected);
        assert_eq!(parsed.secrets["API_KEY"].expose(), "sk-123");
    }

    #[test]
    fn what_would_write_on_the_terminal_is_found() {
        let check = |host: &str, secret: &str, expected: bool| {
            let text = serde_json::json!({ "name": "a", "dialect": "x", "connection": { "database": "d", "host": host },
                "secrets": { secret: "line\nline" } });
            let parsed = ExportedConfig::parse(text.to_string().as_bytes());
            assert_eq!(parsed.map(|parsed| parsed.is_printable()), Ok(expected), "{text}");
        };
        check("db", "KEY", true);
        check("db\u{1b}[2J", "KEY", false);
        check("db", "KEY\r", false);
    }

    #[test]
    fn an_unknown_field_is_no_field_to_ignore() {
        // A newer noorm may have put a limit there that this one would not keep.
        let text = r#"{"name":"a","dialect":"x","connection":{"database":"d","readOnly":true}}"#;
        assert!(ExportedConfig::parse(text.as_bytes()).is_err());
        assert!(ExportedConfig::parse(b"[]").is_err());
    }
}
