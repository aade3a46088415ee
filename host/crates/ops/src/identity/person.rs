//! Names of people: as somebody wrote them, as git knows them, as the system does.

use std::process::Command;

use noorm_vault::Host;

use crate::home::Home;

/// A name and, where there is one, an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// Display name.
    pub name: Option<String>,
    /// Email address.
    pub email: Option<String>,
}

impl Named {
    /// Reads `Ada Lovelace <ada@example.com>`, or a name alone. What has no name before its address is all name, as the
    /// TypeScript original has it.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let parts = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        match parts.map(|(name, email)| (name.trim(), email.trim())) {
            Some((name, email)) if !name.is_empty() && !email.is_empty() && !email.contains('>') => {
                Self { name: Some(name.to_owned()), email: Some(email.to_owned()) }
            }
            _ => Self { name: Some(text.to_owned()).filter(|text| !text.is_empty()), email: None },
        }
    }

    /// Writes it as it is recorded; `None` where nothing is known.
    pub fn shown(&self) -> Option<String> {
        match (&self.name, &self.email) {
            (Some(name), Some(email)) => Some(format!("{name} <{email}>")),
            (Some(only), None) | (None, Some(only)) => Some(only.clone()),
            (None, None) => None,
        }
    }

    /// Takes from another one what this one lacks.
    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.name.is_some() && self.email.is_some() {
            return self;
        }
        let other = other();
        Self { name: self.name.or(other.name), email: self.email.or(other.email) }
    }
}

/// Returns what git knows of the user; asking it costs a process.
pub(crate) fn of_git(home: &Home) -> Named {
    let mut git = Command::new("git");
    git.args(["config", "--get-regexp", r"^user\.(name|email)$"]).current_dir(&home.working_dir);
    git.env_clear().envs(home.open_variables());
    let output = git.output().ok().filter(|output| output.status.success());
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    // A key that is set in several places comes several times; the last one counts.
    let find = |key: &str| text.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix(' ')).next_back();
    Named { name: find("user.name").map(str::to_owned), email: find("user.email").map(str::to_owned) }
}

/// Returns the identity that a pipeline is given in its environment, beside its key.
pub(crate) fn of_pipeline(home: &Home) -> Named {
    let variable = |name: &str| home.set_variable(name).map(str::to_owned);
    Named { name: variable("NOORM_IDENTITY_NAME"), email: variable("NOORM_IDENTITY_EMAIL") }
}

/// Returns the user's name on this machine, and the address that it has there.
pub(crate) fn of_system(home: &Home) -> (String, String) {
    let user = ["USER", "USERNAME", "LOGNAME"].iter().find_map(|name| home.set_variable(name)).unwrap_or("unknown");
    (user.to_owned(), format!("{user}@{}", Host::detect().machine))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of the TypeScript original (`audit-identity.json`).
    #[test]
    fn names_are_read_and_written_as_the_original_does() {
        let check = |text: &str, name: &str, email: Option<&str>, shown: &str| {
            let named = Named::parse(text);
            assert_eq!((named.name.as_deref(), named.email.as_deref()), (Some(name), email), "{text}");
            assert_eq!(named.shown().as_deref(), Some(shown), "{text}");
        };
        check("John Doe <john@example.com>", "John Doe", Some("john@example.com"), "John Doe <john@example.com>");
        check("  John   <j@x> ", "John", Some("j@x"), "John <j@x>");
        check("CI Bot", "CI Bot", None, "CI Bot");
        check("<only@mail>", "<only@mail>", None, "<only@mail>");
        check("A <b> <c@d>", "A <b>", Some("c@d"), "A <b> <c@d>");
        check("Name <>", "Name <>", None, "Name <>");
        assert_eq!(Named::parse("  ").shown(), None);
    }
}
