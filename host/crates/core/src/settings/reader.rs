//! Reads the groups of keys of a settings file, and collects what is wrong with them and what they have too much.
//!
//! Whoever asks a section for a key makes that key known; what nobody asked for is reported when the section ends.

use std::cell::RefCell;

use serde::Serialize;

use super::node::{Data, Key, Node, Place};
use crate::similar;

/// Something about a settings file that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The key it is about, such as `stages.prod.secrets[0].type`; empty for the file as a whole.
    pub path: String,
    /// What it is: lower-case, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Line, counted from 1, when it is known.
    pub line: Option<u32>,
    /// Column, counted from 1; unknown too where the line should not be shown.
    pub column: Option<u32>,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What was found in a file so far.
#[derive(Debug, Default)]
pub(super) struct Reader {
    errors: RefCell<Vec<Finding>>,
    warnings: RefCell<Vec<Finding>>,
    /// The keys that are known, by section; tests compare them with the published schema.
    #[cfg(test)]
    pub(super) known: RefCell<std::collections::BTreeMap<String, Vec<&'static str>>>,
}

impl Reader {
    /// Notes a mistake.
    pub(super) fn error(&self, place: Place, path: &str, message: String) {
        self.errors.borrow_mut().push(finding(place, path, message, None));
    }

    /// Notes something that is left alone.
    pub(super) fn warning(&self, place: Place, path: &str, message: String, help: Option<String>) {
        self.warnings.borrow_mut().push(finding(place, path, message, help));
    }

    /// Returns errors and warnings, each in the order of the file.
    pub(super) fn findings(self) -> (Vec<Finding>, Vec<Finding>) {
        let sorted = |mut findings: Vec<Finding>| {
            findings.sort_by_key(|finding| (finding.line, finding.column));
            findings
        };
        (sorted(self.errors.into_inner()), sorted(self.warnings.into_inner()))
    }

    /// Opens a group of keys; `None`, and an error, where it is something else. Nothing counts as an empty group.
    pub(super) fn section(&self, node: Node, path: &str) -> Option<Section<'_>> {
        let entries = match node.data {
            Data::Map(entries) => entries,
            Data::Null => Vec::new(),
            other => {
                self.error(node.place, path, wrong(path, "a group of keys", &other));
                return None;
            }
        };
        Some(Section { reader: self, path: path.to_owned(), place: node.place, entries, known: Vec::new() })
    }
}

fn finding(place: Place, path: &str, message: String, help: Option<String>) -> Finding {
    let number = |value: u32| Some(value).filter(|value| *value > 0);
    Finding { path: path.to_owned(), message, help, line: number(place.line), column: number(place.column) }
}

fn wrong(path: &str, expected: &str, found: &Data) -> String {
    let name = if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
    match found {
        Data::Integer(_) | Data::Decimal(_) | Data::Flag(_) if expected == "a text" => {
            format!("{name} has to be a text, and is {}: put it in quotes", found.kind())
        }
        Data::Text(text) if expected == "true or false" && matches!(text.as_str(), "yes" | "no" | "on" | "off") => {
            format!("{name} has to be true or false, and `{text}` is a text")
        }
        _ => format!("{name} has to be {expected}, and is {}", found.kind()),
    }
}

/// A group of keys.
pub(super) struct Section<'a> {
    reader: &'a Reader,
    path: String,
    /// Where it begins.
    pub(super) place: Place,
    entries: Vec<(Key, Node)>,
    known: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// Returns the path of a key.
    pub(super) fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether it has a key that says something, and that nobody took.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(found, node)| found.name == key && node.data != Data::Null)
    }

    /// Takes the value of a key; nothing where there is none.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Node> {
        self.known.push(key);
        let at = self.entries.iter().position(|(found, _)| found.name == key)?;
        Some(self.entries.remove(at).1).filter(|node| node.data != Data::Null)
    }

    /// Where a key stands; the section where it has no such key.
    pub(super) fn place_of(&self, key: &str) -> Place {
        self.entries.iter().find(|(found, _)| found.name == key).map_or(self.place, |(found, _)| found.place)
    }

    /// Where the value of a key stands; the section where it has no such key.
    pub(super) fn value_place(&self, key: &str) -> Place {
        self.entries.iter().find(|(found, _)| found.name == key).map_or(self.place, |(_, node)| node.place)
    }

    /// Takes a text.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let node = self.take(key)?;
        self.is_text(node, &self.path(key))
    }

    fn is_text(&self, node: Node, path: &str) -> Option<String> {
        match node.data {
            Data::Text(text) => Some(text),
            other => {
                self.reader.error(node.place, path, wrong(path, "a text", &other));
                None
            }
        }
    }

    /// Takes `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let node = self.take(key)?;
        match node.data {
            Data::Flag(flag) => Some(flag),
            other => {
                let path = self.path(key);
                self.reader.error(node.place, &path, wrong(&path, "true or false", &other));
                None
            }
        }
    }

    /// Takes a whole number of a range.
    pub(super) fn number(&mut self, key: &'static str, min: u64, max: u64) -> Option<u64> {
        let node = self.take(key)?;
        let path = self.path(key);
        match node.data {
            Data::Integer(value) if (i128::from(min)..=i128::from(max)).contains(&value) => u64::try_from(value).ok(),
            Data::Integer(value) => {
                let bounds = if max == u64::MAX { format!("at least {min}") } else { format!("from {min} to {max}") };
                self.reader.error(node.place, &path, format!("`{path}` is {value}, and has to be {bounds}"));
                None
            }
            other => {
                self.reader.error(node.place, &path, wrong(&path, "a whole number", &other));
                None
            }
        }
    }

    /// Takes one of several words.
    pub(super) fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let node = self.take(key)?;
        let path = self.path(key);
        let place = node.place;
        let names = || words.iter().map(|(name, _)| *name);
        let text = match node.data {
            Data::Text(text) => text,
            other => {
                let one_of = format!("one of {}", listed(names()));
                self.reader.error(place, &path, wrong(&path, &one_of, &other));
                return None;
            }
        };
        let found = words.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let mut message = format!("`{path}` is `{text}`, and has to be one of {}", listed(names()));
            if let Some(similar) = similar::closest(&text, names()) {
                message = format!("`{path}` is `{text}`; did you mean `{similar}`?");
            }
            self.reader.error(place, &path, message);
        }
        found
    }

    /// Takes a list of texts.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        let path = self.path(key);
        let items = self.list(key)?.into_iter().enumerate();
        Some(items.filter_map(|(at, item)| self.is_text(item, &format!("{path}[{at}]"))).collect())
    }

    /// Takes a list of groups.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<Section<'a>> {
        let (path, reader) = (self.path(key), self.reader);
        let items = self.list(key).unwrap_or_default().into_iter().enumerate();
        items.filter_map(|(at, item)| reader.section(item, &format!("{path}[{at}]"))).collect()
    }

    fn list(&mut self, key: &'static str) -> Option<Vec<Node>> {
        let node = self.take(key)?;
        match node.data {
            Data::List(items) => Some(items),
            other => {
                let path = self.path(key);
                self.reader.error(node.place, &path, wrong(&path, "a list", &other));
                None
            }
        }
    }

    /// Takes a group.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Section<'a>> {
        let reader = self.reader;
        let node = self.take(key)?;
        reader.section(node, &self.path(key))
    }

    /// Takes a group whose keys are names that the user gives, each with a group of its own.
    pub(super) fn named(&mut self, key: &'static str) -> Vec<(String, Section<'a>)> {
        let (path, reader) = (self.path(key), self.reader);
        let Some(section) = self.section(key) else { return Vec::new() };
        let entries = section.entries.into_iter();
        let opened = entries.map(|(name, node)| {
            let place = if node.data == Data::Null { name.place } else { node.place };
            let section = reader.section(Node { place, ..node }, &format!("{path}.{}", name.name));
            section.map(|section| (name.name, section))
        });
        opened.flatten().collect()
    }

    /// Notes a mistake of the section's.
    pub(super) fn error(&self, place: Place, key: &str, message: String) {
        let path = if key.is_empty() { self.path.clone() } else { self.path(key) };
        self.reader.error(place, &path, message);
    }

    /// Notes something that is left alone.
    pub(super) fn warning(&self, place: Place, key: &str, message: String, help: &str) {
        self.reader.warning(place, &self.path(key), message, Some(help.to_owned()));
    }

    /// Notes a value that cannot be used.
    pub(super) fn wrong(&self, node: &Node, key: &str, expected: &str) {
        let path = self.path(key);
        self.reader.error(node.place, &path, wrong(&path, expected, &node.data));
    }

    /// Opens a value of the section's as a group.
    pub(super) fn open(&self, node: Node, key: &str) -> Option<Section<'a>> {
        self.reader.section(node, &self.path(key))
    }

    /// Ends the section: what nobody asked for means nothing.
    pub(super) fn finish(self) {
        for (key, _) in &self.entries {
            let path = self.path(&key.name);
            let help = match similar::closest(&key.name, self.known.iter().copied()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => format!("known here are {}", listed(self.known.iter().copied())),
            };
            self.reader.warning(key.place, &path, format!("unknown key `{path}`, which is left alone"), Some(help));
        }
        #[cfg(test)]
        self.reader.known.borrow_mut().insert(self.path, self.known);
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
