//! `noorm secret`.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use noorm_core::policy::Action;
use noorm_core::redact::masked;
use noorm_core::secret::Secret;
use noorm_core::secret_kind::SecretKind;
use noorm_ops::project::Project;
use noorm_ops::secret::{self, NewSecret, Scope};
use serde_json::json;

use super::{Context, ask, confirm, secret_input};
use crate::output::{Answer, table};
use crate::report::Failure;

/// What can be done with secrets.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Keep a value under a name; it is asked for, or taken from where a flag says
    Set(SetArgs),
    /// Print the value of a secret: into a pipe, or with `--reveal`
    Get(GetArgs),
    /// List the names of the secrets, and never a value
    List(ListArgs),
    /// Remove a secret
    Rm(RmArgs),
}

/// Whose secrets are meant.
#[derive(Debug, Args)]
struct Whose {
    /// Those of all configs, instead of the active one's or that of `--config`
    #[arg(long)]
    global: bool,
}

impl Whose {
    fn scope(&self, project: &Project, context: &Context) -> Result<Scope, Failure> {
        if self.global && context.config.is_some() {
            let message = "`--global` means the secrets of all configs, and `--config` those of one";
            return Err(Failure::wrong_usage("usage", message).hint("leave one of the two out"));
        }
        Ok(secret::scope(project, &context.home, context.config.as_deref(), self.global)?)
    }
}

/// Arguments of `secret set`.
#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Its name: letters, digits and `_`
    #[arg(value_name = "KEY")]
    key: String,
    /// Refused: other users of the machine can read arguments; one without quotes is several
    #[arg(hide = true, num_args = 0..)]
    value: Vec<String>,
    #[command(flatten)]
    source: Source,
    /// What it is, which decides what is checked [default: what the settings say, what it was, or string]
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    kind: Option<Kind>,
    #[command(flatten)]
    whose: Whose,
}

/// Where the value comes from; without one of these it is asked for.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(super) struct Source {
    /// Take the value from standard input, which has one line
    #[arg(long)]
    stdin: bool,
    /// Take the value from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    from_env: Option<String>,
    /// Take the value from this file, without its last line end; `-` is standard input
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
}

/// `--type`.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Kind {
    /// Any text
    String,
    /// A password
    Password,
    /// An API key: it has no white space
    ApiKey,
    /// A URL
    ConnectionString,
}

impl From<Kind> for SecretKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::String => Self::String,
            Kind::Password => Self::Password,
            Kind::ApiKey => Self::ApiKey,
            Kind::ConnectionString => Self::ConnectionString,
        }
    }
}

/// Arguments of `secret get`.
#[derive(Debug, Args)]
pub(crate) struct GetArgs {
    /// Its name
    #[arg(value_name = "KEY")]
    key: String,
    /// Print it on a terminal too
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    whose: Whose,
}

/// Arguments of `secret list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    whose: Whose,
}

/// Arguments of `secret rm`.
#[derive(Debug, Args)]
pub(crate) struct RmArgs {
    /// Its name
    #[arg(value_name = "KEY")]
    key: String,
    #[command(flatten)]
    whose: Whose,
}

/// Runs one of the commands.
pub(crate) fn run(command: &SecretCommand, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    match command {
        SecretCommand::Set(args) => set(args, &project, context),
        SecretCommand::Get(args) => get(args, &project, context),
        SecretCommand::List(args) => list(args, &project, context),
        SecretCommand::Rm(args) => remove(args, &project, context),
    }
}

fn set(args: &SetArgs, project: &Project, context: &Context) -> Result<Answer, Failure> {
    if !args.value.is_empty() {
        return Err(refused_argument(&args.value, context));
    }
    secret::check_name(&args.key)?;
    let scope = args.whose.scope(project, context)?;
    confirm_change(context, Action::SecretSet, &scope)?;
    let value = args.source.value(&args.key, context)?;
    let new = NewSecret { key: args.key.clone(), value, kind: args.kind.map(SecretKind::from) };
    let replaced = secret::set(project, &context.home, &scope, &new)?;
    let line = match replaced {
        true => format!("changed the secret `{}` of {scope}", args.key),
        false => format!("set the secret `{}` of {scope}", args.key),
    };
    Ok(Answer::new(vec![line]).with(&json!({ "key": args.key, "config": scope.config_name(), "replaced": replaced })))
}

/// Refuses a value on the command line, which the shell may have cut into words.
pub(super) fn refused_argument(words: &[String], context: &Context) -> Failure {
    let words = words.iter().cloned().chain([words.join(" ")]);
    context.home.seen.add(words.map(Secret::new));
    let message = "a secret is not taken as an argument: other users of this machine can read the arguments of every process, and the \
                   shell keeps them in its history";
    let hint = "leave it out and be asked for it, or use `--stdin`, `--from-env VARIABLE` or `--from-file FILE`; this value \
                has been seen now, so choose another one";
    Failure::wrong_usage("secret-in-argument", message).hint(hint)
}

impl Source {
    /// Takes the value from there.
    pub(super) fn value(&self, key: &str, context: &Context) -> Result<Secret, Failure> {
        match self {
            Self { stdin: true, .. } => secret_input::only_line(),
            Self { from_env: Some(name), .. } => secret_input::from_variable(name, context),
            Self { from_file: Some(file), .. } => secret_input::from_file(file, context),
            _ if ask::can_ask(context) => ask::hidden(&format!("value of {key}")),
            _ => Err(Failure::wrong_usage(
                "no-value",
                format!("there is no value for `{key}`, and no terminal to ask on"),
            )
            .hint("`--stdin`, `--from-env VARIABLE` or `--from-file FILE` says where it is")),
        }
    }
}

/// What is of all configs is of none that could be protected.
fn confirm_change(context: &Context, action: Action, scope: &Scope) -> Result<(), Failure> {
    match scope {
        Scope::Config(config) => confirm::confirm(context, action, config),
        Scope::Global => Ok(()),
    }
}

fn get(args: &GetArgs, project: &Project, context: &Context) -> Result<Answer, Failure> {
    let scope = args.whose.scope(project, context)?;
    let value = secret::get(project, &context.home, &scope, &args.key)?;
    let fields = json!({ "key": args.key, "config": scope.config_name() });
    if !args.reveal && std::io::stdout().is_terminal() {
        let shown = masked(&args.key, &value);
        let lines = vec![shown.clone(), "`--reveal` shows it".to_owned()];
        return Ok(Answer::new(lines).with(&fields).with(&json!({ "masked": shown })));
    }
    let lines = vec![value.expose().to_owned()];
    Ok(Answer::new(lines).with(&fields).with(&json!({ "value": value.expose() })).revealing())
}

fn list(args: &ListArgs, project: &Project, context: &Context) -> Result<Answer, Failure> {
    let scope = args.whose.scope(project, context)?;
    let listed = secret::list(project, &context.home, &scope)?;
    if listed.secrets.is_empty() {
        let line = "there are no secrets; `noorm secret set KEY` makes one".to_owned();
        return Ok(Answer::new(vec![line]).with(&listed));
    }
    let mut rows = vec![["KEY", "TYPE", "SCOPE", "VALUE"].map(str::to_owned)];
    rows.extend(
        listed
            .secrets
            .iter()
            .map(|secret| [&secret.key, secret.kind.as_str(), secret.scope, &secret.masked].map(str::to_owned)),
    );
    Ok(Answer::new(table(&rows)).with(&listed))
}

fn remove(args: &RmArgs, project: &Project, context: &Context) -> Result<Answer, Failure> {
    let scope = args.whose.scope(project, context)?;
    confirm_change(context, Action::SecretRemove, &scope)?;
    let removed = secret::remove(project, &context.home, &scope, &args.key)?;
    let mut lines = vec![format!("removed the secret `{}` of {scope}", args.key)];
    let left = removed.without_password.iter().map(|name| format!("the config `{name}` has no password now"));
    lines.extend(left);
    Ok(Answer::new(lines).with(&json!({ "config": scope.config_name() })).with(&removed))
}
