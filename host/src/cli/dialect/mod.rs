//! `noorm dialect`: one module a verb.

pub(super) mod diff;

use clap::Subcommand;

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be learned of dialects.
#[derive(Debug, Subcommand)]
pub(crate) enum DialectCommand {
    /// Show what a quirk, or another dialect, says otherwise than a dialect
    Diff(diff::DiffArgs),
}

/// Runs one of the commands.
pub(crate) fn run(command: &DialectCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        DialectCommand::Diff(args) => diff::run(args, context),
    }
}
