//! The surroundings of a run: working directory, home folder, environment variables.
//!
//! Collected once at the edge and handed down, so that everything below can be tested without the process's own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use noorm_core::redact::Seen;
use noorm_core::secret::Secret;

/// The variable with the private key of a pipeline.
pub const PRIVATE_KEY: &str = "NOORM_IDENTITY_PRIVATE_KEY";

/// The variable with the passphrase of a project's state.
pub const PASSPHRASE: &str = "NOORM_PASSPHRASE";

/// The variable with the passphrase that it is to have.
pub const PASSPHRASE_NEW: &str = "NOORM_PASSPHRASE_NEW";

/// The variable with the password of a registry of plugins.
pub const REGISTRY_PASSWORD: &str = "NOORM_REGISTRY_PASSWORD";

/// Variables that are noorm's alone: no template and no other program gets them, and their values must not be seen. The
/// password of a connection is one more of the latter, which is not in the way where it is a name too ([`Seen::add_of`]).
const NOBODYS: [&str; 4] = [PRIVATE_KEY, PASSPHRASE, PASSPHRASE_NEW, REGISTRY_PASSWORD];

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
        let secrets = NOBODYS.iter().filter_map(|name| variables.get(*name));
        seen.add(secrets.map(|value| Secret::new(value.clone())));
        Ok(Self {
            working_dir: std::env::current_dir()?,
            home_dir: variables.get("HOME").filter(|home| !home.is_empty()).map(PathBuf::from),
            variables,
            seen,
        })
    }

    /// Returns a variable that is set to something.
    pub fn set_variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// Returns the user's folder for what can be made or fetched again; `None` where there is no home.
    pub fn cache_dir(&self) -> Option<PathBuf> {
        let named = |name: &str| self.set_variable(name).map(PathBuf::from);
        let own = named("NOORM_CACHE_DIR").map(|folder| self.working_dir.join(folder));
        // A relative one is to be ignored, says the specification of the variable.
        let shared = || named("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
        let of_home = || self.home_dir.as_ref().map(|home| home.join(".cache"));
        own.or_else(|| shared().or_else(of_home).map(|folder| folder.join("noorm")))
    }

    /// Returns the variables that others may see: templates, and programs that noorm starts.
    pub fn open_variables(&self) -> BTreeMap<String, String> {
        let open = self.variables.iter().filter(|(name, _)| !NOBODYS.contains(&name.as_str()));
        open.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// Takes from a program that is about to be started what is noorm's alone; it inherits the rest.
pub fn withhold(command: &mut Command) {
    NOBODYS.iter().for_each(|name| {
        command.env_remove(name);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_inherits_all_but_what_is_noorm_s_alone() {
        let mut command = Command::new("editor");
        withhold(&mut command);
        let taken: Vec<_> = command.get_envs().collect();
        let mut expected = NOBODYS.map(|name| (name.as_ref(), None));
        expected.sort_unstable();
        assert_eq!(taken, expected);
    }

    #[test]
    fn what_opens_the_state_is_kept_from_others() {
        let names = ["PATH", PRIVATE_KEY, PASSPHRASE, PASSPHRASE_NEW, REGISTRY_PASSWORD];
        let variables = names.map(|name| (name.to_owned(), "hunter2".to_owned())).into();
        let home = Home { working_dir: PathBuf::new(), home_dir: None, variables, seen: Seen::default() };
        assert_eq!(home.open_variables().into_keys().collect::<Vec<_>>(), ["PATH"]);
        assert_eq!(home.set_variable("PATH"), Some("hunter2"));
    }
}
