//! `config add`.

use noorm_core::config::{Config, ConfigKind, ConnectionConfig, PathConfig, Pool, Ssl};
use noorm_core::secret::Secret;
use serde_json::Map;

use super::{ConfigError, dialect, stage, store};
use crate::home::Home;
use crate::project::Project;

/// What a new config is made of.
#[derive(Debug, Clone, Default)]
pub struct NewConfig {
    /// Its name.
    pub name: String,
    /// Name of a dialect plugin.
    pub dialect: String,
    /// Hostname.
    pub host: Option<String>,
    /// Port.
    pub port: Option<u16>,
    /// Database name.
    pub database: Option<String>,
    /// Database file, relative to the project.
    pub filename: Option<String>,
    /// User name.
    pub user: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Name of the secret that is the password.
    pub password_secret: Option<String>,
    /// How the transport is encrypted.
    pub ssl: Option<Ssl>,
    /// How many connections a run may open.
    pub pool: Option<Pool>,
    /// How long connecting may take, in milliseconds.
    pub connect_timeout_ms: Option<u64>,
    /// How long a statement waits for a lock of the database's, in milliseconds.
    pub lock_timeout_ms: Option<u64>,
    /// How long a statement may run, in milliseconds.
    pub statement_timeout_ms: Option<u64>,
    /// Where the database is.
    pub kind: ConfigKind,
    /// Where its files are.
    pub paths: PathConfig,
    /// Who is recorded as the one who ran things.
    pub identity: Option<String>,
    /// Changing it asks for confirmation.
    pub protected: bool,
    /// It is a test database.
    pub is_test: bool,
}

/// Adds a config to the state, which is made if it is missing. The first one becomes active; returns whether this one
/// is.
pub fn add(project: &Project, home: &Home, config: &Config) -> Result<bool, ConfigError> {
    dialect::check_dialect(project, &config.connection.dialect)?;
    config.validate()?;
    stage::refuse_undeclared(project, &config.name)?;
    let name = config.name.clone();
    let value = serde_json::to_value(config).map_err(|source| ConfigError::Stored { name: name.clone(), source })?;
    store::open(project, home)?.update(|state| {
        if state.configs.contains_key(&name) {
            return Err(ConfigError::Taken { name: name.clone() });
        }
        let is_first = state.configs.is_empty();
        state.configs.insert(name.clone(), value);
        if is_first {
            state.active_config = Some(name.clone());
        }
        Ok(state.active_config.as_ref() == Some(&name))
    })
}

impl From<NewConfig> for Config {
    fn from(new: NewConfig) -> Self {
        Self {
            name: new.name,
            kind: new.kind,
            is_test: new.is_test,
            protected: new.protected,
            connection: ConnectionConfig {
                dialect: new.dialect,
                host: new.host,
                port: new.port,
                database: new.database.unwrap_or_default(),
                filename: new.filename,
                user: new.user,
                password: new.password.map(|password| password.expose().to_owned()),
                password_secret: new.password_secret,
                ssl: new.ssl,
                pool: new.pool,
                connect_timeout_ms: new.connect_timeout_ms,
                lock_timeout_ms: new.lock_timeout_ms,
                statement_timeout_ms: new.statement_timeout_ms,
                other: Map::new(),
            },
            paths: new.paths,
            identity: new.identity,
            other: Map::new(),
        }
    }
}
