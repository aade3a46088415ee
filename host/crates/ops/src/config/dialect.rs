//! The dialects that a config can have, and what has to be known of them before anything connects.

use noorm_core::config::{ConnectionConfig, url};

use super::ConfigError;
use crate::plugin::{self, PluginError};
use crate::project::Project;

/// Returns the names of the dialects, sorted.
pub fn dialects(project: &Project) -> Result<Vec<String>, ConfigError> {
    Ok(plugin::look(project)?.dialects())
}

/// Whether the databases of a dialect are files.
pub fn is_file(project: &Project, dialect: &str) -> Result<bool, ConfigError> {
    match plugin::open(project)?.dialect(dialect)?.maintenance() {
        Ok(_) => Ok(false),
        Err(PluginError::Unsupported { .. }) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Reads a connection that is a URL.
pub fn connection_of_url(project: &Project, text: &str) -> Result<ConnectionConfig, ConfigError> {
    // A dialect that cannot be asked says so when it is needed.
    let is_file = |dialect: &str| is_file(project, dialect).unwrap_or(false);
    Ok(url::read(text, &dialects(project)?, is_file)?)
}

/// An error unless the dialect is there.
pub fn check_dialect(project: &Project, dialect: &str) -> Result<(), ConfigError> {
    let known = dialects(project)?;
    if known.iter().any(|name| name == dialect) {
        return Ok(());
    }
    Err(PluginError::UnknownDialect { name: dialect.to_owned(), known }.into())
}
