//! `noorm vault sync`.

use clap::Args;
use noorm_ops::vault::sync::{self, SyncReport};

use super::super::run::counted;
use super::super::{Context, block_on};
use crate::output::Answer;
use crate::report::{Failure, exit};

/// Arguments of `vault sync`.
#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// Take the vault as it is, although an earlier version was seen later: the database was restored from a backup
    #[arg(long)]
    accept_rollback: bool,
}

pub(super) fn sync(args: &SyncArgs, context: &Context) -> Result<Answer, Failure> {
    let bench = context.workbench()?;
    let report = block_on(sync::sync(&bench, args.accept_rollback))??;
    let lines = lines(&report);
    let Some(first) = report.refused.first() else { return Ok(Answer::new(lines).with(&report)) };
    let keys: Vec<String> = report.refused.iter().map(|refused| format!("`{}`", refused.key)).collect();
    let (code, message) = match report.has_tampering() {
        true => ("vault-tampered", format!("THE VAULT WAS CHANGED BY HAND: {} is not taken", keys.join(", "))),
        false => ("vault-refused", format!("{} is not taken; your copy keeps what it had", keys.join(", "))),
    };
    let mut failure = Failure::user(code, message).after(lines).hint(&first.hint).with(&report);
    failure.exit_code = if report.has_changed() { exit::HALFWAY } else { exit::FAILED };
    failure.causes.extend(report.refused.iter().map(|refused| format!("`{}`: {}", refused.key, refused.reason)));
    Err(failure)
}

fn lines(report: &SyncReport) -> Vec<String> {
    let mut lines = Vec::new();
    for (word, keys) in [("added", &report.added), ("updated", &report.updated), ("removed", &report.removed)] {
        lines.extend(keys.iter().map(|key| format!("  {word:7} {key}")));
    }
    let count = report.added.len() + report.updated.len() + report.unchanged.len();
    let state = if report.has_changed() { "your copy is now" } else { "nothing to do: your copy is" };
    lines.push(format!("{state} that of version {}, with {}", report.version, counted(count, "value")));
    lines
}
