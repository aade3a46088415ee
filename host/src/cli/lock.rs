//! `noorm lock`.

use clap::{Args, Subcommand};
use noorm_core::policy::Action;
use noorm_ops::lock::{Held, by_hand};
use serde_json::json;

use super::wait::Wait;
use super::{Context, block_on, confirm, signals::Signals};
use crate::output::{Answer, progress};
use crate::report::Failure;

/// What can be done with the lock.
#[derive(Debug, Subcommand)]
pub(crate) enum LockCommand {
    /// Show who holds the lock of this database, since when and why
    Status,
    /// Take the lock by hand; nothing can change the database until it is released or expires
    Acquire(AcquireArgs),
    /// Free the lock by force, whoever holds it; a run that is under way is ended, and its open
    /// transaction rolled back
    Release,
}

/// Arguments of `lock acquire`.
#[derive(Debug, Args)]
pub(crate) struct AcquireArgs {
    /// What it is for, shown to whoever is kept out
    #[arg(long, value_name = "TEXT", default_value = "by hand")]
    reason: String,
    /// How long it lasts, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    timeout: u32,
    #[command(flatten)]
    wait: Wait,
}

/// Runs one of the commands.
pub(crate) fn run(command: &LockCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        LockCommand::Status => status(context),
        LockCommand::Acquire(args) => acquire(args, context),
        LockCommand::Release => release(context),
    }
}

fn status(context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let held = block_on(by_hand::status(&bench))??;
    let locked = held.as_ref().is_some_and(|held| !held.expired && !held.gone);
    let line = match &held {
        None => "the database is not locked".to_owned(),
        Some(held) if held.expired => format!(
            "not locked: the lock of {} since {} expired at {}; the next run takes it over",
            held.locked_by, held.locked_at, held.expires_at
        ),
        Some(held) if held.gone => format!(
            "not locked: the process of {}, which took the lock at {}, has ended; the next run takes it over",
            held.locked_by, held.locked_at
        ),
        Some(held) => describe(held),
    };
    Ok(Answer::new(vec![line]).with(&json!({ "locked": locked, "lock": held })))
}

fn acquire(args: &AcquireArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench_with(&args.wait)?;
    confirm::confirm(context, Action::LockForce, &bench.active.config)?;
    let signals = Signals::listen()?;
    let listener = progress(context.json);
    let timeout_ms = i64::from(args.timeout) * 1000;
    let held = block_on(by_hand::acquire(&bench, &args.reason, timeout_ms, &signals.cancel, &listener))?;
    let held = signals.end(held)?;
    Ok(Answer::new(vec![describe(&held)]).with(&json!({ "locked": true, "lock": held })))
}

fn release(context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    confirm::confirm(context, Action::LockForce, &bench.active.config)?;
    let released = block_on(by_hand::release(&bench))??;
    let line = if released { "the lock is released" } else { "the database was not locked" };
    Ok(Answer::new(vec![line.to_owned()]).with(&json!({ "released": released, "locked": false })))
}

fn describe(held: &Held) -> String {
    let reason = if held.reason.is_empty() { String::new() } else { format!(" for `{}`", held.reason) };
    format!(
        "locked by {} since {}{reason}, under the config `{}`, until {} unless it is renewed",
        held.locked_by, held.locked_at, held.config_name, held.expires_at
    )
}
