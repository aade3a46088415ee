//! `noorm run`.

use clap::{Args, Subcommand};
use noorm_core::policy::Action;
use noorm_ops::run::{self, PlannedFile, RunReport, RunRequest, Target};
use noorm_ops::workbench::Workbench;
use serde_json::json;

use super::sql_output::{SqlOutput, show};
use super::wait::Wait;
use super::{Context, block_on, confirm, resolve::Say, signals::Signals};
use crate::output::{Answer, progress};
use crate::report::{Failure, stopped};
use noorm_core::history::FileStatus;

/// What can be run.
#[derive(Debug, Subcommand)]
pub(crate) enum RunCommand {
    /// Run the files of the schema folder that are new or changed
    Build(BuildArgs),
    /// Run one file, if it is new or changed
    File(FileArgs),
    /// Run the files of a folder that are new or changed
    Dir(DirArgs),
    /// Say how far a file of a build came that stopped in the middle, where noorm cannot know
    ///
    /// Runs nothing, and is recorded in the history with your name as `resolve`. The statements of the file are
    /// counted from 1; `noorm split FILE` shows them. A file of a changeset is a matter of `noorm change resolve`.
    Resolve(ResolveArgs),
}

/// Arguments of `run build`.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    options: RunOptions,
}

/// Arguments of `run file`.
#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// The file, relative to the working directory or to the project
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    options: RunOptions,
}

/// Arguments of `run dir`.
#[derive(Debug, Args)]
pub(crate) struct DirArgs {
    /// The folder, relative to the working directory or to the project
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    options: RunOptions,
}

/// Arguments of `run resolve`.
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// The file, relative to the working directory or to the project
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    say: Say,
    #[command(flatten)]
    wait: Wait,
}

/// What every way to run has.
#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    /// Also run files that did not change since their last run
    #[arg(long)]
    force: bool,
    /// Show what would run, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    sql: SqlOutput,
    #[command(flatten)]
    wait: Wait,
}

/// Runs one of the commands.
pub(crate) fn run(command: &RunCommand, context: &Context) -> Result<Answer, Failure> {
    let mut bench = context.workbench()?;
    let (target, options, action) = match command {
        RunCommand::Resolve(args) => return resolve(args, context),
        RunCommand::Build(args) => (Target::Build, &args.options, Action::RunBuild),
        RunCommand::File(args) => (Target::file(&bench, &args.path)?, &args.options, Action::RunFile),
        RunCommand::Dir(args) => (Target::dir(&bench, &args.path)?, &args.options, Action::RunDir),
    };
    bench.patience = options.wait.patience();
    let request = RunRequest { target, force: options.force };
    if options.sql.is_wanted() {
        return preview(&bench, &request, options, context);
    }
    if options.dry_run {
        return dry_run(&bench, &request, context);
    }
    confirm::confirm(context, action, &bench.active.config)?;
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let report = signals.end(block_on(run::run(&bench, &request, &signals.cancel, &listener))?)?;
    answer(report, &signals)
}

fn resolve(args: &ResolveArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench_with(&args.wait)?;
    let Target::File(path) = Target::file(&bench, &args.path)? else { unreachable!("a file is asked for") };
    confirm::confirm(context, Action::Resolve, &bench.active.config)?;
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let say = args.say.verdict();
    let resolved = signals.end(block_on(run::resolve::resolve(&bench, &path, say, &signals.cancel, &listener))?)?;
    Ok(super::resolve::answer(&resolved))
}

fn preview(
    bench: &Workbench,
    request: &RunRequest,
    options: &RunOptions,
    context: &Context,
) -> Result<Answer, Failure> {
    let listener = progress(context.json);
    let planned = match options.dry_run {
        true => Some(block_on(run::plan(bench, request, &|_| {}))??),
        false => None,
    };
    let sql = run::preview(bench, request, planned.as_deref(), &listener)?;
    show(&bench.redactor.redact(&sql), &options.sql, context)
}

fn dry_run(bench: &Workbench, request: &RunRequest, context: &Context) -> Result<Answer, Failure> {
    let listener = progress(context.json);
    let planned = block_on(run::plan(bench, request, &listener))??;
    let files: Vec<PlannedFile> = planned.iter().map(PlannedFile::from).collect();
    let mut lines: Vec<String> = files
        .iter()
        .filter(|file| file.would_run)
        .map(|file| format!("  would run {} ({})", file.filepath, file.reason))
        .collect();
    let unchanged = files.len() - lines.len();
    lines.push(format!("{} would run, {}", counted(lines.len(), "file"), unchanged_words(unchanged)));
    Ok(Answer::new(lines).with(&json!({ "dryRun": true, "files": files })))
}

fn answer(mut report: RunReport, signals: &Signals) -> Result<Answer, Failure> {
    if let Some(error) = report.failure.take() {
        return Err(stopped(error, report.has_applied, signals.received()).with(&report));
    }
    let ran = report.files.iter().filter(|file| file.status == FileStatus::Success).count();
    let unchanged = report.files.len() - ran;
    let line = match (ran, unchanged) {
        (0, 0) => "nothing to do: there are no `.sql` or `.sql.j2` files".to_owned(),
        (0, _) => format!("nothing to do: {}", unchanged_words(unchanged)),
        _ => format!("{} ran, {}", counted(ran, "file"), unchanged_words(unchanged)),
    };
    Ok(Answer::new(vec![line]).with(&report))
}

fn unchanged_words(count: usize) -> String {
    match count {
        0 => "none unchanged".to_owned(),
        _ => format!("{} unchanged", counted(count, "file")),
    }
}

/// Counts things in words: `1 file`, `2 files`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
