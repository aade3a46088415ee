//! `change resolve` and `change baseline`: saying what the state is, without running anything.

use clap::Args;
use noorm_core::path::ProjectPath;
use noorm_core::policy::Action;
use noorm_ops::change::baseline;
use noorm_ops::change::resolve::{self, ResolveRequest};
use noorm_ops::run::Target;
use noorm_ops::workbench::Workbench;
use serde_json::json;

use crate::cli::resolve::{Say, answer};
use crate::cli::run::counted;
use crate::cli::wait::Wait;
use crate::cli::{Context, block_on, confirm, signals::Signals};
use crate::output::{Answer, progress};
use crate::report::Failure;

/// Arguments of `change resolve`.
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    /// The changeset's folder name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    say: Say,
    /// The file whose statements `--after` and `--at` count, if it is not the one that stopped in the
    /// middle; relative to the working directory or to the project
    #[arg(long, value_name = "PATH")]
    file: Option<String>,
    #[command(flatten)]
    wait: Wait,
}

/// Arguments of `change baseline`.
#[derive(Debug, Args)]
pub(crate) struct BaselineArgs {
    /// The last changeset that the database has already
    #[arg(value_name = "NAME")]
    name: String,
    /// Show which changesets it would be, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    wait: Wait,
}

pub(super) fn resolve(args: &ResolveArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench_with(&args.wait)?;
    let file = match &args.file {
        Some(name) => Some(script(&bench, name)?),
        None => None,
    };
    let request = ResolveRequest { name: args.name.clone(), verdict: args.say.verdict(), file };
    confirm::confirm(context, Action::Resolve, &bench.active.config)?;
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let resolved = signals.end(block_on(resolve::resolve(&bench, &request, &signals.cancel, &listener))?)?;
    Ok(answer(&resolved))
}

fn script(bench: &Workbench, name: &str) -> Result<ProjectPath, Failure> {
    let Target::File(path) = Target::file(bench, name)? else { unreachable!("a file is asked for") };
    Ok(path)
}

pub(super) fn baseline(args: &BaselineArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench_with(&args.wait)?;
    let names = if args.dry_run {
        block_on(baseline::plan(&bench, &args.name))??
    } else {
        confirm::confirm(context, Action::Resolve, &bench.active.config)?;
        let signals = Signals::listen()?;
        let listener = progress(context.json);
        signals.end(block_on(baseline::baseline(&bench, &args.name, &signals.cancel, &listener))?)?
    };
    let would = if args.dry_run { "would take" } else { "took" };
    let mut lines: Vec<String> = names.iter().map(|name| format!("  {name}")).collect();
    lines.push(match names.len() {
        0 => "nothing to do: all of them are applied".to_owned(),
        count => format!("{would} {} for applied; nothing was run", counted(count, "changeset")),
    });
    Ok(Answer::new(lines).with(&json!({ "dryRun": args.dry_run, "changes": names })))
}
