//! `noorm plugin dev`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use noorm_ops::plugin::dev::{self, Cycle, DevRequest};
use noorm_ops::plugin::test::Outcome;
use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::signals::Signals;
use crate::output::{Answer, redact, tame};
use crate::report::Failure;

/// Arguments of `plugin dev`.
#[derive(Debug, Args)]
pub(crate) struct DevArgs {
    /// The plugin's project
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Decide what is tried by chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How long to try inputs by chance each time, in seconds
    #[arg(long, value_name = "S", default_value_t = 1)]
    time: u32,
}

pub(super) fn run(args: &DevArgs, context: &Context) -> Result<Answer, Failure> {
    let folder = context.home.working_dir.join(&args.folder);
    let folder = folder.canonicalize().map_err(|error| {
        Failure::user("no-such-folder", format!("`{}` is not a directory", args.folder.display())).because(&error)
    })?;
    let signals = Signals::listen()?;
    let request =
        DevRequest { folder, seed: args.seed, fuzz_ms: u64::from(args.time) * 1000, tools: context.tools.clone() };
    let mut cycles = Vec::new();
    dev::dev(&request, &signals.cancel, |cycle| {
        if context.json {
            cycles.push(fields(cycle));
        } else {
            say(&lines(cycle));
        }
    })?;
    Ok(Answer::new(vec!["stopped".to_owned()]).with(&json!({ "cycles": cycles })))
}

/// Shows what came of a cycle while the next one is waited for. Where nobody reads it, it is lost.
fn say(lines: &[String]) {
    let mut out = std::io::stdout().lock();
    for line in lines {
        let _ = writeln!(out, "{}", tame(&redact(line)));
    }
    let _ = out.flush();
}

fn lines(cycle: &Cycle) -> Vec<String> {
    let seconds = cycle.duration.as_secs_f64();
    let what = match cycle.changed.as_slice() {
        [] => String::new(),
        [one] => format!(" ({one})"),
        [first, others @ ..] => format!(" ({first} and {} more)", others.len()),
    };
    let head = |text: &str| format!("{}{what}: {text}, {seconds:.1} s", cycle.number);
    match &cycle.outcome {
        Ok((built, report)) => {
            let (passed, failed, skipped) = report.counts();
            let name = &built.name;
            let mut lines = vec![head(&format!("{name} built; {passed} passed, {failed} failed, {skipped} skipped"))];
            if failed > 0 {
                let shown = super::test::lines(report);
                let is_of_failure = |line: &&String| line.starts_with("  FAILED") || line.starts_with("       ");
                lines.extend(shown.iter().filter(is_of_failure).cloned());
            }
            lines
        }
        Err(error) => {
            let failure = failure(error);
            let mut lines = vec![head(&failure.message)];
            lines.extend(failure.causes.iter().flat_map(|cause| cause.lines()).map(|line| format!("  {line}")));
            lines.extend(failure.excerpt.iter().flat_map(|text| text.lines()).map(|line| format!("  {line}")));
            lines.extend(failure.hint.iter().map(|hint| format!("  hint: {hint}")));
            lines
        }
    }
}

fn failure(error: &dev::CycleError) -> Failure {
    match error {
        dev::CycleError::Build(error) => Failure::from(error),
        dev::CycleError::Test(error) => Failure::from(error),
    }
}

fn fields(cycle: &Cycle) -> Value {
    match &cycle.outcome {
        Ok((built, report)) => {
            let failed = report.checks.iter().filter(|check| matches!(check.outcome, Outcome::Failed(_)));
            let failed: Vec<_> = failed.map(|check| check.name).collect();
            json!({ "changed": cycle.changed, "built": built, "failed": failed })
        }
        Err(error) => json!({ "changed": cycle.changed, "error": failure(error).to_json() }),
    }
}
