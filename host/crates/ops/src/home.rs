//! The surroundings of a run: working directory, home folder, environment variables.
//!
//! Collected once at the edge and handed down, so that everything below can be tested without the process's own.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a command was started.
#[derive(Debug, Clone)]
pub struct Home {
    /// Working directory, absolute.
    pub working_dir: PathBuf,
    /// The user's home folder; `None` where there is none.
    pub home_dir: Option<PathBuf>,
    /// Environment variables that are valid UTF-8.
    pub variables: BTreeMap<String, String>,
}

impl Home {
    /// Reads the process's own surroundings.
    pub fn of_process() -> std::io::Result<Self> {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Ok(Self {
            working_dir: std::env::current_dir()?,
            home_dir: variables.get("HOME").filter(|home| !home.is_empty()).map(PathBuf::from),
            variables,
        })
    }

    /// Returns a variable that is set to something.
    pub fn set_variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }
}
