//! `identity passphrase`.

use clap::{Args, Subcommand};
use noorm_core::secret::Secret;
use noorm_ops::home::PASSPHRASE_NEW;
use noorm_ops::identity::passphrase;
use serde_json::json;

use crate::cli::passphrase::ask_new;
use crate::cli::{Context, ask, secret_input};
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with the passphrase of a state.
#[derive(Debug, Subcommand)]
pub(crate) enum PassphraseCommand {
    /// Set the passphrase, or change it
    Set(SetArgs),
    /// Do without a passphrase from now on
    Remove,
}

/// Arguments of `identity passphrase set`.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Take the new passphrase from the first line of standard input (otherwise NOORM_PASSPHRASE_NEW, or a prompt)
    #[arg(long)]
    stdin: bool,
}

/// Runs one of the commands.
pub(super) fn run(command: &PassphraseCommand, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let (line, is_set) = match command {
        PassphraseCommand::Set(args) => {
            passphrase::set(&project, &context.home, &new(args, context)?)?;
            ("the state is sealed with the passphrase: NOORM_PASSPHRASE gives it, or a prompt asks for it", true)
        }
        PassphraseCommand::Remove => {
            passphrase::remove(&project, &context.home)?;
            ("the state is sealed without a passphrase; unset NOORM_PASSPHRASE where it is set", false)
        }
    };
    Ok(Answer::new(vec![line.to_owned()]).with(&json!({ "passphrase": is_set })))
}

fn new(args: &SetArgs, context: &Context) -> Result<Secret, Failure> {
    if args.stdin {
        return secret_input::first_line();
    }
    if context.home.set_variable(PASSPHRASE_NEW).is_some() {
        return secret_input::from_variable(PASSPHRASE_NEW, context);
    }
    if ask::can_ask(context) {
        return ask_new();
    }
    Err(Failure::wrong_usage("no-value", "no new passphrase is given")
        .hint("set NOORM_PASSPHRASE_NEW, or give it on standard input with `--stdin`"))
}
