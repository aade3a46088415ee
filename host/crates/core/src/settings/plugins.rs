//! `plugins`: what plugins may use, which of them serves a file and with which options, and whose are trusted.
//!
//! Whether the plugins that are named exist, and what their options may be, is known only where plugins are.

mod choice;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use super::node::{Data, Node};
use super::reader::Section;
use crate::plugin::{is_name, is_served_name};

pub use choice::{DialectChoice, FileChoice, LoaderChoice};

/// A public key of minisign in base64: two letters of the algorithm, eight bytes of the key's number, the key.
const KEY_CHARACTERS: usize = 56;

/// `plugins`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plugins {
    /// Bounds of every call.
    pub limits: PluginLimits,
    /// Bounds of the calls into one plugin, by its name; what is not said is that of `limits`.
    pub limits_for: BTreeMap<String, PluginLimits>,
    /// Which plugin serves an extension, and with which options.
    pub extensions: BTreeMap<String, LoaderChoice>,
    /// The same for files of the project. Later ones win.
    pub files: Vec<FileChoice>,
    /// Dialects that are made of a base and of quirks over it, by name.
    pub dialects: BTreeMap<String, DialectChoice>,
    /// Plugins that serve nothing.
    pub disabled: Vec<String>,
    /// Public keys of minisign, by the names that the team gives them.
    pub keys: BTreeMap<String, String>,
    /// Only plugins that one of the keys signed are added.
    pub require_signatures: bool,
}

/// `plugins.limits`; what is not set is the plugin host's default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PluginLimits {
    /// Longest time of one call, in milliseconds.
    pub time_ms: Option<u64>,
    /// Largest memory of one plugin, in mebibytes.
    pub memory_mb: Option<u64>,
    /// Largest answer of one call, and value of one file, in mebibytes.
    pub output_mb: Option<u64>,
}

impl PluginLimits {
    fn read(mut section: Section<'_>) -> Self {
        let read = Self {
            time_ms: section.number("timeMs", 1, u64::MAX),
            memory_mb: section.number("memoryMb", 1, u64::MAX),
            output_mb: section.number("outputMb", 1, u64::MAX),
        };
        section.finish();
        read
    }

    /// Returns these bounds, and those of `other` where they say nothing.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self {
            time_ms: self.time_ms.or(other.time_ms),
            memory_mb: self.memory_mb.or(other.memory_mb),
            output_mb: self.output_mb.or(other.output_mb),
        }
    }
}

impl Plugins {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(mut whole) = section else { return Self::default() };
        let section = &mut whole;
        let read = Self {
            limits: section.section("limits").map(PluginLimits::read).unwrap_or_default(),
            limits_for: named(section, "limitsFor", not_a_plugin, PluginLimits::read),
            extensions: named(section, "extensions", not_an_extension, LoaderChoice::read),
            files: section.named("files").into_iter().map(|(glob, section)| FileChoice::read(glob, section)).collect(),
            dialects: named(section, "dialects", not_a_dialect, DialectChoice::read),
            disabled: names(section, "disabled", not_a_plugin).unwrap_or_default(),
            keys: read_keys(section),
            require_signatures: section.flag("requireSignatures").unwrap_or(false),
        };
        whole.finish();
        read
    }
}

/// Says why a word cannot stand where it stands.
type Fault = fn(&str) -> Option<&'static str>;

fn not_a_plugin(name: &str) -> Option<&'static str> {
    let has_kind = ["dialect-", "loader-", "quirk-"].iter().any(|kind| name.starts_with(kind));
    (!has_kind || !is_name(name)).then_some("not the name of a plugin, such as `loader-csv`")
}

fn not_a_loader(name: &str) -> Option<&'static str> {
    (!name.starts_with("loader-") || !is_name(name)).then_some("not the name of a loader, such as `loader-csv`")
}

fn not_a_quirk(name: &str) -> Option<&'static str> {
    (!name.starts_with("quirk-") || !is_name(name)).then_some("not the name of a quirk, such as `quirk-acme`")
}

fn not_an_extension(name: &str) -> Option<&'static str> {
    (!is_served_name(name)).then_some("not an extension: they are written without their dot, in lower case")
}

fn not_a_dialect(name: &str) -> Option<&'static str> {
    (!is_served_name(name)).then_some("not a name for a dialect, which is a word in lower case")
}

/// Reads groups by names that have to be of a shape.
fn named<T>(
    section: &mut Section<'_>,
    key: &'static str,
    fault: Fault,
    read: impl Fn(Section<'_>) -> T,
) -> BTreeMap<String, T> {
    let mut found = BTreeMap::new();
    for (name, inner) in section.named(key) {
        if let Some(why) = fault(&name) {
            inner.error(inner.place, "", format!("`{name}` is {why}"));
        }
        found.insert(name, read(inner));
    }
    found
}

/// Reads a list of names that have to be of a shape.
fn names(section: &mut Section<'_>, key: &'static str, fault: Fault) -> Option<Vec<String>> {
    let node = section.take(key)?;
    let Data::List(items) = node.data else {
        section.wrong(&node, key, "a list");
        return None;
    };
    let name = |(at, item): (usize, Node)| {
        let key = format!("{key}[{at}]");
        let Data::Text(name) = item.data else {
            section.wrong(&item, &key, "a text");
            return None;
        };
        if let Some(why) = fault(&name) {
            section.error(item.place, &key, format!("`{name}` is {why}"));
        }
        Some(name)
    };
    Some(items.into_iter().enumerate().filter_map(name).collect())
}

fn read_keys(section: &mut Section<'_>) -> BTreeMap<String, String> {
    let Some(node) = section.take("keys") else { return BTreeMap::new() };
    let Data::Map(entries) = node.data else {
        section.wrong(&node, "keys", "a group of keys");
        return BTreeMap::new();
    };
    let mut keys = BTreeMap::new();
    for (name, node) in entries {
        let key = format!("keys.{}", name.name);
        let Data::Text(text) = &node.data else {
            section.wrong(&node, &key, "a text");
            continue;
        };
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        if text.len() != KEY_CHARACTERS || !text.starts_with("RW") || !text.bytes().all(is_base64) {
            let path = section.path(&key);
            let message =
                format!("`{path}` is not a public key of minisign: {KEY_CHARACTERS} characters that begin with `RW`");
            section.error(node.place, &key, message);
        }
        keys.insert(name.name, text.clone());
    }
    keys
}
