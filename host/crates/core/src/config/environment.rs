//! Configs from environment variables (ruling 8): the short names, and the longer ones of later versions as aliases.

use serde_json::Map;

use super::{Config, ConfigError, ConfigKind, ConnectionConfig, PathConfig, Ssl, Variables};

/// Name of a config that consists of nothing but environment variables.
pub const NAME: &str = "env";

/// What the environment says of a connection. Texts stay texts: `12345` and `true` are names of databases too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Environment {
    dialect: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    database: Option<String>,
    filename: Option<String>,
    user: Option<String>,
    password: Option<crate::secret::Secret>,
    ssl: Option<bool>,
    schema: Option<String>,
    changesets: Option<String>,
    identity: Option<String>,
    protected: Option<bool>,
}

impl Environment {
    /// Reads the variables. An empty one counts as not set.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let find = |names: &[&str]| -> Option<(String, String)> {
            names.iter().find_map(|name| {
                let value = variables.get(*name).filter(|value| !value.is_empty())?;
                Some(((*name).to_owned(), value.clone()))
            })
        };
        let text = |names: &[&str]| find(names).map(|(_, value)| value);
        let flag = |names: &[&str]| -> Result<Option<bool>, ConfigError> {
            find(names).map(|(name, value)| parse_flag(&name, &value)).transpose()
        };
        let port = find(&["NOORM_PORT", "NOORM_CONNECTION_PORT"])
            .map(|(name, value)| {
                let wrong = |_| ConfigError::new(name, format!("`{value}` is no port: a number from 0 to 65535"));
                value.parse::<u16>().map_err(wrong)
            })
            .transpose()?;
        Ok(Self {
            dialect: text(&["NOORM_DIALECT", "NOORM_CONNECTION_DIALECT"]),
            host: text(&["NOORM_HOST", "NOORM_CONNECTION_HOST"]),
            port,
            database: text(&["NOORM_DATABASE", "NOORM_CONNECTION_DATABASE"]),
            filename: text(&["NOORM_FILENAME", "NOORM_CONNECTION_FILENAME"]),
            user: text(&["NOORM_USER", "NOORM_CONNECTION_USER"]),
            password: text(&["NOORM_PASSWORD", "NOORM_CONNECTION_PASSWORD"]).map(crate::secret::Secret::new),
            ssl: flag(&["NOORM_SSL", "NOORM_CONNECTION_SSL"])?,
            schema: text(&["NOORM_SCHEMA_PATH", "NOORM_PATHS_SCHEMA", "NOORM_PATHS_SQL"]),
            changesets: text(&["NOORM_CHANGESET_PATH", "NOORM_PATHS_CHANGESETS", "NOORM_PATHS_CHANGES"]),
            identity: text(&["NOORM_IDENTITY"]),
            protected: flag(&["NOORM_PROTECTED"])?,
        })
    }

    /// The dialect, when the environment names one: then it describes a whole config.
    pub fn dialect(&self) -> Option<&str> {
        self.dialect.as_deref()
    }

    /// Makes a config of the environment alone; `None` when it names no dialect.
    pub fn to_config(&self) -> Option<Config> {
        let dialect = self.dialect.clone()?;
        let mut config = Config {
            name: NAME.to_owned(),
            kind: ConfigKind::Local,
            is_test: false,
            protected: false,
            connection: ConnectionConfig { dialect, ..ConnectionConfig::default() },
            paths: PathConfig::default(),
            identity: None,
            other: Map::new(),
        };
        self.overlay(&mut config);
        Some(config)
    }

    /// Puts what the environment says over a stored config. A database replaces a stored file name: both name the
    /// database, and the environment's word counts.
    pub fn overlay(&self, config: &mut Config) {
        let connection = &mut config.connection;
        if let Some(dialect) = &self.dialect {
            connection.dialect.clone_from(dialect);
        }
        if let Some(database) = &self.database {
            connection.database.clone_from(database);
            connection.filename = None;
        }
        set(&mut connection.filename, &self.filename);
        set(&mut connection.host, &self.host);
        set(&mut connection.port, &self.port);
        set(&mut connection.user, &self.user);
        set(&mut connection.password, &self.password.as_ref().map(|secret| secret.expose().to_owned()));
        set(&mut connection.ssl, &self.ssl.map(Ssl::Flag));
        set(&mut config.paths.schema, &self.schema);
        set(&mut config.paths.changesets, &self.changesets);
        if config.identity.is_none() {
            config.identity.clone_from(&self.identity);
        }
        // The environment can protect a config; it cannot take a stored protection away.
        config.protected |= self.protected.unwrap_or(false);
    }
}

fn set<T: Clone>(place: &mut Option<T>, value: &Option<T>) {
    if value.is_some() {
        place.clone_from(value);
    }
}

/// Reads a flag of the environment.
pub fn parse_flag(name: &str, value: &str) -> Result<bool, ConfigError> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "" | "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(ConfigError::new(name, format!("`{value}` is neither yes nor no: use 1 or 0"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Environment, ConfigError> {
        Environment::read(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn names_of_databases_stay_text() {
        for name in ["12345", "true", "null", "1e3"] {
            let environment = read(&[("NOORM_DIALECT", "x"), ("NOORM_DATABASE", name)]).expect("good variables");
            assert_eq!(environment.to_config().expect("a dialect is named").connection.database, name);
        }
    }

    #[test]
    fn long_names_are_aliases_and_short_ones_win() {
        let environment = read(&[
            ("NOORM_CONNECTION_DIALECT", "x"),
            ("NOORM_CONNECTION_HOST", "long"),
            ("NOORM_HOST", "short"),
            ("NOORM_CONNECTION_PORT", "5433"),
            ("NOORM_DATABASE", ""),
            ("NOORM_CONNECTION_DATABASE", "db"),
        ])
        .expect("good variables");
        let connection = environment.to_config().expect("a dialect is named").connection;
        assert_eq!((connection.host.as_deref(), connection.port), (Some("short"), Some(5433)));
        assert_eq!(connection.database, "db");
    }

    #[test]
    fn wrong_values_name_their_variable() {
        assert_eq!(read(&[("NOORM_PORT", "70000")]).expect_err("no port").field, "NOORM_PORT");
        assert_eq!(read(&[("NOORM_SSL", "maybe")]).expect_err("no flag").field, "NOORM_SSL");
    }

    #[test]
    fn protection_is_added_and_never_taken_away() {
        let mut config = read(&[("NOORM_DIALECT", "x"), ("NOORM_DATABASE", "d")])
            .expect("good variables")
            .to_config()
            .expect("a dialect is named");
        config.protected = true;
        read(&[("NOORM_PROTECTED", "0")]).expect("good variables").overlay(&mut config);
        assert!(config.protected);
    }

    #[test]
    fn a_database_of_the_environment_replaces_a_stored_file() {
        let mut config = read(&[("NOORM_DIALECT", "x"), ("NOORM_FILENAME", "a.db")])
            .expect("good variables")
            .to_config()
            .expect("a dialect is named");
        read(&[("NOORM_DATABASE", "b.db")]).expect("good variables").overlay(&mut config);
        assert_eq!((config.connection.database.as_str(), config.connection.filename), ("b.db", None));
    }
}
