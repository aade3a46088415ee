//! `noorm change`.

mod by_hand;

use clap::{Args, Subcommand};
use noorm_core::config::fields::Field;
use noorm_core::history::Operation;
use noorm_core::plan::changes::Change;
use noorm_core::policy::Action;
use noorm_core::settings::Order;
use noorm_ops::change::apply::{self, ApplyRequest};
use noorm_ops::change::revert::{self, RevertRequest};
use noorm_ops::change::{ChangeReport, PlannedChange, add, history, list};
use noorm_ops::{clock, start::StartError};
use serde_json::{Value, json};

use super::run::counted;
use super::sql_output::{SqlOutput, show};
use super::wait::Wait;
use super::{Context, block_on, confirm, signals::Signals};
use crate::output::{Answer, progress, table};
use crate::report::{Failure, stopped};

/// What can be done with changesets.
#[derive(Debug, Subcommand)]
pub(crate) enum ChangeCommand {
    /// Make the folders of a new changeset
    Add(AddArgs),
    /// List all changesets with their status, and what is special about them
    ///
    /// Status: pending (never applied), success (applied), failed (stopped half-way), reverted (taken back).
    /// Notes: changed (its files are not what was applied), renamed, orphaned (its folder is gone), late (a later
    /// name is applied), begun (a run of it is under way, or was killed). Line ends and a byte order mark make no
    /// difference.
    List,
    /// Apply one changeset
    Run(RunArgs),
    /// Apply the next changesets that are not applied
    Next(NextArgs),
    /// Apply all changesets that are not applied, in the order of their names
    ///
    /// One that comes late, such as with a merge, so that its name sorts before one that is applied, is applied
    /// with a warning; where `order: linear` is in .noorm/settings.yml, and for a protected config, it stops the
    /// run unless `--allow-older` is given. One that is applied never runs again by itself: an edit of it is told,
    /// and so is a new name for it. One that stopped half-way goes on behind what it has done.
    Ff(FfArgs),
    /// Take one changeset back
    Revert(RevertArgs),
    /// Take the changesets back that were applied last
    Rewind(RewindArgs),
    /// Say what the state of a changeset is, where noorm cannot know
    ///
    /// Runs nothing, and is recorded in the history with your name as `resolve`. The statements of a file are
    /// counted from 1; `noorm split FILE` shows them.
    Resolve(by_hand::ResolveArgs),
    /// Adopt a database that has every changeset up to one already
    ///
    /// Runs nothing: the changesets up to NAME that are not applied are recorded as applied, as `baseline`.
    /// `change ff` then applies the ones behind it.
    Baseline(by_hand::BaselineArgs),
    /// Show what was run on this database, newest first
    History(HistoryArgs),
}

/// Arguments of `change add`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// What it is about; becomes `YYYY-MM-DD_what-it-is-about`
    #[arg(value_name = "NAME", default_value = add::DEFAULT_DESCRIPTION)]
    name: String,
}

/// Arguments of `change run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The changeset's folder name
    #[arg(value_name = "NAME")]
    name: String,
    /// Run all its files, also if it is applied
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    older: Older,
    #[command(flatten)]
    look: Look,
}

/// Arguments of `change next`.
#[derive(Debug, Args)]
pub(crate) struct NextArgs {
    /// How many
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    #[command(flatten)]
    older: Older,
    #[command(flatten)]
    look: Look,
}

/// Arguments of `change ff`.
#[derive(Debug, Args)]
pub(crate) struct FfArgs {
    #[command(flatten)]
    older: Older,
    #[command(flatten)]
    look: Look,
}

/// Arguments of `change revert`.
#[derive(Debug, Args)]
pub(crate) struct RevertArgs {
    /// The changeset's folder name
    #[arg(value_name = "NAME")]
    name: String,
    /// Run all its revert files, also those that an unfinished revert has run
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    look: Look,
}

/// Arguments of `change rewind`.
#[derive(Debug, Args)]
pub(crate) struct RewindArgs {
    /// How many
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    #[command(flatten)]
    look: Look,
}

/// Arguments of `change history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// How many operations to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// Applying what comes late.
#[derive(Debug, Args)]
pub(crate) struct Older {
    /// Also apply a changeset whose name sorts before an applied one, where the order is linear
    /// (`order: linear` in .noorm/settings.yml, or a protected config)
    #[arg(long)]
    allow_older: bool,
}

/// Looking instead of running, and waiting for the lock.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// Show which changesets it would be, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    sql: SqlOutput,
    #[command(flatten)]
    wait: Wait,
}

/// Runs one of the commands.
pub(crate) fn run(command: &ChangeCommand, context: &Context) -> Result<Answer, Failure> {
    use ChangeCommand as C;
    let named = |name: &String| apply::Pick::Named(name.clone());
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let picked = |pick, force, older: &Older| ApplyRequest { pick, force, allow_older: older.allow_older };
    match command {
        C::Add(args) => add_one(args, context),
        C::List => show_list(context),
        C::Resolve(args) => by_hand::resolve(args, context),
        C::Baseline(args) => by_hand::baseline(args, context),
        C::History(args) => show_history(args, context),
        C::Run(args) => apply(picked(named(&args.name), args.force, &args.older), &args.look, context),
        C::Next(args) => apply(picked(apply::Pick::Next(count(args.count)), false, &args.older), &args.look, context),
        C::Ff(args) => apply(picked(apply::Pick::All, false, &args.older), &args.look, context),
        C::Revert(args) => {
            let pick = revert::Pick::Named(args.name.clone());
            revert(RevertRequest { pick, force: args.force }, &args.look, context)
        }
        C::Rewind(args) => {
            revert(RevertRequest { pick: revert::Pick::Last(count(args.count)), force: false }, &args.look, context)
        }
    }
}

fn add_one(args: &AddArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let changesets = context.changesets(&project)?;
    let added = add::add(&project, &changesets, &args.name, clock::today(&context.home)?)?;
    let lines = vec![
        format!("made {}/change and {}/revert", added.folder, added.folder),
        "put the SQL that applies it into `change/`, and the SQL that takes it back into `revert/`".to_owned(),
    ];
    Ok(Answer::new(lines).with(&json!({ "name": added.name.as_str(), "folder": added.folder })))
}

fn apply(request: ApplyRequest, look: &Look, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench_with(&look.wait)?;
    if look.sql.is_wanted() {
        let sql = block_on(apply::preview(&bench, &request))??;
        return show(&bench.redactor.redact(&sql), &look.sql, context);
    }
    if look.dry_run {
        let listener = progress(context.json);
        return Ok(dry_run(&block_on(apply::plan(&bench, &request, &listener))??, "apply"));
    }
    confirm::confirm(context, Action::ChangeRun, &bench.active.config)?;
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let report = signals.end(block_on(apply::apply(&bench, &request, &signals.cancel, &listener))?)?;
    let nothing = match &request.pick {
        apply::Pick::Named(name) => format!("nothing to do: `{name}` is applied"),
        _ => "nothing to do: every changeset is applied".to_owned(),
    };
    answer(report, &signals, "applied", nothing)
}

fn revert(request: RevertRequest, look: &Look, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench_with(&look.wait)?;
    if look.sql.is_wanted() {
        let sql = block_on(revert::preview(&bench, &request))??;
        return show(&bench.redactor.redact(&sql), &look.sql, context);
    }
    if look.dry_run {
        return Ok(dry_run(&block_on(revert::plan(&bench, &request))??, "revert"));
    }
    confirm::confirm(context, Action::ChangeRevert, &bench.active.config)?;
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let report = signals.end(block_on(revert::revert(&bench, &request, &signals.cancel, &listener))?)?;
    answer(report, &signals, "reverted", "nothing to do: no changeset is applied".to_owned())
}

fn dry_run(planned: &[PlannedChange], verb: &str) -> Answer {
    let mut lines = Vec::new();
    for change in planned {
        lines.push(format!("would {verb} {} ({})", change.name, change.status));
        lines.extend(change.files.iter().map(|file| format!("  {file}")));
    }
    lines.push(format!("would {verb} {}", counted(planned.len(), "changeset")));
    Answer::new(lines).with(&json!({ "dryRun": true, "changes": planned }))
}

fn answer(mut report: ChangeReport, signals: &Signals, verb: &str, nothing: String) -> Result<Answer, Failure> {
    if let Some(error) = report.failure.take() {
        return Err(stopped(error, report.has_applied, signals.received()).with(&report));
    }
    let line = match report.changes.len() {
        0 => nothing,
        count => format!("{verb} {}", counted(count, "changeset")),
    };
    Ok(Answer::new(vec![line]).with(&report))
}

fn show_list(context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let listed = block_on(list::list(&bench))??;
    if let Some(warning) = &listed.warning {
        progress(context.json)(noorm_core::event::Event::Warning(warning.to_string()));
    }
    let is_linear = bench.linear().is_some();
    let order = if is_linear { Order::Linear } else { Order::AllowOlder };
    if listed.changes.is_empty() {
        let line = "there are no changesets; `noorm change add NAME` makes one".to_owned();
        return Ok(Answer::new(vec![line]).with(&json!({ "changes": [], "order": order })));
    }
    let mut rows = vec![["STATUS", "CHANGESET", "WHEN", "BY", "NOTE"].map(str::to_owned)];
    rows.extend(listed.changes.iter().map(|change| row(change, is_linear)));
    Ok(Answer::new(table(&rows)).with(&json!({ "changes": listed.changes, "order": order })))
}

fn row(change: &Change, is_linear: bool) -> [String; 5] {
    let when = change.reverted_at.as_ref().or(change.applied_at.as_ref());
    let mut notes = Vec::new();
    if change.orphaned {
        notes.push("orphaned: its folder is gone");
    }
    if change.changed {
        notes.push("changed: its files are not what was applied");
    }
    if change.late {
        notes.push(match is_linear {
            true => "late: a later name is applied, and the order is linear",
            false => "late: a later name is applied",
        });
    }
    let renamed = change.renamed_from.as_ref().map(|former| format!("renamed: its files are those of {former}"));
    notes.extend(renamed.as_deref());
    match (change.begun, change.revert_failed) {
        (true, false) => notes.push("begun: a run of it is under way, or was killed"),
        (true, true) => notes.push("its revert is under way, or was killed"),
        (false, true) => notes.push("its revert stopped half-way"),
        (false, false) => {}
    }
    if let Some(message) = &change.error_message {
        notes.push(message.lines().next().unwrap_or_default());
    }
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    [change.status.to_string(), change.name.clone(), text(when), text(change.applied_by.as_ref()), notes.join("; ")]
}

fn show_history(args: &HistoryArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let operations = block_on(history::history(&bench, args.limit))??;
    if operations.is_empty() {
        let line = "nothing was run on this database yet".to_owned();
        return Ok(Answer::new(vec![line]).with(&json!({ "history": [] })));
    }
    let heading = ["WHEN", "WHAT", "DIRECTION", "STATUS", "HOW", "BY", "CONFIG", "NOTE"];
    let mut rows = vec![heading.map(str::to_owned)];
    rows.extend(operations.iter().map(|operation| {
        [
            operation.executed_at.clone(),
            operation.name.clone(),
            operation.direction.to_string(),
            operation.status.to_string(),
            operation.origin.to_string(),
            operation.executed_by.clone(),
            operation.config_name.clone(),
            note(operation),
        ]
    }));
    Ok(Answer::new(table(&rows)).with(&json!({ "history": operations })))
}

/// What is special about an operation of the history.
fn note(operation: &Operation) -> String {
    let given = (!operation.with.is_empty()).then(|| format!("--with {}", operation.with.join(", ")));
    let message = operation.error_message.lines().next().map(str::to_owned);
    given.into_iter().chain(message).collect::<Vec<_>>().join("; ")
}

// The folder of the changesets is known without a database.
impl Context {
    fn changesets(&self, project: &noorm_ops::project::Project) -> Result<noorm_core::path::ProjectPath, Failure> {
        let choice = self.choice();
        let active = noorm_ops::config::resolve_with(project, &self.home, &choice);
        // A project without a config has changesets too; the command line or its settings say where.
        let folder = match active {
            Ok(active) => active.config.paths.changesets,
            Err(_) => choice.flags.get(Field::Changesets).and_then(Value::as_str).map(str::to_owned),
        };
        let folder = folder.unwrap_or_else(|| project.settings.paths.changesets.clone());
        noorm_core::path::ProjectPath::parse(&folder).map_err(|source| StartError::Path { name: folder, source }.into())
    }
}
