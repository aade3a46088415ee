//! A project's settings, `.noorm/settings.yml`: committed, read by everybody, without secrets.
//!
//! Everything that is wrong with the file is told at once, with its place. Keys that this version does not know are
//! reported and left alone; nothing here writes the file.

mod node;
mod reader;

mod build;
mod logging;
mod plugins;
mod rules;
mod schema;
mod secrets;
mod stage;
mod teardown;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Config;
use node::Place;
use reader::{Reader, Section};

pub use build::{Build, Paths};
pub use logging::{LogLevel, Logging, size_bytes};
pub use plugins::{DialectChoice, FileChoice, LoaderChoice, PluginLimits, Plugins};
pub use reader::Finding;
pub use rules::{Match, Rule};
pub use schema::SCHEMA;
pub use secrets::SecretRule;
pub use stage::{Stage, Strict};
pub use teardown::Teardown;

/// What `init` writes.
pub const TEMPLATE: &str = include_str!("template.yml");

/// A project's settings.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Settings {
    /// Where files are.
    pub paths: Paths,
    /// Which files a build runs.
    pub build: Build,
    /// What changes that for some configs.
    pub rules: Vec<Rule>,
    /// What the team says about its configs, by name.
    pub stages: BTreeMap<String, Stage>,
    /// Secrets that every config has to have.
    pub secrets: Vec<SecretRule>,
    /// Whether what is a warning elsewhere is an error.
    pub strict: Strict,
    /// What becomes of a changeset that comes late.
    pub order: Order,
    /// The log file.
    pub logging: Logging,
    /// What stays when a database is emptied.
    pub teardown: Teardown,
    /// What plugins may use, and which of them serves what.
    pub plugins: Plugins,
    /// What somebody should look at, although the file can be used.
    #[serde(skip)]
    pub warnings: Vec<Finding>,
}

/// `order`: what becomes of a changeset that comes late, such as with a merge: its name sorts before one that is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// It is applied after the others, with a warning.
    #[default]
    AllowOlder,
    /// It stops the run. Always so for a protected config.
    Linear,
}

const ORDERS: [(&str, Order); 2] = [("allow-older", Order::AllowOlder), ("linear", Order::Linear)];

/// A settings file cannot be used. There is at least one error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.summary())]
pub struct SettingsError {
    /// What is wrong, in the order of the file.
    pub errors: Vec<Finding>,
    /// What somebody should look at besides.
    pub warnings: Vec<Finding>,
}

impl SettingsError {
    fn summary(&self) -> String {
        let first = self.errors.first().map(Finding::to_string).unwrap_or_default();
        match self.errors.len() {
            0 | 1 => first,
            count => format!("{first} (and {} more)", count - 1),
        }
    }
}

impl Settings {
    /// Reads the file's text. An empty file is a file of defaults. In strict mode a warning is an error.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let reader = Reader::default();
        let settings = Self::read(&reader, text.strip_prefix('\u{feff}').unwrap_or(text));
        let (mut errors, mut warnings) = reader.findings();
        if settings.strict.enabled {
            errors.append(&mut warnings);
            errors.sort_by_key(|finding| (finding.line, finding.column));
        }
        if errors.is_empty() { Ok(Self { warnings, ..settings }) } else { Err(SettingsError { errors, warnings }) }
    }

    fn read(reader: &Reader, text: &str) -> Self {
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Self::default();
        }
        match node::parse(text) {
            Ok(root) => reader.section(root, "").map(Self::read_sections).unwrap_or_default(),
            Err(error) => {
                let place = error.location().map(Place::from).unwrap_or_default();
                reader.error(place, "", error.without_snippet().to_string());
                Self::default()
            }
        }
    }

    fn read_sections(mut root: Section<'_>) -> Self {
        let settings = Self {
            paths: Paths::read(root.section("paths")),
            build: Build::read(root.section("build")),
            rules: root.sections("rules").into_iter().map(Rule::read).collect(),
            stages: root.named("stages").into_iter().map(|(name, section)| (name, Stage::read(section))).collect(),
            secrets: SecretRule::read_all(&mut root),
            strict: Strict::read(root.section("strict")),
            order: root.word("order", &ORDERS).unwrap_or_default(),
            logging: Logging::read(root.section("logging")),
            teardown: Teardown::read(root.section("teardown")),
            plugins: Plugins::read(root.section("plugins")),
            warnings: Vec::new(),
        };
        root.finish();
        settings
    }

    /// Returns what a build of a config runs.
    pub fn build_of(&self, config: &Config) -> Build {
        rules::effective(&self.build, &self.rules, config)
    }

    /// Returns the secrets that a config should have: those of all, then those of its stage, which win.
    pub fn secrets_of(&self, config: &str) -> Vec<&SecretRule> {
        let of_stage = self.stages.get(config).map(|stage| stage.secrets.as_slice()).unwrap_or_default();
        let is_told_again = |secret: &&SecretRule| of_stage.iter().any(|other| other.key == secret.key);
        self.secrets.iter().filter(|secret| !is_told_again(secret)).chain(of_stage).collect()
    }

    /// Whether configs of this name may be used: strict mode wants them to be of a stage.
    pub fn allows(&self, config: &str) -> bool {
        !self.strict.enabled
            || self.stages.contains_key(config)
            || self.strict.stages.iter().any(|stage| stage == config)
    }
}
