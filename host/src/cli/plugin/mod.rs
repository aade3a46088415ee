//! `noorm plugin`: one module a verb.

mod add;
mod list;

use clap::Subcommand;

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// List the plugins that this project can use
    List,
    /// Add a plugin to this project from a file
    Add(add::AddArgs),
}

/// Runs one of the commands.
pub(crate) fn run(command: &PluginCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        PluginCommand::List => list::run(context),
        PluginCommand::Add(args) => add::run(args, context),
    }
}
