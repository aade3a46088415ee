//! `noorm identity`, one module for each verb.

pub(crate) mod trust;

use clap::{Args, Subcommand};

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with identities.
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    #[command(flatten)]
    Trust(trust::TrustCommand),
}

/// `noorm identity`.
#[derive(Debug, Args)]
pub(crate) struct IdentityArgs {
    #[command(subcommand)]
    command: IdentityCommand,
}

/// Runs one of the commands.
pub(crate) fn run(args: &IdentityArgs, context: &Context) -> Result<Answer, Failure> {
    match &args.command {
        IdentityCommand::Trust(command) => trust::run(command, context),
    }
}
