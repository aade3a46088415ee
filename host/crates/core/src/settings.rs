//! A project's settings, `.noorm/settings.yml`: committed, read by everybody, without secrets.
//!
//! Keys that this version does not know are reported and left alone; nothing here writes the file.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What `init` writes.
pub const TEMPLATE: &str = include_str!("settings_template.yml");

/// Keys that have a meaning in noorm, whether or not this version reads them.
const KNOWN: [&str; 10] =
    ["paths", "build", "plugins", "rules", "stages", "strict", "secrets", "logging", "teardown", "order"];

/// A settings file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SettingsError {
    /// What is wrong.
    pub message: String,
    /// Line, counted from 1, when it is known.
    pub line: Option<u32>,
    /// Column, counted from 1, when it is known.
    pub column: Option<u32>,
}

/// A project's settings.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// Where files are.
    pub paths: Paths,
    /// Which files a build runs.
    pub build: Build,
    /// What plugins may use.
    pub plugins: Plugins,
    /// What becomes of a changeset that comes late.
    pub order: Order,
    /// Everything else in the file.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// `paths`: folders relative to the project root.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Paths {
    /// Folder of the schema.
    pub schema: String,
    /// Folder of the changesets.
    pub changesets: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self { schema: "schema".to_owned(), changesets: "changesets".to_owned() }
    }
}

/// `order`: what becomes of a changeset that comes late, such as with a merge: its name sorts before one that is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// It is applied after the others, with a warning.
    #[default]
    AllowOlder,
    /// It stops the run. Always so for a protected config.
    Linear,
}

/// `build`: paths relative to the schema folder. An empty `include` means everything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Build {
    /// Files and folders that a build runs.
    pub include: Vec<String>,
    /// Files and folders that it leaves out, also of `include`.
    pub exclude: Vec<String>,
}

impl Build {
    /// Whether a build runs a file, by its path relative to the schema folder.
    pub fn selects(&self, path: &str) -> bool {
        let is_in = |entry: &String| {
            let entry = entry.trim_start_matches("./").trim_end_matches('/');
            path.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        (self.include.is_empty() || self.include.iter().any(is_in)) && !self.exclude.iter().any(is_in)
    }
}

/// `plugins`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Plugins {
    /// Bounds of every call.
    pub limits: PluginLimits,
}

/// `plugins.limits`; what is not set is the plugin host's default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PluginLimits {
    /// Longest time of one call, in milliseconds.
    pub time_ms: Option<u64>,
    /// Largest memory of one plugin, in mebibytes.
    pub memory_mb: Option<u64>,
}

impl Settings {
    /// Reads the file's text. An empty file is a file of defaults.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        serde_saphyr::from_str(text).map_err(|error| {
            let place = error.location();
            let number = |value: u64| u32::try_from(value).ok().filter(|value| *value > 0);
            SettingsError {
                message: error.without_snippet().to_string(),
                line: place.and_then(|place| number(place.line())),
                column: place.and_then(|place| number(place.column())),
            }
        })
    }

    /// Returns the keys at the top that mean nothing to noorm.
    pub fn unknown_keys(&self) -> Vec<&str> {
        self.other.keys().map(String::as_str).filter(|key| !KNOWN.contains(key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_and_an_empty_file_are_the_defaults() {
        assert_eq!(Settings::parse(""), Ok(Settings::default()));
        assert_eq!(Settings::parse("# nothing\n"), Ok(Settings::default()));
        assert_eq!(Settings::parse(TEMPLATE), Ok(Settings::default()));
    }

    #[test]
    fn keys_are_read_and_unknown_ones_kept() {
        let text = "paths:\n  schema: ./db\nplugins:\n  limits: {timeMs: 50}\nstages: {}\nstagse: {a: 1}\n";
        let settings = Settings::parse(text).expect("good settings");
        assert_eq!(settings.paths.schema, "./db");
        assert_eq!(settings.paths.changesets, "changesets");
        assert_eq!(settings.plugins.limits.time_ms, Some(50));
        assert_eq!(settings.unknown_keys(), ["stagse"]);
        assert_eq!(settings.other["stagse"]["a"], 1);
    }

    #[test]
    fn errors_have_a_place() {
        let error = Settings::parse("paths:\n  schema: [1]\n").expect_err("a list is no folder");
        assert_eq!(error.line, Some(2), "{error}");
    }

    #[test]
    fn a_folder_is_selected_by_components() {
        let build = Build { include: vec!["tables/".to_owned()], exclude: vec!["tables/old".to_owned()] };
        assert!(build.selects("tables/a.sql"));
        assert!(!build.selects("tables-2/a.sql"));
        assert!(!build.selects("tables/old/a.sql"));
        assert!(build.selects("tables/old.sql"));
        assert!(Build::default().selects("x.sql"));
    }
}
