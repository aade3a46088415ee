//! `plugin show`: everything that is known of one plugin.

use noorm_plugin_host::{Limits, PluginHost};
use serde::Serialize;
use serde_json::Value;

use super::list::{Listed, listed};
use super::{Grant, Here, PluginError, look};

/// One plugin, in full.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The plugin and how it stands.
    #[serde(flatten)]
    pub plugin: Listed,
    /// What it imports, and what each import allows.
    pub allows: Vec<Import>,
    /// The options that it takes.
    pub options: Vec<LoaderOption>,
    /// Bounds of every call.
    pub limits: Bounds,
}

/// An import of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// Its name.
    pub import: String,
    /// What it allows, once it is granted.
    pub allows: String,
    /// Whether the project grants it, or nobody has to.
    pub is_granted: bool,
    /// The files that the grant names.
    pub paths: Vec<String>,
}

/// An option of a loader, as far as its schema tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoaderOption {
    /// Its name.
    pub name: String,
    /// What it has to be, in words.
    pub takes: String,
    /// What counts where nobody says anything.
    pub default: Option<Value>,
    /// Whether it has to be said.
    pub required: bool,
    /// What it is for.
    pub description: String,
}

/// Bounds in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounds {
    /// Longest time of one call, in milliseconds.
    pub time_ms: u64,
    /// Largest memory, in bytes.
    pub memory_bytes: u64,
    /// Largest answer, in bytes.
    pub output_bytes: u64,
}

impl From<Limits> for Bounds {
    fn from(limits: Limits) -> Self {
        let Limits { time_ms, memory_bytes, output_bytes } = limits;
        Self { time_ms, memory_bytes, output_bytes }
    }
}

/// Shows the plugin of a name, the project's before the bundled one.
pub fn show(here: Here<'_>, name: &str) -> Result<Shown, PluginError> {
    let host = look(here)?;
    let info = host.list().into_iter().find(|info| info.name == name);
    let info = info.ok_or_else(|| PluginError::UnknownPlugin { name: name.to_owned() })?;
    let limits = host.limits_of(name).into();
    let options = info.options_schema.as_deref().map(options).unwrap_or_default();
    Ok(Shown { allows: imports(&host, name), plugin: listed(&host, info), options, limits })
}

/// Returns what a plugin imports, and what each import allows.
pub(super) fn imports(host: &PluginHost, name: &str) -> Vec<Import> {
    let Some(info) = host.list().into_iter().find(|info| info.name == name) else { return Vec::new() };
    let missing = noorm_plugin_host::not_granted(&info);
    let import = |import: &String| Import {
        allows: Grant::meaning(import),
        is_granted: !missing.contains(import),
        paths: info.grants.iter().find(|grant| grant.import == *import).map_or_else(Vec::new, |one| one.paths.clone()),
        import: import.clone(),
    };
    info.imports.iter().map(import).collect()
}

/// Reads the options of a schema. What is more than a list of properties is told by its own words.
fn options(schema: &str) -> Vec<LoaderOption> {
    let Ok(schema) = serde_json::from_str::<Value>(schema) else { return Vec::new() };
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let option = |(name, property): (&String, &Value)| LoaderOption {
        takes: takes(property),
        default: property.get("default").cloned(),
        required: required.contains(&name.as_str()),
        description: property["description"].as_str().unwrap_or_default().to_owned(),
        name: name.clone(),
    };
    schema["properties"].as_object().into_iter().flatten().map(option).collect()
}

/// Says what a property has to be.
fn takes(property: &Value) -> String {
    if let Some(words) = property["enum"].as_array() {
        return words.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
    }
    let named = |kind: &Value| kind.as_str().unwrap_or_default().to_owned();
    let mut takes = match &property["type"] {
        Value::Array(kinds) => kinds.iter().map(named).collect::<Vec<_>>().join(" or "),
        kind => named(kind),
    };
    if takes == "array" {
        let items = takes_of_items(&property["items"]);
        takes = if items.is_empty() { "list".to_owned() } else { format!("list of {items}") };
    }
    let alternatives = property.get("anyOf").or_else(|| property.get("oneOf")).and_then(Value::as_array);
    if let Some(alternatives) = alternatives.filter(|_| takes.is_empty()) {
        takes = alternatives.iter().map(self::takes).collect::<Vec<_>>().join(" or ");
    }
    let bounds = [
        ("minLength", "at least", "long"),
        ("maxLength", "at most", "long"),
        ("minimum", "at least", ""),
        ("maximum", "at most", ""),
    ];
    let bound = |(key, words, unit): (&str, &str, &str)| {
        property.get(key).map(|value| format!("{words} {value} {unit}").trim_end().to_owned())
    };
    let said: Vec<String> = bounds.into_iter().filter_map(bound).collect();
    if said.is_empty() { takes } else { format!("{takes}, {}", said.join(", ")) }
}

fn takes_of_items(items: &Value) -> String {
    if items.is_object() { takes(items) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_becomes_a_list_of_options() {
        let schema = r#"{"type":"object","required":["sheet"],"properties":{
            "delimiter":{"type":"string","minLength":1,"maxLength":1,"default":",","description":"between cells"},
            "null":{"type":"array","items":{"type":"string"}},
            "mode":{"enum":["a","b"]},
            "sheet":{"anyOf":[{"type":"string"},{"type":"integer","minimum":1}]}}}"#;
        let said = options(schema).into_iter().map(|one| (one.name, one.takes, one.required)).collect::<Vec<_>>();
        let expected = [
            ("delimiter", "string, at least 1 long, at most 1 long", false),
            ("null", "list of string", false),
            ("mode", "\"a\" or \"b\"", false),
            ("sheet", "string or integer, at least 1", true),
        ];
        assert_eq!(said, expected.map(|(name, takes, required)| (name.to_owned(), takes.to_owned(), required)));
        assert_eq!(options("true"), []);
    }
}
