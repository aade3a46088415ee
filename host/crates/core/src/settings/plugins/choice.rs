//! Who serves what: a loader and its options for files, a base and its quirks for a dialect.

use serde::Serialize;
use serde_json::{Map, Number, Value};

use super::super::node::{Data, Key, Node};
use super::super::reader::Section;
use super::{names, not_a_loader, not_a_quirk};
use crate::glob;

/// One of `plugins.extensions`: says at least one of the two.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct LoaderChoice {
    /// The plugin that serves these files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// Its options. Without a plugin they are for whoever serves the file.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub options: Map<String, Value>,
}

/// One of `plugins.files`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileChoice {
    /// Which files of the project, as a glob from its root.
    pub glob: String,
    /// What serves them.
    #[serde(flatten)]
    pub choice: LoaderChoice,
}

/// One of `plugins.dialects`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DialectChoice {
    /// The dialect that it stands on.
    pub base: String,
    /// What is laid over it, the innermost first.
    pub quirks: Vec<String>,
}

impl LoaderChoice {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        if !section.has("plugin") && !section.has("options") {
            section.error(section.place, "", "say which `plugin` serves these files, or its `options`".to_owned());
        }
        let place = section.value_place("plugin");
        let plugin = section.text("plugin");
        if let Some(why) = plugin.as_deref().and_then(not_a_loader) {
            let name = plugin.as_deref().unwrap_or_default();
            section.error(place, "plugin", format!("`{name}` is {why}"));
        }
        let options = read_options(&mut section);
        section.finish();
        Self { plugin, options }
    }
}

impl FileChoice {
    pub(super) fn read(glob: String, section: Section<'_>) -> Self {
        if let Err(why) = glob::check(&glob) {
            section.error(section.place, "", format!("`{glob}` means no files of the project: {why}"));
        }
        Self { glob, choice: LoaderChoice::read(section) }
    }
}

impl DialectChoice {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        for key in ["base", "quirks"] {
            if !section.has(key) {
                let message = "a dialect of the project's own needs a `base` and its `quirks`";
                section.error(section.place, key, message.to_owned());
            }
        }
        let base = section.text("base").unwrap_or_default();
        let place = section.value_place("quirks");
        let quirks = names(&mut section, "quirks", not_a_quirk);
        if quirks.as_ref().is_some_and(Vec::is_empty) {
            section.error(place, "quirks", "there has to be a quirk over the base".to_owned());
        }
        section.finish();
        Self { base, quirks: quirks.unwrap_or_default() }
    }
}

fn read_options(section: &mut Section<'_>) -> Map<String, Value> {
    let Some(node) = section.take("options") else { return Map::new() };
    let Data::Map(entries) = node.data else {
        section.wrong(&node, "options", "a group of keys");
        return Map::new();
    };
    let option = |(key, node): (Key, Node)| {
        let path = format!("options.{}", key.name);
        let value = value(section, node, &path);
        (key.name, value)
    };
    entries.into_iter().map(option).collect()
}

/// Returns a value as JSON has it, which is what the plugin's schema speaks of.
fn value(section: &Section<'_>, node: Node, key: &str) -> Value {
    let place = node.place;
    let unfit = |what: &str| {
        section.error(place, key, format!("`{}` is {what}, which no plugin can be given", section.path(key)));
        Value::Null
    };
    match node.data {
        Data::Null => Value::Null,
        Data::Flag(flag) => Value::Bool(flag),
        Data::Integer(number) => match (i64::try_from(number), u64::try_from(number)) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) => number.into(),
            _ => unfit("a number beyond 64 bits"),
        },
        Data::Decimal(number) => Number::from_f64(number).map_or_else(|| unfit("no finite number"), Value::Number),
        Data::Text(text) => Value::String(text),
        Data::List(items) => {
            items.into_iter().enumerate().map(|(at, item)| value(section, item, &format!("{key}[{at}]"))).collect()
        }
        Data::Map(entries) => {
            let entry = |(inner, node): (Key, Node)| {
                let path = format!("{key}.{}", inner.name);
                (inner.name, value(section, node, &path))
            };
            Value::Object(entries.into_iter().map(entry).collect())
        }
    }
}
