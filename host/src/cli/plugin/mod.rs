//! `noorm plugin`: one module a verb.

mod add;
mod build;
mod dev;
mod list;
mod lock;
mod new;
mod publish;
mod test;
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
    /// Write a project of a plugin that builds and passes its tests as it stands
    New(new::NewArgs),
    /// Build a plugin's project into a component
    Build(build::BuildArgs),
    /// Hold a plugin to the laws of its kind, and show the smallest input that breaks one
    Test(test::TestArgs),
    /// Build and test a plugin's project whenever a file of it changes, until Ctrl-C
    Dev(dev::DevArgs),
    /// The answers of another process, which `test` compares with its own
    #[command(hide = true)]
    TestDigests(test::SubjectArgs),
    /// Take what is there today where plugins were added from, or show what that would change
    Update(update::UpdateArgs),
    /// Check the plugins of this project against the lock file, and their signatures
    Verify(verify::VerifyArgs),
    /// Compose the dialects that the settings make of a base and quirks, and write down of what
    Lock,
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
        PluginCommand::New(args) => new::run(args, context),
        PluginCommand::Build(args) => build::run(args, context),
        PluginCommand::Test(args) => test::run(args, context),
        PluginCommand::Dev(args) => dev::run(args, context),
        PluginCommand::TestDigests(args) => test::digests(args, context),
        PluginCommand::Update(args) => update::run(args, context),
        PluginCommand::Verify(args) => verify::run(args, context),
        PluginCommand::Lock => lock::run(context),
        PluginCommand::Vendor => vendor::run(context),
        PluginCommand::Publish(args) => publish::run(args, context),
    }
}
