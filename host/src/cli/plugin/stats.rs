//! `noorm plugin stats`.

use clap::Args;
use noorm_ops::plugin::stats;
use serde_json::json;

use crate::cli::{Context, timings};
use crate::output::{Answer, table};
use crate::report::Failure;

/// How many of the slowest files are shown.
const FILES_MAX: usize = 10;

/// Arguments of `plugin stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// Split the scripts too, as this dialect does
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
}

pub(super) fn run(args: &StatsArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let measured = stats::stats(&project, args.dialect.as_deref())?;
    let usage = context.tools.ledger.usage();
    if usage.is_empty() {
        let line = "no plugin was used: there are no data files; `--dialect NAME` measures the scripts".to_owned();
        return Ok(Answer::new(vec![line]).with(&json!({ "files": measured })));
    }
    let mut lines = timings::lines(&usage);
    lines.push(String::new());
    let mut rows = vec![["FILE", "PLUGIN", "TIME", "BYTES"].map(str::to_owned)];
    for one in measured.iter().take(FILES_MAX) {
        let time = format!("{:.1} ms", one.ms);
        rows.push([one.filepath.clone(), one.plugin.clone(), time, one.bytes.to_string()]);
    }
    lines.extend(table(&rows));
    if measured.len() > FILES_MAX {
        lines.push(format!("and {} faster ones", measured.len() - FILES_MAX));
    }
    lines.extend(measured.iter().filter_map(|one| Some(format!("{}: {}", one.filepath, one.error.as_ref()?))));
    Ok(Answer::new(lines).with(&json!({ "files": measured })))
}
