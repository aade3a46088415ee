//! `noorm config`.

mod show;

use std::io::Read;

use clap::{Args, Subcommand, ValueEnum};
use noorm_core::config::{ConfigKind, PathConfig, Pool, Ssl, SslConfig};
use noorm_core::policy::Action;
use noorm_core::secret::Secret;
use noorm_ops::config::{self, ConfigView, NewConfig, Origin};
use serde_json::json;

use super::{Context, confirm};
use crate::output::{Answer, table};
use crate::report::Failure;

/// What can be done with configs.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Add a config; the first one becomes active
    Add(Box<AddArgs>),
    /// List the configs
    List,
    /// Show a config as commands use it, and who said what of it
    Show(show::ShowArgs),
    /// Make a config the active one
    Use(NameArgs),
    /// Remove a config and its secrets
    Rm(NameArgs),
}

/// Arguments of `config use` and `config rm`.
#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// The config
    #[arg(value_name = "NAME")]
    name: String,
}

/// Arguments of `config add`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// What to call it, such as `dev`
    #[arg(value_name = "NAME")]
    name: String,
    /// Which database it is: a dialect that `noorm plugin list` shows
    #[arg(long)]
    dialect: String,
    /// Host name or address of the server, or the folder of its socket
    #[arg(long)]
    host: Option<String>,
    /// Port of the server
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Name of the database
    #[arg(long)]
    database: Option<String>,
    /// Database file, relative to the project
    #[arg(long, value_name = "FILE")]
    filename: Option<String>,
    /// Who logs in
    #[arg(long)]
    user: Option<String>,
    /// Take the password from this environment variable
    #[arg(long, value_name = "VARIABLE", conflicts_with = "password_stdin")]
    password_env: Option<String>,
    /// Take the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    transport: Transport,
    #[command(flatten)]
    limits: Limits,
    /// Folder of the schema, if it is not the settings'
    #[arg(long, value_name = "FOLDER")]
    schema_path: Option<String>,
    /// Folder of the changesets, if it is not the settings'
    #[arg(long, value_name = "FOLDER")]
    changeset_path: Option<String>,
    /// Who is recorded as the one who ran things
    #[arg(long, value_name = "NAME")]
    identity: Option<String>,
    /// Ask for `yes-NAME` before every change
    #[arg(long)]
    protected: bool,
    /// It is a test database
    #[arg(long)]
    test: bool,
    /// Where the database is
    #[arg(long = "type", value_name = "TYPE", value_enum, default_value = "local")]
    kind: Kind,
}

/// How the connection is encrypted. Each but `--ssl` implies it.
#[derive(Debug, Args)]
struct Transport {
    /// Encrypt the connection, and refuse a server that cannot prove who it is
    #[arg(long)]
    ssl: bool,
    /// Trust this authority besides the system's; PEM, relative to the project
    #[arg(long, value_name = "FILE")]
    ssl_ca: Option<String>,
    /// Log in with this certificate; PEM, relative to the project
    #[arg(long, value_name = "FILE", requires = "ssl_key")]
    ssl_cert: Option<String>,
    /// Key of the certificate; PEM, relative to the project
    #[arg(long, value_name = "FILE", requires = "ssl_cert")]
    ssl_key: Option<String>,
    /// Take any server: encrypted, but nobody knows to whom
    #[arg(long)]
    ssl_no_verify: bool,
}

impl Transport {
    fn ssl(&self) -> Option<Ssl> {
        let (ca, cert, key) = (self.ssl_ca.clone(), self.ssl_cert.clone(), self.ssl_key.clone());
        let reject_unauthorized = self.ssl_no_verify.then_some(false);
        if ca.is_some() || cert.is_some() || reject_unauthorized.is_some() {
            return Some(Ssl::Custom(SslConfig { ca, cert, key, reject_unauthorized }));
        }
        self.ssl.then_some(Ssl::Flag(true))
    }
}

/// What sessions should respect.
#[derive(Debug, Args)]
struct Limits {
    /// How long connecting may take, in milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    connect_timeout: Option<u64>,
    /// How long a statement may wait for a lock of the database's, in milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=2_147_483_647))]
    lock_timeout: Option<u64>,
    /// How long a statement may run, in milliseconds
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..=2_147_483_647))]
    statement_timeout: Option<u64>,
    /// How many connections a run may open; 1 gives up the one that keeps the lock alive during long statements
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pool_max: Option<u32>,
}

/// `--type`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Local,
    Remote,
}

/// Runs one of the commands.
pub(crate) fn run(command: &ConfigCommand, context: &Context) -> Result<Answer, Failure> {
    match command {
        ConfigCommand::Add(args) => add(args, context),
        ConfigCommand::List => list(context),
        ConfigCommand::Show(args) => show::show(args, context),
        ConfigCommand::Use(args) => select(args, context),
        ConfigCommand::Rm(args) => remove(args, context),
    }
}

fn add(args: &AddArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let new = NewConfig {
        name: args.name.clone(),
        dialect: args.dialect.clone(),
        host: args.host.clone(),
        port: args.port,
        database: args.database.clone(),
        filename: args.filename.clone(),
        user: args.user.clone(),
        password: password(args, context)?,
        ssl: args.transport.ssl(),
        pool: args.limits.pool_max.map(|max| Pool { min: None, max: Some(max) }),
        connect_timeout_ms: args.limits.connect_timeout,
        lock_timeout_ms: args.limits.lock_timeout,
        statement_timeout_ms: args.limits.statement_timeout,
        kind: match args.kind {
            Kind::Local => ConfigKind::Local,
            Kind::Remote => ConfigKind::Remote,
        },
        paths: PathConfig { schema: args.schema_path.clone(), changesets: args.changeset_path.clone() },
        identity: args.identity.clone(),
        protected: args.protected,
        is_test: args.test,
    };
    let is_active = config::add(&project, &context.home, &new.into())?;
    let next = if is_active { "; it is the active config" } else { "" };
    let line = format!("added the config `{}`{next}", args.name);
    Ok(Answer::new(vec![line]).with(&json!({ "name": args.name, "isActive": is_active })))
}

/// A password is never an argument: other users of the machine could read it in the list of processes.
fn password(args: &AddArgs, context: &Context) -> Result<Option<Secret>, Failure> {
    if let Some(name) = &args.password_env {
        return match context.home.variables.get(name) {
            Some(value) => Ok(Some(Secret::new(value.clone()))),
            None => Err(Failure::wrong_usage("no-password", format!("the environment variable `{name}` is not set"))),
        };
    }
    if !args.password_stdin {
        return Ok(None);
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(|error| {
        Failure::wrong_usage("no-password", "cannot read the password from standard input").because(&error)
    })?;
    let secret = Secret::new(text);
    let line = secret.expose().lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::wrong_usage("no-password", "standard input has no password on its first line"));
    }
    Ok(Some(Secret::new(line.to_owned())))
}

fn list(context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let listed = config::list(&project, &context.home)?;
    if listed.configs.is_empty() {
        let line = "there are no configs; `noorm config add NAME --dialect DIALECT …` makes one".to_owned();
        return Ok(Answer::new(vec![line]).with(&listed));
    }
    let mut rows = vec![["", "NAME", "DIALECT", "DATABASE", "FLAGS"].map(str::to_owned)];
    rows.extend(listed.configs.iter().map(row));
    Ok(Answer::new(table(&rows)).with(&listed))
}

fn row(config: &ConfigView) -> [String; 5] {
    let mark = if config.is_active { "*" } else { "" };
    let mut place = config.filename.clone().unwrap_or_else(|| config.database.clone());
    if let Some(host) = &config.host {
        let port = config.port.map(|port| format!(":{port}")).unwrap_or_default();
        place = format!("{place} at {host}{port}");
    }
    let flags = [
        (config.protected, "protected"),
        (config.is_test, "test"),
        (config.origin == Origin::Environment, "from the environment"),
    ];
    let flags: Vec<&str> = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, word)| word).collect();
    [mark.to_owned(), config.name.clone(), config.dialect.clone(), place, flags.join(", ")]
}

fn select(args: &NameArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    config::select(&project, &context.home, &args.name)?;
    let line = format!("`{}` is the active config", args.name);
    Ok(Answer::new(vec![line]).with(&json!({ "active": args.name })))
}

fn remove(args: &NameArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let found = config::stage::with_defaults(&project, config::find(&project, &context.home, &args.name)?);
    confirm::confirm(context, Action::ConfigRemove, &found)?;
    let was_active = config::remove(&project, &context.home, &args.name)?;
    let mut lines = vec![format!("removed the config `{}`", args.name)];
    if was_active {
        lines.push("no config is active now; `noorm config use NAME` chooses one".to_owned());
    }
    Ok(Answer::new(lines).with(&json!({ "name": args.name, "wasActive": was_active })))
}
