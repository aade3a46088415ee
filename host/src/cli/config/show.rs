//! `noorm config show`.

use clap::Args;
use noorm_core::config::fields::Values;
use noorm_ops::config::{self, Choice, FieldView};
use serde_json::{Value, json};

use super::one_name;
use crate::cli::Context;
use crate::cli::overrides::{OtherFolders, OtherServer};
use crate::output::{Answer, table};
use crate::report::Failure;

/// Arguments of `config show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The config, instead of the one that commands use
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Show all fields, and who said what: a flag, a variable, the stored config, a stage, or nobody
    #[arg(long)]
    origin: bool,
    #[command(flatten)]
    server: OtherServer,
    #[command(flatten)]
    folders: OtherFolders,
}

/// Shows a config as a command would use it.
pub(crate) fn show(args: &ShowArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    context.warn_of_settings(&project);
    let name = one_name(args.name.as_deref(), context)?.map(str::to_owned);
    let mut flags = Values::default();
    args.server.say(&mut flags);
    args.folders.say(&mut flags);
    let shown = config::show(&project, &context.home, &Choice { name, flags })?;
    let stage = shown.stage.as_ref().map(|stage| format!(", of the stage `{stage}`")).unwrap_or_default();
    let mut lines = vec![format!("config `{}`{stage}", shown.name)];
    lines.extend(match args.origin {
        true => {
            let mut rows = vec![["FIELD", "VALUE", "ORIGIN"].map(str::to_owned)];
            rows.extend(shown.fields.iter().map(|field| {
                let origin = if field.value.is_null() { "nobody" } else { &field.origin };
                [field.field.to_owned(), text(field), origin.to_owned()]
            }));
            table(&rows)
        }
        false => {
            let said = shown.fields.iter().filter(|field| !field.value.is_null());
            table(&said.map(|field| [field.field.to_owned(), text(field)]).collect::<Vec<_>>())
        }
    });
    Ok(Answer::new(lines).with(&json!({ "config": shown })))
}

fn text(field: &FieldView) -> String {
    match &field.value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
