//! The surroundings of a run: working directory, home folder, environment variables.
//!
//! Collected once at the edge and handed down, so that everything below can be tested without the process's own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use noorm_core::redact::Seen;
use noorm_core::secret::Secret;

/// Variables whose values must not be seen. The password of a connection is one more, which is not in the way where it is a
/// name too ([`Seen::add_of`]).
const SECRETS: [&str; 2] = ["NOORM_PASSPHRASE", "NOORM_IDENTITY_PRIVATE_KEY"];

/// Where a command was started.
#[derive(Debug, Clone)]
pub struct Home {
    /// Working directory, absolute.
    pub working_dir: PathBuf,
    /// The user's home folder; `None` where there is none.
    pub home_dir: Option<PathBuf>,
    /// Environment variables that are valid UTF-8.
    pub variables: BTreeMap<String, String>,
    /// The secrets that were come across: whoever shows something takes them out of it.
    pub seen: Seen,
}

impl Home {
    /// Reads the process's own surroundings.
    pub fn of_process() -> std::io::Result<Self> {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let seen = Seen::default();
        let secrets = SECRETS.iter().filter_map(|name| variables.get(*name));
        seen.add(secrets.map(|value| Secret::new(value.clone())));
        Ok(Self {
            working_dir: std::env::current_dir()?,
            home_dir: variables.get("HOME").filter(|home| !home.is_empty()).map(PathBuf::from),
            variables,
            seen,
        })
    }
}
