//! `noorm dialect diff`.

use clap::Args;
use noorm_ops::dialect::diff::{self, Change, DiffReport, DiffRequest, Difference};
use noorm_ops::plugin::PluginError;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `dialect diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// A dialect, its plugin, or a file
    #[arg(value_name = "BASE")]
    base: String,
    /// A quirk to be laid over it, or another dialect: a name, or a file that need not be added
    #[arg(value_name = "OTHER")]
    other: String,
    /// Exit with 1 where anything differs
    #[arg(long)]
    exit_code: bool,
}

pub(super) fn run(args: &DiffArgs, context: &Context) -> Result<Answer, Failure> {
    let request =
        DiffRequest { base: args.base.clone(), other: args.other.clone(), folder: context.home.working_dir.clone() };
    let project = context.project_optional()?;
    let report = diff::diff(context.here(project.as_ref()), &request).map_err(|error| match error {
        PluginError::UnknownDialect { .. } | PluginError::UnknownPlugin { .. } => {
            Failure { hint: error.hint(), ..Failure::wrong_usage("unknown-dialect", error.to_string()) }
        }
        error => error.into(),
    })?;
    let differences = &report.comparison.differences;
    let fields = json!({
        "base": report.base,
        "other": report.other,
        "layers": report.layers,
        "asked": report.comparison.asked,
        "differences": differences,
    });
    let lines = lines(&report);
    if args.exit_code && !differences.is_empty() {
        let message = format!("{} and {} differ", report.base, report.other);
        return Err(Failure::user("dialect-differs", message).after(lines).with(&fields));
    }
    Ok(Answer::new(lines).with(&fields))
}

fn lines(report: &DiffReport) -> Vec<String> {
    let over: String = report.layers.iter().rev().skip(1).map(|layer| format!(" over {layer}")).collect();
    let mut lines = vec![format!("--- {}", report.base), format!("+++ {}{over}", report.other)];
    lines.extend(report.comparison.differences.iter().flat_map(shown));
    let (asked, count) = (report.comparison.asked, report.comparison.differences.len());
    lines.push(match count {
        0 => format!("no difference in {asked} answers"),
        1 => format!("1 difference in {asked} answers"),
        _ => format!("{count} differences in {asked} answers"),
    });
    lines
}

/// Shows one difference as a hunk.
pub(crate) fn shown(one: &Difference) -> Vec<String> {
    let server = one.server.map(|server| format!(" ({server})")).unwrap_or_default();
    let question = if one.question.is_empty() { String::new() } else { format!(" {}", one.question) };
    let mut lines = vec![format!("@@ {}{question}{server} @@", one.function)];
    lines.extend(one.lines.iter().map(|line| {
        let sign = match line.change {
            Change::Same | Change::Left => ' ',
            Change::Gone => '-',
            Change::New => '+',
        };
        format!("{sign}{}", line.text)
    }));
    lines
}
