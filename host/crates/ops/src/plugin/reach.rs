//! How far noorm goes for a project's plugins: the user's cache, the network, the lock file, logins for registries.

use std::path::PathBuf;

use noorm_core::config::ConfigError;
use noorm_core::config::environment::parse_flag;
use noorm_fetch::{Bounds, Credentials, FetchError, Fetcher, FromEnvironment};

use crate::home::{self, Home};

/// How far noorm goes.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// The user's cache. Without one, what is fetched is kept in the project.
    pub cache: Option<PathBuf>,
    /// Nothing is fetched.
    pub is_offline: bool,
    /// The lock file stays as it is.
    pub is_locked: bool,
    credentials: Credentials,
}

impl Reach {
    /// Reads what the environment says: NOORM_OFFLINE, NOORM_LOCKED, the cache's folder, and logins.
    pub fn of(home: &Home) -> Result<Self, ConfigError> {
        let flag = |name: &str| home.variables.get(name).map_or(Ok(false), |value| parse_flag(name, value));
        Ok(Self {
            cache: home.cache_dir(),
            is_offline: flag("NOORM_OFFLINE")?,
            is_locked: flag("NOORM_LOCKED")?,
            credentials: credentials(home),
        })
    }

    /// Returns the folder of components that were fetched.
    pub(super) fn components(&self) -> Option<PathBuf> {
        self.cache.as_ref().map(|cache| cache.join("components"))
    }

    /// Sets up downloads.
    pub(super) fn fetcher(&self) -> Result<Fetcher, FetchError> {
        Fetcher::new(Bounds::default(), self.credentials.clone())
    }
}

fn credentials(home: &Home) -> Credentials {
    let said = |name: &str| home.set_variable(name).map(str::to_owned);
    let login = said("NOORM_REGISTRY_USER").zip(said(home::REGISTRY_PASSWORD));
    let environment =
        login.map(|(user, password)| FromEnvironment { host: said("NOORM_REGISTRY_HOST"), user, password });
    let docker = said("DOCKER_CONFIG").map(PathBuf::from);
    let docker = docker.or_else(|| home.home_dir.as_ref().map(|home| home.join(".docker")));
    Credentials { environment, docker_config: docker.map(|folder| folder.join("config.json")) }
}
