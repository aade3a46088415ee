//! `noorm plugin`: one module a verb.

mod add;
mod build;
mod bundle;
mod dev;
mod grant;
mod list;
mod lock;
mod new;
mod publish;
mod remove;
mod replay;
mod show;
mod stats;
mod test;
mod update;
mod vendor;
mod verify;
mod why;

use clap::Subcommand;

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with plugins.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// List the plugins that this project can use, and what serves what
    List,
    /// Show everything that is known of a plugin: its options, what it may do, its limits
    Show(show::ShowArgs),
    /// Tell which plugin serves a data file, how that was decided, and with which options
    ///
    /// The first of these that names a plugin decides: `plugins.files` in .noorm/settings.yml, of which later ones win;
    /// `plugins.extensions`; the project's plugins; the bundled ones. Options of `plugins.files` are laid over those of
    /// `plugins.extensions`, key by key.
    Why(why::WhyArgs),
    /// Add a plugin to this project: from a file, a folder, a server or a registry
    ///
    /// What one can do, and how to decide about it, is in host/crates/plugin-host/THREAT-MODEL.md of noorm's source.
    Add(add::AddArgs),
    /// Let a plugin use what it imports, take that back, or tell what each import would allow
    ///
    /// Plugins may write to noorm's log. What else they import has to be granted, for the digest and the imports that are
    /// locked: `noorm plugin grant loader-x files --path 'schema/**'` lets it read these files of the project. An import
    /// of WASI gives a plugin nothing, also where it is granted: it only runs then.
    Grant(grant::GrantArgs),
    /// Remove a plugin from this project; settings that name it have to be changed first
    #[command(name = "rm")]
    Remove(remove::RemoveArgs),
    /// Show what plugins use for the project's own files, measured now
    ///
    /// Loads every data file of the schema and the changesets, and keeps nothing of it.
    Stats(stats::StatsArgs),
    /// Make a sealed file of the project's plugins, compiled, for machines that do not compile
    ///
    /// NOORM_PLUGIN_BUNDLE names it there, NOORM_PLUGIN_BUNDLE_KEY its key. Compiled code runs as it is, so noorm takes it
    /// only from somebody who has the key. What runs is still what the project's plugins.lock names.
    Bundle(bundle::BundleArgs),
    /// Replay a recorded call (`--record`), without project and database
    Replay(replay::ReplayArgs),
    /// Write a project of a plugin that builds and passes its tests as it stands
    New(new::NewArgs),
    /// Build a plugin's project into a component
    Build(build::BuildArgs),
    /// Check a plugin against the rules for its kind, and show the smallest input that breaks one
    Test(test::TestArgs),
    /// Build and test a plugin's project whenever a file of it changes, until Ctrl-C
    Dev(dev::DevArgs),
    /// The answers of another process, which `test` compares with its own
    #[command(hide = true)]
    TestDigests(test::SubjectArgs),
    /// Update plugins from their sources, or show what that would change
    Update(update::UpdateArgs),
    /// Check the plugins of this project against the lock file, and their signatures
    Verify(verify::VerifyArgs),
    /// Compose the dialects of `plugins.dialects` in the settings, and lock the result; with --locked only compare
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
        PluginCommand::Show(args) => show::run(args, context),
        PluginCommand::Why(args) => why::run(args, context),
        PluginCommand::Grant(args) => grant::run(args, context),
        PluginCommand::Remove(args) => remove::run(args, context),
        PluginCommand::Add(args) => add::run(args, context),
        PluginCommand::Stats(args) => stats::run(args, context),
        PluginCommand::Bundle(args) => bundle::run(args, context),
        PluginCommand::Replay(args) => replay::run(args, context),
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
