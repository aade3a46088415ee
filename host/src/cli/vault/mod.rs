//! `noorm vault`, one module for each verb.

mod get;
mod list;
mod readers;
mod set;
mod sync;

use clap::Subcommand;

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with the team's vault.
#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// Keep a value in the database, sealed to everybody who is to read it
    ///
    /// Without `--recipients` those who could read it before can read the new value too; a new key is for you and
    /// everybody whose key you trust (`noorm identity pin`, or the team's file).
    Set(set::SetArgs),
    /// Print a value: into a pipe, or with `--reveal`
    Get(get::GetArgs),
    /// List the keys, who set them and who can read them, and never a value
    List,
    /// Make your own copy what the vault has for you; its values are secrets of templates
    Sync(sync::SyncArgs),
    /// Remove a value, for everybody
    Rm(readers::RmArgs),
    /// Show who can read what, or who can read one key
    Recipients(list::RecipientsArgs),
    /// Let somebody read what you can read
    Grant(readers::GrantArgs),
    /// Remove what is sealed to somebody so far, and list what is to be rotated at its source
    Revoke(readers::RevokeArgs),
    /// Seal everything that you can read anew, to the keys that its recipients have now
    Rotate(readers::RotateArgs),
}

/// Runs one of the commands.
pub(crate) fn run(command: &VaultCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        VaultCommand::Set(args) => set::set(args, context),
        VaultCommand::Get(args) => get::get(args, context),
        VaultCommand::List => list::list(context),
        VaultCommand::Sync(args) => sync::sync(args, context),
        VaultCommand::Rm(args) => readers::remove(args, context),
        VaultCommand::Recipients(args) => list::recipients(args, context),
        VaultCommand::Grant(args) => readers::grant(args, context),
        VaultCommand::Revoke(args) => readers::revoke(args, context),
        VaultCommand::Rotate(args) => readers::rotate(args, context),
    }
}
