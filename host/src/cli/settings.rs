//! `noorm settings`.

use std::process::Stdio;

use clap::Subcommand;
use noorm_core::settings::Settings;
use noorm_ops::config;
use noorm_ops::settings::{self, SCHEMA};
use serde_json::{Value, json};

use super::Context;
use super::run::counted;
use crate::output::{Answer, table};
use crate::report::{Failure, finding, wrong_settings};

/// What can be done with the settings of a project.
#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Show what the settings come to, with everything that the file does not say
    Show,
    /// Edit the settings in your editor; they are replaced only when what you wrote can be used
    ///
    /// VISUAL, or else EDITOR, says which editor. It gets a copy, which is kept when there is a mistake in it, and with
    /// which the next edit goes on.
    Edit,
    /// Check the settings: every mistake, and every key that means nothing, with its place
    Validate,
    /// Print the JSON Schema of the settings, with which editors complete and check them
    Schema,
}

/// Runs one of the commands.
pub(crate) fn run(command: &SettingsCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        SettingsCommand::Show => show(context),
        SettingsCommand::Edit => edit(context),
        SettingsCommand::Validate => validate(context),
        SettingsCommand::Schema => Ok(schema()),
    }
}

fn show(context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    context.warn_of_settings(&project);
    let said = rows_of(&project.settings);
    let defaults = rows_of(&Settings::default());
    let mut rows = vec![["KEY", "VALUE", ""].map(str::to_owned)];
    for (key, value) in said {
        let is_default = defaults.iter().any(|(other, default)| *other == key && *default == value);
        rows.push([key, value, if is_default { "default" } else { "" }.to_owned()]);
    }
    let mut lines = table(&rows);
    // Without a config there are settings all the same; one that is named has to be there.
    let active = config::resolve(&project, &context.home, context.config.as_deref());
    let active = match active {
        Err(error) if context.config.is_some() => return Err(error.into()),
        active => active.ok(),
    };
    let build = active.map(|active| {
        let build = project.settings.build_of(&active.config);
        if build != project.settings.build {
            let entries = |entries: &[String]| if entries.is_empty() { "all".to_owned() } else { entries.join(", ") };
            lines.push(String::new());
            lines.push(format!("`rules` make of `build` for the config `{}`:", active.config.name));
            lines.push(format!("  include {}", entries(&build.include)));
            lines.push(format!(
                "  exclude {}",
                if build.exclude.is_empty() { "nothing".to_owned() } else { build.exclude.join(", ") }
            ));
        }
        json!({ "config": active.config.name, "include": build.include, "exclude": build.exclude })
    });
    Ok(Answer::new(lines).with(&json!({ "settings": project.settings, "effectiveBuild": build })))
}

/// Every value with its path, in the order of the file's sections.
fn rows_of(settings: &Settings) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    flatten(String::new(), &serde_json::to_value(settings).unwrap_or_default(), &mut rows);
    rows
}

fn flatten(path: String, value: &Value, rows: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(path, value, rows);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (at, item) in items.iter().enumerate() {
                flatten(format!("{path}[{at}]"), item, rows);
            }
        }
        Value::Array(items) if items.is_empty() => rows.push((path, "none".to_owned())),
        Value::Array(items) => {
            let texts = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            rows.push((path, texts.collect::<Vec<_>>().join(", ")));
        }
        Value::Object(_) => rows.push((path, "none".to_owned())),
        Value::Null => rows.push((path, "-".to_owned())),
        Value::String(text) => rows.push((path, text.clone())),
        other => rows.push((path, other.to_string())),
    }
}

fn edit(context: &Context) -> Result<Answer, Failure> {
    if context.headless {
        let hint = "leave `--headless` out, or edit `.noorm/settings.yml` yourself and check it with `noorm settings validate`";
        return Err(
            Failure::wrong_usage("no-editor", "an editor asks on the terminal, and nothing is to be asked").hint(hint)
        );
    }
    // With `--json` standard output is the object's alone.
    let stdout = if context.json { Stdio::from(std::io::stderr()) } else { Stdio::inherit() };
    let edited = settings::edit(&context.home, stdout)?;
    let file = edited.path.display().to_string();
    let line = match edited.changed {
        true => format!("changed `{file}`"),
        false => "nothing to do: you changed nothing".to_owned(),
    };
    let mut lines = vec![line];
    lines.extend(edited.warnings.iter().map(|warning| format!("warning: {}", finding(&file, &edited.text, warning))));
    Ok(Answer::new(lines).with(&json!({ "file": file, "changed": edited.changed, "warnings": edited.warnings })))
}

fn validate(context: &Context) -> Result<Answer, Failure> {
    let read = settings::read(&context.home.working_dir)?;
    let file = read.path.display().to_string();
    let settings = match read.read {
        Ok(settings) => settings,
        Err(error) => {
            let fields = json!({ "file": file, "errors": error.errors, "warnings": error.warnings });
            return Err(wrong_settings(&file, &read.text, &error).with(&fields));
        }
    };
    let warnings = settings.warnings;
    let mut lines: Vec<String> =
        warnings.iter().map(|warning| format!("warning: {}\n", finding(&file, &read.text, warning))).collect();
    lines.push(match warnings.len() {
        0 => format!("`{file}` is valid"),
        count => format!("`{file}` is valid, with {}", counted(count, "warning")),
    });
    Ok(Answer::new(lines).with(&json!({ "file": file, "errors": [], "warnings": warnings })))
}

fn schema() -> Answer {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    Answer::new(SCHEMA.lines().map(str::to_owned).collect()).with(&json!({ "schema": schema }))
}
