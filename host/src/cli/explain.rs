//! `noorm explain`.

use clap::Args;
use noorm_core::plugin::PluginRef;
use noorm_ops::explain::{self, Compared, ExplainedFile, ExplainedInput, Explanation};

use super::run::counted;
use super::{Context, block_on};
use crate::output::Answer;
use crate::report::Failure;

/// Digits of a checksum that tell it from others.
const DIGITS: usize = 12;

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A changeset, a file of a build or a changeset, or a data file that one of them read
    #[arg(value_name = "CHANGESET|FILE")]
    name: String,
}

/// Tells what ran, and what there is now.
pub(crate) fn run(args: &ExplainArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let explanation = block_on(explain::explain(&bench, &args.name))??;
    Ok(Answer::new(lines(&explanation)).with(&explanation))
}

fn lines(explanation: &Explanation) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(operation) = &explanation.operation {
        let how = format!("{}, {}, {}", operation.direction, operation.status, operation.origin);
        lines.push(format!("{} ({how}) at {} by {}", operation.name, operation.executed_at, operation.executed_by));
    }
    if explanation.is_input {
        lines.push(format!("{} was read by {}", explanation.name, counted(explanation.files.len(), "file")));
    }
    lines.extend(explanation.files.iter().flat_map(file));
    lines
}

fn file(file: &ExplainedFile) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", file.filepath, file.status)];
    lines.push(match (&file.unreadable, &file.checksum.ran) {
        // Whether it is another one cannot be told, and the last line says why not.
        (Some(_), Some(ran)) => format!("  {:9} {}  unknown now", "content", short(ran)),
        _ => line(2, "content", &file.checksum, |checksum| short(checksum)),
    });
    if file.dialect.ran.is_some() {
        lines.push(line(2, "dialect", &file.dialect, plugin));
    }
    lines.extend(file.layers.iter().rev().map(|layer| line(4, "layer", layer, plugin)));
    for name in &file.with {
        lines.push(format!("  {:9} {name} was given with --with, and was not locked", "plugin"));
    }
    lines.extend(file.inputs.iter().flat_map(input));
    lines.extend(file.unreadable.iter().map(|why| format!("  {:9} {why}", "now")));
    lines
}

fn input(input: &ExplainedInput) -> Vec<String> {
    let mut lines = vec![line(2, "input", &input.checksum, |checksum| format!("{} {}", input.path, short(checksum)))];
    if let Some(path) = &input.read_for {
        lines.push(format!("    {:9} for {path}", "read"));
    }
    if input.plugin.ran.is_some() || input.plugin.now.is_some() {
        lines.push(line(4, "loader", &input.plugin, plugin));
    }
    let some = |options: &Option<serde_json::Map<String, serde_json::Value>>| {
        options.as_ref().is_some_and(|options| !options.is_empty())
    };
    if some(&input.options.ran) || some(&input.options.now) {
        let shown = |options: &serde_json::Map<String, serde_json::Value>| {
            let one = |(name, value): (&String, &serde_json::Value)| format!("{name}={value}");
            let all: Vec<_> = options.iter().map(one).collect();
            if all.is_empty() { "none".to_owned() } else { all.join(" ") }
        };
        lines.push(line(4, "options", &input.options, shown));
    }
    lines
}

/// What it was, and what it is now.
fn line<T>(indent: usize, what: &str, compared: &Compared<T>, shown: impl Fn(&T) -> String) -> String {
    let told = match (&compared.ran, &compared.now) {
        (Some(ran), _) if compared.same => format!("{}  same", shown(ran)),
        (Some(ran), Some(now)) => format!("{}  changed: is {}", shown(ran), shown(now)),
        (Some(ran), None) => format!("{}  gone", shown(ran)),
        (None, Some(now)) => format!("{}  new since", shown(now)),
        (None, None) => "unknown".to_owned(),
    };
    format!("{:indent$}{what:9} {told}", "")
}

fn plugin(plugin: &PluginRef) -> String {
    format!("{plugin} {}", short(&plugin.digest))
}

fn short(digest: &str) -> String {
    digest.chars().take(DIGITS).collect()
}
