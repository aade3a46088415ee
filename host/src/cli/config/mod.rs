//! `noorm config`, one module for each verb.

mod add;
mod copy;
mod edit;
mod editor;
mod export;
mod fields;
mod import;
mod list;
mod remove;
mod select;
mod show;
mod validate;

use clap::{Args, Subcommand};

use super::Context;
use crate::output::Answer;
use crate::report::Failure;

/// What can be done with configs.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Add a config; the first one becomes active, and what is missing is asked for
    Add(Box<add::AddArgs>),
    /// List the configs
    List,
    /// Copy a config, with its secrets and its protection
    Cp(copy::CopyArgs),
    /// Change a config: by flags, or in an editor
    Edit(Box<edit::EditArgs>),
    /// Connect, and say what the server is, how quick it is, and what the login may not do
    Validate(validate::ValidateArgs),
    /// Show a config as commands use it, and who said what of it
    Show(show::ShowArgs),
    /// Make a config the active one
    Use(NameArgs),
    /// Remove a config and its secrets
    Rm(NameArgs),
    /// Seal a config to others, who can import it
    Export(export::ExportArgs),
    /// Take a config that somebody sealed to you
    Import(import::ImportArgs),
}

/// Arguments of `config use` and `config rm`.
#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// The config
    #[arg(value_name = "NAME")]
    name: String,
}

/// Runs one of the commands.
pub(crate) fn run(command: &ConfigCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        ConfigCommand::Add(args) => add::add(args, context),
        ConfigCommand::Cp(args) => copy::copy(args, context),
        ConfigCommand::Edit(args) => edit::edit(args, context),
        ConfigCommand::List => list::list(context),
        ConfigCommand::Show(args) => show::show(args, context),
        ConfigCommand::Validate(args) => validate::validate(args, context),
        ConfigCommand::Use(args) => select::select(args, context),
        ConfigCommand::Rm(args) => remove::remove(args, context),
        ConfigCommand::Export(args) => export::export(args, context),
        ConfigCommand::Import(args) => import::import(args, context),
    }
}

/// Returns the config that is named, by an argument or by `--config`; both are one too many.
fn one_name<'a>(name: Option<&'a str>, context: &'a Context) -> Result<Option<&'a str>, Failure> {
    match (name, context.config.as_deref()) {
        (Some(name), Some(other)) if name != other => {
            let message = format!("`{name}` is named, and `--config` says `{other}`");
            Err(Failure::wrong_usage("usage", message).hint("leave one of the two out"))
        }
        (name, other) => Ok(name.or(other)),
    }
}
