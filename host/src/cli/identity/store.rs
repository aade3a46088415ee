//! `identity store`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use noorm_ops::identity;
use serde_json::json;

use crate::cli::Context;
use crate::output::Answer;
use crate::report::Failure;

/// Where a private key can be.
#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Move it into the operating system's keychain; on Linux that is the kernel's keyring, which forgets at a restart
    Keychain(KeychainArgs),
    /// Move it from the keychain into its file
    File,
}

/// Arguments of `identity store keychain`.
#[derive(Debug, Args)]
pub(crate) struct KeychainArgs {
    /// Write a copy of the key into this file first; it has to be named where the keychain forgets
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
}

/// Moves the user's private key.
pub(super) fn run(command: &StoreCommand, context: &Context) -> Result<Answer, Failure> {
    let (line, place, key) = match command {
        StoreCommand::Keychain(args) => {
            let key = identity::move_to_keychain(&context.home, args.backup.as_deref())?;
            let copy = args.backup.as_ref().map(|path| format!("; its copy is in `{}`", path.display()));
            (format!("the private key is in the keychain{}", copy.unwrap_or_default()), "keychain", key)
        }
        StoreCommand::File => {
            let key = identity::move_to_file(&context.home)?;
            ("the private key is in `~/.noorm/identity.key`".to_owned(), "file", key)
        }
    };
    Ok(Answer::new(vec![line]).with(&json!({ "keyPlace": place, "publicKey": key })))
}
