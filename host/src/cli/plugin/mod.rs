//! `noorm plugin`: one module a verb.

mod add;
mod list;
mod publish;
mod update;
mod vendor;
mod verify;

use clap::Subcommand;

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// List the plugins that this project can use
    List,
    /// Add a plugin to this project: from a file, a folder, a server or a registry
    Add(add::AddArgs),
    /// Take what is there today where plugins were added from, or show what that would change
    Update(update::UpdateArgs),
    /// Check the plugins of this project against the lock file, and their signatures
    Verify(verify::VerifyArgs),
    /// Copy the plugins that were fetched into this project
    Vendor,
    /// Put a plugin into a registry
    Publish(publish::PublishArgs),
}

/// Runs one of the commands.
pub(crate) fn run(command: &PluginCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        PluginCommand::List => list::run(context),
        PluginCommand::Add(args) => add::run(args, context),
        PluginCommand::Update(args) => update::run(args, context),
        PluginCommand::Verify(args) => verify::run(args, context),
        PluginCommand::Vendor => vendor::run(context),
        PluginCommand::Publish(args) => publish::run(args, context),
    }
}
