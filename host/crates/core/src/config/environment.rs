//! Configs from environment variables (ruling 8): the short names, and the longer ones of later versions as aliases.

use serde_json::Map;

use super::{Config, ConfigError, ConfigKind, ConnectionConfig, PathConfig, Ssl, SslConfig, Variables};

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
    ssl_details: SslConfig,
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
                let wrong = || ConfigError::new(name, format!("`{value}` is no port: a number from 1 to 65535"));
                value.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(wrong)
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
            ssl_details: SslConfig {
                ca: text(&["NOORM_SSL_CA", "NOORM_CONNECTION_SSL_CA"]),
                cert: text(&["NOORM_SSL_CERT", "NOORM_CONNECTION_SSL_CERT"]),
                key: text(&["NOORM_SSL_KEY", "NOORM_CONNECTION_SSL_KEY"]),
                reject_unauthorized: flag(&[
                    "NOORM_SSL_REJECT_UNAUTHORIZED",
                    "NOORM_CONNECTION_SSL_REJECT_UNAUTHORIZED",
                ])?,
            },
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
        connection.ssl = self.ssl_over(connection.ssl.take());
        set(&mut config.paths.schema, &self.schema);
        set(&mut config.paths.changesets, &self.changesets);
        if config.identity.is_none() {
            config.identity.clone_from(&self.identity);
        }
        // The environment can protect a config; it cannot take a stored protection away.
        config.protected |= self.protected.unwrap_or(false);
    }

    /// What becomes of a stored `ssl`. A detail asks for encryption too; `NOORM_SSL=1` takes no detail away.
    fn ssl_over(&self, stored: Option<Ssl>) -> Option<Ssl> {
        if self.ssl == Some(false) {
            return Some(Ssl::Flag(false));
        }
        if self.ssl_details == SslConfig::default() {
            return match (self.ssl, stored) {
                (Some(true), None | Some(Ssl::Flag(_))) => Some(Ssl::Flag(true)),
                (_, stored) => stored,
            };
        }
        let mut details = match stored {
            Some(Ssl::Custom(details)) => details,
            None | Some(Ssl::Flag(_)) => SslConfig::default(),
        };
        let said = &self.ssl_details;
        set(&mut details.ca, &said.ca);
        set(&mut details.cert, &said.cert);
        set(&mut details.key, &said.key);
        set(&mut details.reject_unauthorized, &said.reject_unauthorized);
        Some(Ssl::Custom(details))
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
        assert_eq!(read(&[("NOORM_PORT", "0")]).expect_err("nobody listens there").field, "NOORM_PORT");
        assert_eq!(read(&[("NOORM_SSL", "maybe")]).expect_err("no flag").field, "NOORM_SSL");
        let name = "NOORM_SSL_REJECT_UNAUTHORIZED";
        assert_eq!(read(&[(name, "maybe")]).expect_err("no flag").field, name);
    }

    /// What is stored, what the environment says, and what counts.
    fn check_ssl(stored: Option<Ssl>, pairs: &[(&str, &str)], expected: Option<Ssl>) {
        let mut config = read(&[("NOORM_DIALECT", "x")]).expect("good variables").to_config().expect("a config");
        config.connection.ssl = stored;
        read(pairs).expect("good variables").overlay(&mut config);
        assert_eq!(config.connection.ssl, expected, "{pairs:?}");
    }

    #[test]
    fn encryption_is_asked_for_by_a_flag_or_a_detail() {
        let custom = |ca: Option<&str>, reject_unauthorized| {
            let ca = ca.map(str::to_owned);
            Some(Ssl::Custom(SslConfig { ca, reject_unauthorized, ..SslConfig::default() }))
        };
        check_ssl(None, &[], None);
        check_ssl(None, &[("NOORM_SSL", "1")], Some(Ssl::Flag(true)));
        check_ssl(None, &[("NOORM_SSL_CA", "ca.pem")], custom(Some("ca.pem"), None));
        check_ssl(None, &[("NOORM_SSL", "0"), ("NOORM_SSL_CA", "ca.pem")], Some(Ssl::Flag(false)));
        check_ssl(None, &[("NOORM_SSL_REJECT_UNAUTHORIZED", "0")], custom(None, Some(false)));
        let both = [("NOORM_CONNECTION_SSL_CERT", "c.pem"), ("NOORM_SSL_KEY", "k.pem")];
        let (cert, key) = (Some("c.pem".to_owned()), Some("k.pem".to_owned()));
        check_ssl(None, &both, Some(Ssl::Custom(SslConfig { cert, key, ..SslConfig::default() })));
        // What is stored and not spoken of stays.
        check_ssl(custom(Some("own.pem"), None), &[("NOORM_SSL", "1")], custom(Some("own.pem"), None));
        let unchecked = [("NOORM_SSL_REJECT_UNAUTHORIZED", "no")];
        check_ssl(custom(Some("own.pem"), None), &unchecked, custom(Some("own.pem"), Some(false)));
        check_ssl(custom(Some("own.pem"), None), &[("NOORM_SSL", "off")], Some(Ssl::Flag(false)));
        check_ssl(Some(Ssl::Flag(true)), &[], Some(Ssl::Flag(true)));
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
