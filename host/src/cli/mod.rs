//! The commands, one module each. A module turns its arguments into a request, and the answer into an [`Answer`].

mod ask;
mod change;
mod config;
mod confirm;
mod consent;
mod db;
mod demo;
mod dialect;
mod doctor;
mod explain;
mod global;
mod identity;
mod init;
mod lock;
mod overrides;
mod passphrase;
mod plugin;
mod resolve;
mod run;
mod runtime;
mod said;
mod secret;
mod secret_input;
mod settings;
mod signals;
mod split;
mod sql_output;
mod state;
mod timings;
mod vault;
mod wait;
mod words;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use noorm_core::config::fields::Values;
use noorm_ops::plugin::Ledger;

pub(crate) use global::{Context, Global};
use overrides::{OnDatabase, OnProject};
use runtime::{block_on, runtime};

use crate::output::{self, Answer, log};
use crate::report::Failure;

/// Database schema and changeset manager
#[derive(Debug, Parser)]
#[command(name = "noorm", version, about, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Turn this folder into a project
    Init(init::InitArgs),
    /// Write a small project into a fresh folder, and build it
    Demo(demo::DemoArgs),
    /// Build the database from the schema folder, or run single files
    Run(OnProject<run::RunCommand>),
    /// Apply, revert and list changesets
    Change(OnProject<change::ChangeCommand>),
    /// Add, list, choose and remove configs: how a database is reached
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Keep secrets for templates and passwords, of one config or of all
    #[command(subcommand)]
    Secret(secret::SecretCommand),
    /// Show and change who you are to noorm, keep its keys, and say whose keys you trust
    Identity(identity::IdentityArgs),
    /// Take over what another noorm kept
    #[command(subcommand)]
    State(state::StateCommand),
    /// Share secrets with the team through the database, sealed to each reader
    Vault(OnDatabase<vault::VaultCommand>),
    /// Make and remove the database of a config
    Db(OnDatabase<db::DbCommand>),
    /// Show, take and free the lock that keeps two runs apart
    Lock(OnDatabase<lock::LockCommand>),
    /// Show, edit and check the settings of the project
    #[command(subcommand)]
    Settings(settings::SettingsCommand),
    /// Look at everything that noorm depends on, and say what to do about what is found
    Doctor(doctor::DoctorArgs),
    /// Tell which plugins and which bytes made what ran, and whether they are still the same
    ///
    /// From the history: the dialect and what it was composed of, the data files and includes of templates, the loaders and
    /// their options, each compared with what is there now. Of a data file, which files read it. Runs nothing.
    Explain(explain::ExplainArgs),
    /// Show how a script is cut into statements, without a database
    Split(split::SplitArgs),
    /// Show, add and make plugins: loaders of data files, dialects, and quirks over dialects
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    /// Compare dialects, without a database
    #[command(subcommand)]
    Dialect(dialect::DialectCommand),
}

impl Command {
    /// Whether the command opens the state of the project, and so needs its passphrase.
    fn opens_state(&self) -> bool {
        match self {
            Self::Init(_) | Self::Demo(_) | Self::Split(_) | Self::Plugin(_) | Self::Dialect(_) => false,
            Self::Identity(args) => args.opens_state(),
            _ => true,
        }
    }

    /// Returns what is said in place of the config.
    fn values(&self) -> Values {
        match self {
            Self::Run(on) => on.values(),
            Self::Change(on) => on.values(),
            Self::Db(on) => on.values(),
            Self::Lock(on) => on.values(),
            Self::Vault(on) => on.values(),
            _ => Values::default(),
        }
    }
}

/// Runs the command line and returns its exit code.
pub(crate) fn main() -> ExitCode {
    let wants_json = global::wants_json(std::env::args_os(), std::env::var_os("NOORM_JSON"));
    let mut command = Cli::command();
    let parsed = command.try_get_matches_from_mut(std::env::args_os());
    let parsed = parsed.and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, words::of(&command, &matches))));
    let (cli, words) = match parsed {
        Ok(parsed) => parsed,
        Err(error) if error.use_stderr() && wants_json => return output::print(Err(Failure::usage(&error)), true),
        Err(error) => {
            // Help and versions go to standard output, usage errors to standard error, and these quote what was written.
            // If even that cannot be written, there is nobody left to tell.
            let _ = match error.use_stderr() {
                true => write!(std::io::stderr().lock(), "{}", output::redact(&error.render().to_string())),
                false => error.print(),
            };
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let json = cli.global.json || wants_json;
    let ledger = Ledger::default();
    let result = run(&cli, &words, json, &ledger).map_err(|mut failure| {
        let said_again = |hint: String| cli.global.said_again(&overrides::said_again(&cli.command.values(), &hint));
        failure.hint = failure.hint.map(said_again);
        failure
    });
    timings::note(&ledger);
    let result = said::tell(timings::with(result, &ledger), &ledger, json);
    let code = output::print(result, json);
    if !json {
        timings::print_recorded(&ledger);
    }
    if cli.global.timings && !json {
        timings::print(&ledger);
    }
    code
}

fn run(cli: &Cli, words: &log::Words, json: bool, ledger: &Ledger) -> Result<Answer, Failure> {
    let mut context = Context::new(&cli.global, json, ledger)?;
    log::begin(&context.home, words);
    if cli.command.opens_state() {
        passphrase::ask_if_needed(&mut context)?;
    }
    let context = context.with(cli.command.values());
    match &cli.command {
        Command::Demo(args) => demo::run(args, &context),
        Command::Run(on) => run::run(&on.command, &context),
        Command::Change(on) => change::run(&on.command, &context),
        Command::Config(command) => config::run(command, &context),
        Command::Secret(command) => secret::run(command, &context),
        Command::Identity(args) => identity::run(args, &context),
        Command::State(command) => state::run(command, &context),
        Command::Db(on) => db::run(&on.command, &context),
        Command::Lock(on) => lock::run(&on.command, &context),
        Command::Settings(command) => settings::run(command, &context),
        Command::Vault(on) => vault::run(&on.command, &context),
        Command::Init(args) => init::run(args, &context),
        Command::Doctor(args) => doctor::run(args, &context),
        Command::Explain(args) => explain::run(args, &context),
        Command::Split(args) => split::run(args, &context),
        Command::Plugin(command) => plugin::run(command, &context),
        Command::Dialect(command) => dialect::run(command, &context),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
