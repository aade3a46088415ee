//! `noorm plugin list`.

use std::collections::BTreeMap;

use noorm_core::settings::DialectChoice;
use noorm_ops::plugin::list::{self, Listed};
use noorm_ops::plugin::{Grant, PluginInfo, PluginKind, PluginSource};
use serde_json::json;

use crate::cli::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

pub(super) fn run(context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let plugins = list::list(context.here(project.as_ref()))?;
    let mut rows = vec![["NAME", "VERSION", "SERVES", "SOURCE", "GRANTS", "NOTE"].map(str::to_owned)];
    rows.extend(plugins.iter().map(row));
    let mut lines = table(&rows);
    let composed = project.map(|project| project.settings.plugins.dialects).unwrap_or_default();
    if !composed.is_empty() {
        lines.push(String::new());
        lines.extend(dialects(&composed));
    }
    let dialect =
        |(name, made): (&String, &DialectChoice)| json!({ "name": name, "base": made.base, "quirks": made.quirks });
    let composed: Vec<_> = composed.iter().map(dialect).collect();
    Ok(Answer::new(lines).with(&json!({ "plugins": plugins, "dialects": composed })))
}

/// The dialects that the settings compose.
fn dialects(composed: &BTreeMap<String, DialectChoice>) -> Vec<String> {
    let mut rows = vec![["DIALECT", "MADE OF"].map(str::to_owned)];
    let made_of = |made: &DialectChoice| [std::slice::from_ref(&made.base), &made.quirks].concat().join(", ");
    rows.extend(composed.iter().map(|(name, made)| [name.clone(), made_of(made)]));
    table(&rows)
}

fn row(plugin: &Listed) -> [String; 6] {
    let info = &plugin.info;
    let grants = if info.grants.is_empty() { "none".to_owned() } else { grants(&info.grants) };
    [
        info.name.clone(),
        info.version.clone(),
        if info.kind == PluginKind::Quirk { format!("over {}", provides(info)) } else { provides(info) },
        info.source.as_str().to_owned(),
        // What is part of noorm needs nobody's leave.
        if info.source == PluginSource::Bundled { String::new() } else { grants },
        notes(plugin).join("; "),
    ]
}

/// What a plugin serves, or, as a quirk serves nothing by itself, what it lies over.
pub(super) fn provides(info: &PluginInfo) -> String {
    match info.kind {
        PluginKind::Quirk if info.provides.is_empty() => "any dialect".to_owned(),
        _ => info.provides.join(", "),
    }
}

/// Grants, in few words: the files that one names, or the interface.
pub(super) fn grants(grants: &[Grant]) -> String {
    let short = |grant: &Grant| match grant.is_of_files() {
        true => format!("files {}", grant.paths.join(" ")),
        false => grant.import.split('@').next().unwrap_or_default().to_owned(),
    };
    grants.iter().map(short).collect::<Vec<_>>().join(", ")
}

/// What is special about a plugin.
pub(super) fn notes(plugin: &Listed) -> Vec<String> {
    let mut notes = Vec::new();
    if plugin.disabled {
        notes.push("disabled".to_owned());
    }
    if !plugin.not_granted.is_empty() {
        notes.push(format!("does not run: {} not granted", plugin.not_granted.join(", ")));
    }
    if let Some(fault) = &plugin.fault {
        notes.push(format!("does not run: {fault}"));
    }
    if !plugin.disabled {
        notes.extend(plugin.served_by.iter().map(|(name, other)| format!("{name} is served by {other}")));
    }
    notes
}
