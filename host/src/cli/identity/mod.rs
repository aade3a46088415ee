//! `noorm identity`, one module for each verb.

mod create;
mod export;
mod import;
mod list;
mod passphrase;
mod rotate;
mod show;
mod store;
pub(crate) mod trust;

use clap::{Args, Subcommand};

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with identities.
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    /// Show who you are to noorm, and where your key is
    Show,
    /// Make your identity: a name, and a key pair in `~/.noorm`
    Init(create::PersonArgs),
    /// Change the name or the address of your identity; its key stays
    Edit(create::PersonArgs),
    /// Print the public part of your identity, for colleagues
    Export(export::ExportArgs),
    /// Add a colleague's identity, or take your private key from a backup
    Import(import::ImportArgs),
    /// List the identities that this project has seen
    List,
    /// Give your identity a new key pair; what the old one sealed still opens
    Rotate,
    /// Move your private key into the operating system's keychain, or back into its file
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// Protect this project's state with a passphrase besides your key
    #[command(subcommand)]
    Passphrase(passphrase::PassphraseCommand),
    #[command(flatten)]
    Trust(trust::TrustCommand),
}

/// `noorm identity`; without a verb it is `show`.
#[derive(Debug, Args)]
pub(crate) struct IdentityArgs {
    #[command(subcommand)]
    command: Option<IdentityCommand>,
}

impl IdentityArgs {
    /// Whether the command opens the state of the project.
    pub(crate) fn opens_state(&self) -> bool {
        use IdentityCommand::{Edit, Export, Init, Show, Store};
        !matches!(&self.command, None | Some(Show | Init(_) | Edit(_) | Export(_) | Store(_)))
    }
}

/// Runs one of the commands.
pub(crate) fn run(args: &IdentityArgs, context: &Context) -> Result<Answer, Failure> {
    match args.command.as_ref().unwrap_or(&IdentityCommand::Show) {
        IdentityCommand::Show => show::show(context),
        IdentityCommand::Init(args) => create::init(args, context),
        IdentityCommand::Edit(args) => create::edit(args, context),
        IdentityCommand::Export(args) => export::export(args, context),
        IdentityCommand::Import(args) => import::import(args, context),
        IdentityCommand::List => list::list(context),
        IdentityCommand::Rotate => rotate::rotate(context),
        IdentityCommand::Store(command) => store::run(command, context),
        IdentityCommand::Passphrase(command) => passphrase::run(command, context),
        IdentityCommand::Trust(command) => trust::run(command, context),
    }
}
