//! `noorm plugin test`.

use std::path::PathBuf;

use clap::Args;
use noorm_ops::output_file;
use noorm_ops::plugin::test::{self, Check, Example, Outcome, Report, TestRequest, junit};
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::{Blame, Failure};

/// Arguments of `plugin test`.
#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    #[command(flatten)]
    subject: SubjectArgs,
    /// Write the report as JUnit XML too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Decide what is tried by chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How long to try inputs by chance, in seconds
    #[arg(long, value_name = "S", default_value_t = 5)]
    time: u32,
}

/// Which plugin, and its samples.
#[derive(Debug, Args)]
pub(crate) struct SubjectArgs {
    /// A component's file, or the name of a plugin
    #[arg(value_name = "PLUGIN")]
    plugin: String,
    /// Data files to try, with `FILE.expected.json` beside those whose value is known [default: `samples` beside the component]
    #[arg(long, value_name = "DIR")]
    samples: Option<PathBuf>,
    /// Test a quirk over this dialect [default: each that it was made for]
    #[arg(long, value_name = "DIALECT")]
    over: Vec<String>,
}

impl SubjectArgs {
    fn request(&self, context: &Context) -> TestRequest {
        TestRequest {
            subject: self.plugin.clone(),
            working_dir: context.home.working_dir.clone(),
            samples: self.samples.clone(),
            over: self.over.clone(),
            seed: 0,
            fuzz_ms: 0,
        }
    }
}

pub(super) fn run(args: &TestArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let fuzz_ms = u64::from(args.time) * 1000;
    let request = TestRequest { seed: args.seed, fuzz_ms, ..args.subject.request(context) };
    let report = test::test(context.here(project.as_ref()), &request)?;
    if let Some(file) = &args.junit {
        let path = context.home.working_dir.join(file);
        output_file::write(&path, &junit(&report)).map_err(|error| {
            Failure::user("unwritable", format!("cannot write `{}`", file.display())).because(&error)
        })?;
    }
    let lines = lines(&report);
    if report.is_passed() {
        return Ok(Answer::new(lines).with(&json!({ "report": report })));
    }
    Err(failure(&report).after(lines).with(&json!({ "report": report })))
}

/// What the command starts itself with: the answers of another process.
pub(super) fn digests(args: &SubjectArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project_optional()?;
    let digests = test::digests(context.here(project.as_ref()), &args.request(context))?;
    let lines = digests.iter().map(|(question, digest)| format!("{digest}  {question}")).collect();
    Ok(Answer::new(lines).with(&json!({ "digests": digests })))
}

fn failure(report: &Report) -> Failure {
    let failed = report.checks.iter().filter(|check| matches!(check.outcome, Outcome::Failed(_)));
    let names: Vec<String> = failed.map(|check| format!("`{}`", check.name)).collect();
    let message =
        format!("the plugin `{}` does not hold what is asked of it: {}", report.plugin.name, names.join(", "));
    let hint = format!("the same inputs come again with `--seed {}`", report.seed);
    Failure { blame: Blame::Plugin, ..Failure::user("plugin-test", message) }.hint(hint)
}

/// Sets a report in lines.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let version = report.plugin.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let mut lines = vec![format!("{}{version}", report.plugin.name)];
    for check in &report.checks {
        lines.extend(check_lines(check));
    }
    for figure in &report.figures {
        lines.push(format!("  figure   {:18} {} {}", figure.name, figure.value, figure.unit));
    }
    let (passed, failed, skipped) = report.counts();
    lines.push(format!("{passed} passed, {failed} failed, {skipped} skipped"));
    lines
}

fn check_lines(check: &Check) -> Vec<String> {
    let name = check.over.as_ref().map_or(check.name.to_owned(), |over| format!("{} over {over}", check.name));
    let tried = if check.cases > 1 { format!("{} tried", check.cases) } else { String::new() };
    match &check.outcome {
        Outcome::Passed { note } => {
            let said = [tried, note.clone().unwrap_or_default()].into_iter().filter(|part| !part.is_empty());
            vec![format!("  passed   {name:18} {}", said.collect::<Vec<_>>().join("; ")).trim_end().to_owned()]
        }
        Outcome::Skipped { reason } => vec![format!("  skipped  {name:18} {reason}")],
        Outcome::Failed(fault) => {
            let mut lines = vec![format!("  FAILED   {name:18} {}", fault.what)];
            lines.push(format!("             law: {}", check.law));
            lines.extend(fault.example.as_ref().map(example));
            lines.extend(fault.trace.iter().map(|function| format!("             in {function}")));
            lines
        }
    }
}

fn example(example: &Example) -> String {
    let bytes = super::super::run::counted(example.bytes, "byte");
    format!("             example: `{}` ({bytes})", example.text)
}
