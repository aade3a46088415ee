//! `noorm doctor`: looks at everything that noorm depends on, and says what to do about what it finds.
//!
//! It changes nothing, and one thing that is broken does not keep it from looking at the others.

mod database;
mod files;
mod git;
mod identity;
mod plugins;
mod settings;
mod state;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::home::Home;
use crate::plugin::reach::Reach;
use crate::plugin::tools::Tools;
use crate::project::{FOLDER, Project};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It is as it should be.
    Ok,
    /// It works, and somebody should look at it.
    Warning,
    /// It does not work, or others can read what they should not.
    Error,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// `.noorm/settings.yml`.
    Settings,
    /// Who may read and write noorm's files.
    Files,
    /// What git sees of them.
    Git,
    /// The user's key.
    Identity,
    /// The sealed state and the configs in it.
    State,
    /// The plugins of the project.
    Plugins,
    /// The database of the config, and noorm's tables in it.
    Database,
}

impl Area {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Files => "files",
            Self::Git => "git",
            Self::Identity => "identity",
            Self::State => "state",
            Self::Plugins => "plugins",
            Self::Database => "database",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is about.
    pub area: Area,
    /// How bad it is.
    pub severity: Severity,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// Everything that was found, in the order in which it was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// One by one.
    pub findings: Vec<Finding>,
}

impl Findings {
    /// Returns how many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    fn ok(&mut self, area: Area, message: impl Into<String>) {
        self.push(area, Severity::Ok, message.into(), None);
    }

    fn warning(&mut self, area: Area, message: impl Into<String>, hint: impl Into<String>) {
        self.push(area, Severity::Warning, message.into(), Some(hint.into()));
    }

    fn error(&mut self, area: Area, message: impl Into<String>, hint: impl Into<String>) {
        self.push(area, Severity::Error, message.into(), Some(hint.into()));
    }

    /// An error with its causes in one line.
    fn failed(&mut self, area: Area, error: &dyn std::error::Error, hint: Option<String>) {
        self.push(area, Severity::Error, with_causes(error), hint);
    }

    fn push(&mut self, area: Area, severity: Severity, message: String, hint: Option<String>) {
        self.findings.push(Finding { area, severity, message, hint });
    }

    /// Says that all is well, where nothing was found since `before`.
    fn ok_since(&mut self, before: usize, area: Area, message: impl Into<String>) {
        if self.findings.len() == before {
            self.ok(area, message);
        }
    }
}

/// An error and what caused it, each said once.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        // An error that only passes another one on has its message, and some quote their cause.
        if !texts.iter().any(|said| quotes(said, &text)) {
            texts.push(text);
        }
        next = cause.source();
    }
    texts.join(": ")
}

/// Whether a text has another one in it, in whole words.
fn quotes(text: &str, other: &str) -> bool {
    text.match_indices(other).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + other.len()..].chars().next();
        !before.into_iter().chain(after).any(char::is_alphanumeric)
    })
}

/// Looks at a project, the user's home and the database of a config: the one that is named, or the one that counts.
pub async fn examine(root: &Path, home: &Home, config: Option<&str>) -> Findings {
    let mut findings = Findings::default();
    let settings = settings::examine(root, &mut findings);
    // What is wrong with the settings does not keep the rest from being looked at under the defaults.
    let project = Project::new(root.to_owned(), settings.unwrap_or_default());
    let project = project.reaching(Reach::of(home).unwrap_or_default()).equipped(&Tools::of(home));
    files::examine(&project, home, &mut findings);
    git::examine(&project, home, &mut findings);
    identity::examine(home, &mut findings);
    state::examine(&project, home, &mut findings);
    plugins::examine(&project, &mut findings);
    database::examine(&project, home, config, &mut findings).await;
    findings
}

/// Returns the path of a project's own file.
fn own(root: &Path, name: &str) -> PathBuf {
    root.join(FOLDER).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Link(&'static str, #[source] Option<Box<Link>>);

    #[test]
    fn causes_are_said_once() {
        let chain = Link("cannot open `a`", Some(Box::new(Link("cannot open `a`", Some(Box::new(Link("no", None)))))));
        assert_eq!(with_causes(&chain), "cannot open `a`: no");
        let chain = Link("cannot open `a`: no", Some(Box::new(Link("no", None))));
        assert_eq!(with_causes(&chain), "cannot open `a`: no");
    }
}
