//! `noorm plugin list`.

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
    let choices = project.as_ref().map(|project| &project.settings.plugins.dialects);
    let dialects: Vec<_> = choices.into_iter().flatten().collect();
    if !dialects.is_empty() {
        let mut rows = vec![["DIALECT", "MADE OF"].map(str::to_owned)];
        let made_of = |choice: &DialectChoice| [std::slice::from_ref(&choice.base), &choice.quirks].concat().join(", ");
        rows.extend(dialects.iter().map(|(name, choice)| [(*name).clone(), made_of(choice)]));
        lines.push(String::new());
        lines.extend(table(&rows));
    }
    let dialect = |(name, choice): &(&String, &DialectChoice)| json!({ "name": name, "base": choice.base, "quirks": choice.quirks });
    let dialects: Vec<_> = dialects.iter().map(dialect).collect();
    Ok(Answer::new(lines).with(&json!({ "plugins": plugins, "dialects": dialects })))
}

fn row(plugin: &Listed) -> [String; 6] {
    let info = &plugin.info;
    let grants = if info.grants.is_empty() { "none".to_owned() } else { grants(&info.grants) };
    [
        info.name.clone(),
        info.version.clone(),
        serves(info),
        info.source.as_str().to_owned(),
        // What is part of noorm needs nobody's leave.
        if info.source == PluginSource::Bundled { String::new() } else { grants },
        notes(plugin).join("; "),
    ]
}

/// What a plugin serves. A quirk serves nothing by itself.
fn serves(info: &PluginInfo) -> String {
    let provides = info.provides.join(", ");
    match info.kind {
        PluginKind::Quirk if provides.is_empty() => "over any dialect".to_owned(),
        PluginKind::Quirk => format!("over {provides}"),
        PluginKind::Dialect | PluginKind::Loader => provides,
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
