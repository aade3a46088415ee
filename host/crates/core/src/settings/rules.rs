//! `rules`: which files a build runs, by what the config is. Rules are read from top to bottom, and a later one wins.

use serde::Serialize;

use super::build::{Build, plain};
use super::reader::Section;
use crate::config::{Config, ConfigKind};

/// One of `rules`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// What it is for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which configs it is about.
    #[serde(rename = "match")]
    pub conditions: Match,
    /// What a build of these configs runs besides.
    pub include: Vec<String>,
    /// What it leaves out.
    pub exclude: Vec<String>,
}

/// `match` of a rule: all that is said has to be so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
    /// The config's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it is protected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protected: Option<bool>,
    /// Whether it is a test database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_test: Option<bool>,
    /// Where its database is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConfigKind>,
}

/// The words for [`ConfigKind`].
pub(super) const KINDS: [(&str, ConfigKind); 2] = [("local", ConfigKind::Local), ("remote", ConfigKind::Remote)];

impl Match {
    fn read(mut section: Section<'_>) -> Self {
        let read = Self {
            name: section.text("name"),
            protected: section.flag("protected"),
            is_test: section.flag("isTest"),
            kind: section.word("type", &KINDS),
        };
        if section.is_empty() && read == Self::default() {
            let message = "a rule has to say which configs it is about: `name`, `protected`, `isTest` or `type`";
            section.error(section.place, "", message.to_owned());
        }
        section.finish();
        read
    }

    /// Whether a config is one of those.
    pub fn is_met(&self, config: &Config) -> bool {
        self.name.as_ref().is_none_or(|name| *name == config.name)
            && self.protected.is_none_or(|protected| protected == config.protected)
            && self.is_test.is_none_or(|is_test| is_test == config.is_test)
            && self.kind.is_none_or(|kind| kind == config.kind)
    }
}

impl Rule {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let place = section.place;
        let description = section.text("description");
        let has_match = section.has("match");
        let conditions = section.section("match").map(Match::read);
        if !has_match {
            section.error(place, "", "a rule needs a `match` that says which configs it is about".to_owned());
        }
        let says_something = section.has("include") || section.has("exclude");
        let (include, exclude) = (section.texts("include"), section.texts("exclude"));
        if !says_something {
            section.error(place, "", "a rule needs an `include` or an `exclude`".to_owned());
        }
        section.finish();
        Self {
            description,
            conditions: conditions.unwrap_or_default(),
            include: include.unwrap_or_default(),
            exclude: exclude.unwrap_or_default(),
        }
    }
}

/// Returns what a build of a config runs: `build`, with every rule put over it that is about the config. What a rule
/// includes is no longer excluded; what it excludes is left out, wherever it is included, as in `build`.
pub(super) fn effective(build: &Build, rules: &[Rule], config: &Config) -> Build {
    let mut effective = build.clone();
    for rule in rules.iter().filter(|rule| rule.conditions.is_met(config)) {
        for entry in &rule.include {
            effective.exclude.retain(|other| plain(other) != plain(entry));
            // Where `build` includes everything there is nothing to include besides, and a list would take away the rest.
            if !build.include.is_empty() {
                add(&mut effective.include, entry);
            }
        }
        for entry in &rule.exclude {
            add(&mut effective.exclude, entry);
        }
    }
    effective
}

fn add(entries: &mut Vec<String>, entry: &str) {
    if !entries.iter().any(|other| plain(other) == plain(entry)) {
        entries.push(entry.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use noorm_chance::Chance;
    use serde_json::{Value, json};

    use super::super::Settings;
    use super::*;

    /// Rules that the original evaluated, and what they came to.
    const VECTORS: &str = include_str!("../../../../../tests/fixtures/settings/rules.json");

    /// What its filter made of entries and files.
    const FILTERS: &str = include_str!("../../../../../tests/fixtures/settings/build-filter.json");

    fn config(facts: &Value) -> Config {
        let mut config = facts.clone();
        config["connection"] = json!({ "dialect": "x", "database": "x" });
        serde_json::from_value(config).expect("a config")
    }

    fn texts(value: &Value) -> Vec<String> {
        serde_json::from_value(value.clone()).expect("a list of texts")
    }

    #[test]
    fn the_original_s_rules_come_to_the_same() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("the fixture is JSON");
        let text = json!({ "build": vectors["build"], "rules": vectors["rules"] }).to_string();
        let settings = Settings::parse(&text).expect("JSON is YAML");
        for vector in vectors["vectors"].as_array().expect("a list") {
            let config = config(&vector["config"]);
            let matched = settings.rules.iter().filter(|rule| rule.conditions.is_met(&config)).count();
            assert_eq!(matched, vector["rulesOnly"]["matchedRules"].as_array().expect("a list").len());
            let found = settings.build_of(&config);
            // What is excluded may stay in the other list; it is left out all the same.
            let included = found.include.iter().filter(|entry| !found.exclude.contains(entry)).cloned();
            assert_eq!(included.collect::<Vec<_>>(), texts(&vector["effective"]["include"]), "{}", config.name);
            assert_eq!(found.exclude, texts(&vector["effective"]["exclude"]), "{}", config.name);
        }
    }

    #[test]
    fn the_original_s_filter_selects_the_same() {
        let vectors: Value = serde_json::from_str(FILTERS).expect("the fixture is JSON");
        let files = texts(&vectors["files"]);
        for vector in vectors["vectors"].as_array().expect("a list") {
            let build = Build { include: texts(&vector["include"]), exclude: texts(&vector["exclude"]) };
            let selects = |file: &&String| build.selects(file.trim_start_matches("/p/sql/"));
            let selected: Vec<String> = files.iter().filter(selects).cloned().collect();
            // A slash at the end of a folder matched nothing there, without a word.
            let expected = if build.include == ["01_tables/"] { vec![files[0].clone()] } else { texts(&vector["out"]) };
            assert_eq!(selected, expected, "{build:?}");
        }
    }

    #[test]
    fn where_everything_is_built_a_rule_takes_nothing_away() {
        let text = "build: {exclude: [seeds]}\nrules:\n  - {match: {isTest: true}, include: [seeds/]}\n";
        let settings = Settings::parse(text).expect("good settings");
        let test = config(&json!({ "name": "t", "isTest": true }));
        let build = settings.build_of(&test);
        assert!(build.selects("seeds/a.sql") && build.selects("tables/a.sql"), "{build:?}");
        let other = settings.build_of(&config(&json!({ "name": "t" })));
        assert!(!other.selects("seeds/a.sql") && other.selects("tables/a.sql"));
    }

    const FOLDERS: [&str; 4] = ["a", "b", "a/b", "c"];

    fn some(chance: &mut Chance) -> Vec<String> {
        FOLDERS.iter().filter(|_| chance.below(2) == 0).map(|name| (*name).to_owned()).collect()
    }

    /// Laws that hold for all rules: one that is about nobody changes nothing; the last one that names a folder decides
    /// about it; a rule that is said twice in a row is as one.
    #[test]
    fn later_rules_win_whatever_the_rules() {
        let is_test = Match { is_test: Some(true), ..Match::default() };
        let config = config(&json!({ "name": "t", "isTest": true }));
        for seed in 0..2000 {
            let mut chance = Chance::new(seed);
            let build = Build { include: some(&mut chance), exclude: some(&mut chance) };
            let mut rule = |conditions: &Match| Rule {
                description: None,
                conditions: conditions.clone(),
                include: some(&mut chance),
                exclude: some(&mut chance),
            };
            let mut rules = vec![rule(&is_test), rule(&is_test), rule(&is_test)];
            let found = effective(&build, &rules, &config);

            let last = rules.last().expect("three rules");
            for folder in FOLDERS {
                let is_in = |entries: &Vec<String>| entries.iter().any(|entry| entry == folder);
                if is_in(&last.exclude) {
                    assert!(is_in(&found.exclude), "{seed}: {folder} is left out");
                    assert!(!found.selects(&format!("{folder}/x.sql")), "{seed}: {folder}");
                } else if is_in(&last.include) {
                    assert!(!is_in(&found.exclude), "{seed}: {folder} is not left out");
                    assert!(build.include.is_empty() || is_in(&found.include), "{seed}: {folder}");
                }
            }
            let nobody = Match { is_test: Some(false), ..Match::default() };
            let mut others = rules.clone();
            others.insert(chance.index(4), Rule { conditions: nobody, ..rules[0].clone() });
            assert_eq!(effective(&build, &others, &config), found, "{seed}: a rule about nobody");
            rules.push(rules[2].clone());
            let again = effective(&build, &rules, &config);
            let sorted = |mut entries: Vec<String>| {
                entries.sort();
                entries
            };
            assert_eq!(sorted(again.include), sorted(found.include), "{seed}: a rule said again");
            assert_eq!(sorted(again.exclude), sorted(found.exclude), "{seed}: a rule said again");
        }
    }
}
