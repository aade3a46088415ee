//! Which plugin did something: name, version and digest, as they are recorded in the history.

use serde::{Deserialize, Serialize};

/// One exact plugin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PluginRef {
    /// Such as `loader-csv`.
    pub name: String,
    /// The plugin's own version.
    pub version: String,
    /// SHA-256 of the component, 64 hexadecimal digits.
    pub digest: String,
}

impl std::fmt::Display for PluginRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

/// Whether `name` can be a plugin's name, which is also its file's.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.len() <= 64 && name.split('-').all(word)
}

/// Whether `name` can be a dialect's, a driver's or an extension's name.
#[must_use]
pub fn is_served_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_+.".contains(&byte);
    name.len() <= 64
        && name.bytes().all(inner)
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
}
