//! `config list`.

use noorm_core::config::environment::Environment;
use noorm_core::config::{Config, ConfigKind};
use serde::Serialize;

use super::{ConfigError, Origin, resolve, stage, store};
use crate::home::Home;
use crate::project::Project;

/// The configs of a project.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigList {
    /// By name.
    pub configs: Vec<ConfigView>,
    /// The one that commands use.
    pub active: Option<String>,
}

/// A config as others may see it: without its password.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigView {
    /// Its name.
    pub name: String,
    /// Its dialect.
    pub dialect: String,
    /// Database name.
    pub database: String,
    /// Database file.
    pub filename: Option<String>,
    /// Hostname.
    pub host: Option<String>,
    /// Port.
    pub port: Option<u16>,
    /// User name.
    pub user: Option<String>,
    /// Where the database is.
    #[serde(rename = "type")]
    pub kind: ConfigKind,
    /// Changing it asks for confirmation.
    pub protected: bool,
    /// It is a test database.
    pub is_test: bool,
    /// Commands use it.
    pub is_active: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// Lists the configs, and changes nothing. One that only the environment describes is listed where it is the one that
/// commands use.
pub fn list(project: &Project, home: &Home) -> Result<ConfigList, ConfigError> {
    let in_use = match resolve(project, home, None) {
        Ok(active) => Some((active.config, active.origin)),
        Err(ConfigError::NoneActive { .. }) => None,
        // A list is what somebody looks at who mends this.
        Err(ConfigError::Layer(_) | ConfigError::Field(_)) => None,
        Err(error) => return Err(error),
    };
    // An environment that describes everything does without the state, and so does its list.
    let state = match store::load(project, home) {
        Ok(state) => state.unwrap_or_default(),
        Err(_) if Environment::read(&home.variables)?.dialect().is_some() => noorm_vault::State::default(),
        Err(error) => return Err(error),
    };
    let active = in_use.as_ref().map(|(config, _)| config.name.clone());
    let mut configs = Vec::new();
    for name in store::names(&state) {
        let config = stage::with_defaults(project, store::config(&state, &name)?);
        let is_active = matches!(&in_use, Some((used, Origin::Stored)) if used.name == name);
        configs.push(view(&config, is_active, Origin::Stored));
    }
    if let Some((config, Origin::Environment)) = &in_use {
        configs.push(view(config, true, Origin::Environment));
    }
    Ok(ConfigList { configs, active })
}

fn view(config: &Config, is_active: bool, origin: Origin) -> ConfigView {
    let connection = &config.connection;
    ConfigView {
        name: config.name.clone(),
        dialect: connection.dialect.clone(),
        database: connection.database.clone(),
        filename: connection.filename.clone(),
        host: connection.host.clone(),
        port: connection.port,
        user: connection.user.clone(),
        kind: config.kind,
        protected: config.protected,
        is_test: config.is_test,
        is_active,
        origin,
    }
}
