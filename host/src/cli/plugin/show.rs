//! `noorm plugin show`.

use clap::Args;
use noorm_ops::plugin::PluginKind;
use noorm_ops::plugin::show::{self, Import, LoaderOption, Shown};
use serde_json::Value;

use super::list::{notes, provides};
use crate::cli::Context;
use crate::output::{Answer, table};
use crate::report::Failure;

/// Arguments of `plugin show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) fn run(args: &ShowArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let shown = show::show(context.here(project.as_ref()), &args.name)?;
    Ok(Answer::new(lines(&shown)).with(&shown))
}

fn lines(shown: &Shown) -> Vec<String> {
    let info = &shown.plugin.info;
    let mut rows = vec![
        ["name".to_owned(), info.name.clone()],
        ["version".to_owned(), info.version.clone()],
        ["kind".to_owned(), info.kind.as_str().to_owned()],
        ["summary".to_owned(), info.summary.clone()],
        [if info.kind == PluginKind::Quirk { "over" } else { "serves" }.to_owned(), provides(info)],
        ["source".to_owned(), source(shown)],
        ["digest".to_owned(), format!("sha256:{}", info.digest)],
        ["signed by".to_owned(), info.signed_by.clone().unwrap_or_else(|| "nobody".to_owned())],
        ["size".to_owned(), bytes(info.size_bytes)],
        ["interface".to_owned(), info.interface.clone()],
        ["limits".to_owned(), limits(shown)],
    ];
    rows.extend(notes(&shown.plugin).into_iter().map(|note| ["note".to_owned(), note]));
    if shown.allows.is_empty() {
        rows.push(["imports".to_owned(), "none: it gets bytes and gives values, and nothing else".to_owned()]);
    }
    rows.retain(|[_, value]| !value.is_empty());
    let mut lines = table(&rows);
    if !shown.allows.is_empty() {
        lines.push(String::new());
        lines.extend(imports(&shown.allows));
    }
    if !shown.options.is_empty() {
        lines.push(String::new());
        lines.extend(options(&shown.options));
    }
    lines
}

/// The imports of a plugin, and what each allows.
pub(super) fn imports(imports: &[Import]) -> Vec<String> {
    let mut rows = vec![["IMPORT", "GRANTED", "ALLOWS"].map(str::to_owned)];
    rows.extend(imports.iter().map(|import| {
        let granted = match (import.is_granted, import.paths.is_empty()) {
            (false, _) => "no".to_owned(),
            (true, true) => "yes".to_owned(),
            (true, false) => import.paths.join(" "),
        };
        [import.import.clone(), granted, import.allows.clone()]
    }));
    table(&rows)
}

fn options(options: &[LoaderOption]) -> Vec<String> {
    let mut rows = vec![["OPTION", "TAKES", "DEFAULT", "MEANING"].map(str::to_owned)];
    rows.extend(options.iter().map(|option| {
        let default = match (&option.default, option.required) {
            (_, true) => "has to be said".to_owned(),
            (Some(default), false) => Value::to_string(default),
            (None, false) => String::new(),
        };
        [option.name.clone(), option.takes.clone(), default, option.description.clone()]
    }));
    table(&rows)
}

fn source(shown: &Shown) -> String {
    let info = &shown.plugin.info;
    match &info.origin {
        Some(origin) => format!("{}, from {origin}", info.source.as_str()),
        None => info.source.as_str().to_owned(),
    }
}

fn limits(shown: &Shown) -> String {
    let limits = shown.limits;
    format!(
        "{} ms a call, {} of memory, {} of output",
        limits.time_ms,
        bytes(limits.memory_bytes),
        bytes(limits.output_bytes)
    )
}

/// A number of bytes as people read it, rounded down.
fn bytes(count: u64) -> String {
    match count {
        0..1024 => format!("{count} bytes"),
        1024..0x10_0000 => format!("{} KiB", count >> 10),
        _ => match (count >> 20, ((count & 0xF_FFFF) * 10) >> 20) {
            (whole, 0) => format!("{whole} MiB"),
            (whole, tenths) => format!("{whole}.{tenths} MiB"),
        },
    }
}
