//! Which loader serves a file, with which options, and how that was decided.
//!
//! From the most particular to the most general: the globs of `plugins.files`, of which later ones win, then
//! `plugins.extensions`, then a plugin that is given for one command, the project's, and the bundled ones. What is decided
//! is told rule by rule, so that `plugin why` can show it; nothing is loaded here.

use noorm_core::glob;
use noorm_core::settings::LoaderChoice;
use serde::Serialize;
use serde_json::Value as Json;

use crate::error::PluginError;
use crate::host::Options;
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::PluginKind;
use crate::registry::{Entry, Registry};

/// One rule that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The setting, or whose plugins.
    pub rule: String,
    /// What came of it.
    pub finding: String,
    /// Whether it decides.
    pub decides: bool,
}

/// An option, and the setting that has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptionInForce {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Json,
    /// Where it is said, such as `plugins.extensions.csv.options.delimiter`.
    pub setting: String,
}

/// How it was decided which loader serves a file.
#[derive(Debug)]
pub struct Why {
    /// Every rule that was looked at, up to the one that decides.
    pub rules: Vec<Rule>,
    /// Who serves the file, or why nobody does.
    pub plugin: Result<PluginInfo, PluginError>,
    /// The options of the file.
    pub options: Vec<OptionInForce>,
}

/// What [`choose`] found.
pub(crate) struct Choice<'a> {
    pub(crate) rules: Vec<Rule>,
    pub(crate) entry: Result<&'a Entry, PluginError>,
    pub(crate) options: Vec<OptionInForce>,
}

/// Whether a file is one of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    /// A loader is there for it, or is meant to be.
    Yes,
    /// Only one that is disabled.
    Disabled,
    /// Nobody.
    No,
}

/// Returns the last extension of a file name in lower case, for messages.
pub(crate) fn extension_of(path: &str) -> String {
    extensions(path).pop().unwrap_or_default()
}

/// Returns the extensions of a file name, the longest first: of `a.tar.gz` they are `tar.gz` and `gz`.
fn extensions(path: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    // What begins with a dot has no extension by that.
    let dots = name.match_indices('.').filter(|(at, _)| *at > 0);
    dots.map(|(at, _)| name[at + 1..].to_owned()).collect()
}

/// Decides who serves a file.
pub(crate) fn choose<'a>(registry: &'a Registry, options: &Options, path: &str) -> Choice<'a> {
    let mut rules = Vec::new();
    let extensions = extensions(path);
    let entry = decide(registry, options, path, &extensions, &mut rules);
    let options = match &entry {
        Ok(entry) => in_force(options, path, &entry.info.name),
        Err(_) => Vec::new(),
    };
    Choice { rules, entry, options }
}

fn decide<'a>(
    registry: &'a Registry,
    options: &Options,
    path: &str,
    extensions: &[String],
    rules: &mut Vec<Rule>,
) -> Result<&'a Entry, PluginError> {
    for file in options.files.iter().rev() {
        let rule = format!("plugins.files[\"{}\"]", file.glob);
        if !glob::matches(&file.glob, path) {
            rules.push(Rule { rule, finding: "does not match".to_owned(), decides: false });
        } else if let Some(name) = looked_at(rules, &rule, "matches, and ", &file.choice) {
            return named(registry, options, &rule, name, path);
        }
    }
    for extension in extensions {
        let rule = format!("plugins.extensions.{extension}");
        match options.extensions.get(extension) {
            None => rules.push(Rule { rule, finding: "is not set".to_owned(), decides: false }),
            Some(choice) => {
                if let Some(name) = looked_at(rules, &rule, "", choice) {
                    return named(registry, options, &rule, name, path);
                }
            }
        }
    }
    let mut disabled = None;
    for extension in extensions {
        for (source, whose) in SOURCES {
            if let Some(entry) = of_source(registry, source, whose, extension, rules, &mut disabled)? {
                return Ok(entry);
            }
        }
    }
    match disabled {
        Some(name) => Err(PluginError::Disabled { name, serves: path.to_owned() }),
        None => {
            let extension = extensions.last().cloned().unwrap_or_default();
            Err(PluginError::UnknownExtension { extension, known: registry.served(PluginKind::Loader) })
        }
    }
}

/// Whose plugins there are, the first before the others.
const SOURCES: [(PluginSource, &str); 3] = [
    (PluginSource::With, "plugins given with --with"),
    (PluginSource::Project, "plugins of the project"),
    (PluginSource::Bundled, "bundled plugins"),
];

/// Notes what a setting says, and returns the plugin that it names.
fn looked_at<'a>(rules: &mut Vec<Rule>, rule: &str, matches: &str, choice: &'a LoaderChoice) -> Option<&'a str> {
    let name = choice.plugin.as_deref();
    let says = name.map_or("has options only".to_owned(), |name| format!("names `{name}`"));
    rules.push(Rule { rule: rule.to_owned(), finding: format!("{matches}{says}"), decides: name.is_some() });
    name
}

/// Returns the plugin that a setting names.
fn named<'a>(
    registry: &'a Registry,
    options: &Options,
    rule: &str,
    name: &str,
    path: &str,
) -> Result<&'a Entry, PluginError> {
    let wrong = |what| PluginError::Chosen { setting: format!("{rule}.plugin"), name: name.to_owned(), what };
    let entry = registry.named(name).next().ok_or_else(|| wrong("is not there"))?;
    if options.disabled.contains(name) {
        return Err(PluginError::Disabled { name: name.to_owned(), serves: path.to_owned() });
    }
    if entry.info.kind == PluginKind::Loader { Ok(entry) } else { Err(wrong("is not a loader")) }
}

/// Returns the plugin of a source that serves an extension. Two of them are an error, and never a matter of order.
fn of_source<'a>(
    registry: &'a Registry,
    source: PluginSource,
    whose: &str,
    extension: &str,
    rules: &mut Vec<Rule>,
    disabled: &mut Option<String>,
) -> Result<Option<&'a Entry>, PluginError> {
    let serves = |entry: &&Entry| {
        let info = &entry.info;
        info.kind == PluginKind::Loader && info.source == source && info.provides.iter().any(|one| one == extension)
    };
    let (off, on): (Vec<&Entry>, Vec<&Entry>) =
        registry.entries().filter(serves).partition(|entry| registry.is_disabled(&entry.info.name));
    let mut finding = match on.as_slice() {
        [] => format!("none serves `.{extension}`"),
        [only] => format!("`{}` serves `.{extension}`", only.info.name),
        [first, second, ..] => format!("`{}` and `{}` both serve `.{extension}`", first.info.name, second.info.name),
    };
    for entry in off {
        finding += &format!("; `{}` does, and is disabled", entry.info.name);
        disabled.get_or_insert(entry.info.name.clone());
    }
    // Nobody gives plugins with a command as a rule.
    if source != PluginSource::With || !on.is_empty() {
        rules.push(Rule { rule: whose.to_owned(), finding, decides: on.len() == 1 });
    }
    match on.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        [first, second, ..] => Err(PluginError::Conflict {
            name: extension.to_owned(),
            first: first.info.name.clone(),
            second: second.info.name.clone(),
        }),
    }
}

/// Returns the options of a file: those of its extensions, and over them, key by key, those of the globs that match it.
/// An entry that names another plugin speaks of that one's options.
fn in_force(options: &Options, path: &str, plugin: &str) -> Vec<OptionInForce> {
    let extensions = extensions(path);
    let mut found: Vec<OptionInForce> = Vec::new();
    let mut lay = |rule: String, choice: &LoaderChoice| {
        if choice.plugin.as_deref().is_some_and(|name| name != plugin) {
            return;
        }
        for (name, value) in &choice.options {
            let setting = format!("{rule}.options.{name}");
            found.retain(|option| option.name != *name);
            found.push(OptionInForce { name: name.clone(), value: value.clone(), setting });
        }
    };
    for extension in extensions.iter().rev() {
        if let Some(choice) = options.extensions.get(extension) {
            lay(format!("plugins.extensions.{extension}"), choice);
        }
    }
    for file in options.files.iter().filter(|file| glob::matches(&file.glob, path)) {
        lay(format!("plugins.files[\"{}\"]", file.glob), &file.choice);
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use noorm_core::settings::Settings;

    use super::*;
    use crate::registry::tests::{entry, info};

    fn registry(disabled: &[&str]) -> Registry {
        use PluginSource::{Bundled, Project, With};
        let entries = vec![
            entry("loader-csv", Bundled, &["csv", "tsv"]),
            entry("loader-json", Bundled, &["json"]),
            entry("loader-js", Bundled, &["js"]),
            entry("loader-own", Project, &["csv"]),
            entry("loader-a", Project, &["ini"]),
            entry("loader-b", Project, &["ini"]),
            entry("loader-gz", Project, &["tar.gz"]),
            entry("loader-new", With, &["new", "json"]),
        ];
        Registry::of(entries).disabling(&disabled.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>())
    }

    fn options(settings: &str) -> Options {
        let plugins = Settings::parse(&format!("plugins:\n{settings}")).unwrap().plugins;
        let disabled = plugins.disabled.into_iter().collect();
        Options { extensions: plugins.extensions, files: plugins.files, disabled, ..Options::default() }
    }

    /// Who serves a file, and its options.
    #[track_caller]
    fn check(settings: &str, path: &str, expected: &str) {
        let options = options(settings);
        let names: Vec<_> = options.disabled.iter().map(String::as_str).collect();
        let registry = registry(&names);
        let chosen = choose(&registry, &options, path);
        let said = match chosen.entry {
            Ok(entry) => {
                assert_eq!(chosen.rules.iter().filter(|rule| rule.decides).count(), 1, "{:?}", chosen.rules);
                assert!(chosen.rules.last().unwrap().decides, "{:?}", chosen.rules);
                let options = chosen.options.iter().map(|one| format!(" {}={}", one.name, one.value));
                format!("{}{}", entry.info.name, options.collect::<String>())
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(said, expected, "{path}: {settings}");
    }

    #[test]
    fn the_most_particular_rule_decides() {
        let nothing = "  limits: {}\n";
        check(nothing, "a.csv", "loader-own");
        check(nothing, "a/B.TSV", "loader-csv");
        check(nothing, "a.json", "loader-new");
        check(nothing, "a.tar.gz", "loader-gz");
        check(nothing, "a.gz", "no plugin reads `.gz` files");
        check(nothing, ".csv", "no plugin reads `.` files");
        check(nothing, "a.ini", "`loader-a` and `loader-b` both serve `ini`");
        check("  extensions: {ini: {plugin: loader-b}}\n", "a.ini", "loader-b");
        check("  disabled: [loader-a]\n", "a.ini", "loader-b");
        check("  extensions: {csv: {plugin: loader-csv}}\n", "a.csv", "loader-csv");
        check("  extensions: {txt: {plugin: loader-csv}}\n", "a.txt", "loader-csv");
        let globs = "  extensions: {csv: {plugin: loader-csv}}\n  files:\n    's/**/*': {plugin: loader-json}\n    's/*.csv': {plugin: loader-own}\n";
        check(globs, "a.csv", "loader-csv");
        check(globs, "s/a.csv", "loader-own");
        check(globs, "s/deep/a.csv", "loader-json");
    }

    #[test]
    fn options_are_laid_over_each_other_key_by_key() {
        let settings = "  extensions: {csv: {plugin: loader-csv, options: {delimiter: ';', header: true}}}\n  files:\n    's/*': {options: {header: false}}\n    's/b.csv': {plugin: loader-own, options: {x: 1}}\n";
        check(settings, "a.csv", "loader-csv delimiter=\";\" header=true");
        check(settings, "s/a.csv", "loader-csv delimiter=\";\" header=false");
        check(settings, "s/b.csv", "loader-own header=false x=1");
    }

    #[test]
    fn what_is_disabled_or_missing_is_told() {
        check("  disabled: [loader-js]\n", "a.js", "`loader-js` is disabled, and nobody else serves `a.js`");
        check("  disabled: [loader-own]\n", "a.csv", "loader-csv");
        let names = |plugin: &str| format!("  extensions: {{csv: {{plugin: {plugin}}}}}\n");
        check(&names("loader-x"), "a.csv", "`plugins.extensions.csv.plugin` names `loader-x`, which is not there");
        let off = format!("{}  disabled: [loader-csv]\n", names("loader-csv"));
        check(&off, "a.csv", "`loader-csv` is disabled, and nobody else serves `a.csv`");
    }

    #[test]
    fn every_rule_on_the_way_is_told() {
        let options = options("  files: {'x/*': {plugin: loader-json}}\n  extensions: {ini: {options: {a: 1}}}\n");
        let registry = registry(&["loader-a"]);
        let rules = choose(&registry, &options, "s/a.ini").rules;
        let said: Vec<_> = rules.iter().map(|rule| format!("{}: {}", rule.rule, rule.finding)).collect();
        assert_eq!(
            said,
            [
                "plugins.files[\"x/*\"]: does not match",
                "plugins.extensions.ini: has options only",
                "plugins of the project: `loader-b` serves `.ini`; `loader-a` does, and is disabled",
            ]
        );
        assert_eq!(info("loader-x").kind, PluginKind::Loader);
    }
}
