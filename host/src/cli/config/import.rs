//! `noorm config import`.

use std::path::PathBuf;

use clap::Args;
use noorm_core::policy::Action;
use noorm_core::secret::Secret;
use noorm_ops::clock;
use noorm_ops::config::{self, ConfigError, ImportRequest, Imported, Offer, SharingError};
use serde_json::json;

use crate::cli::consent::consent;
use crate::cli::{Context, ask, confirm, secret_input};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `config import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// A file that `noorm config export` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Call the config this
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// User to log in as; asked for on a terminal
    #[arg(long)]
    user: Option<String>,
    /// Take the password from this environment variable
    #[arg(long, value_name = "VARIABLE", conflicts_with = "password_stdin")]
    password_env: Option<String>,
    /// Take the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// Replace a config of the name
    #[arg(long)]
    force: bool,
    /// Import a file that was imported before
    #[arg(long)]
    again: bool,
}

/// Takes a shared config.
pub(super) fn import(args: &ImportArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let offer = config::read_offer(&project, &context.home, &args.file, args.again)?;
    let name = args.name.clone().unwrap_or_else(|| offer.config.name.clone());
    if let Some(taken) = config::in_the_way(&project, &context.home, &name)? {
        if !args.force {
            return Err(SharingError::from(ConfigError::Taken { name }).into());
        }
        confirm::confirm(context, Action::ConfigRemove, &config::stage::with_defaults(&project, taken))?;
    }
    let accept = !offer.needs_consent() || agree(&offer, context)?;
    // Questions about the database come last: whoever refuses the sender is not asked them.
    let is_file = config::is_file(&project, &offer.config.connection.dialect).unwrap_or(false);
    let (user, password) = if accept { login(args, is_file, context)? } else { (None, None) };
    let (standing, sender, created_at) = (offer.standing(), offer.sender.clone(), offer.created_at.clone());
    let (sender_said, version) = (offer.sender_said.clone(), offer.version);
    let has_login = user.is_some() || is_file;
    let request = ImportRequest {
        name: args.name.as_deref(),
        user,
        password,
        accept,
        force: args.force,
        again: args.again,
        now: &clock::now(&context.home)?,
    };
    let imported = config::import(&project, &context.home, offer, request)?;
    let mut lines = vec![first_line(&imported, &sender_said, standing)];
    if let Some(instant) = &created_at {
        lines.push(format!("it was sealed on {instant}, by the sender's clock"));
    }
    if let Some(sender) = sender.as_ref().filter(|sender| !sender.standing.is_trusted()) {
        lines.push(format!("the key of `{}` is pinned now; its words are \"{}\"", sender.email, sender.fingerprint));
        lines.push(format!("`noorm identity verify {}` compares them with their owner", sender.email));
    }
    if !imported.secrets.is_empty() {
        lines.push(format!("secrets in it: {}", imported.secrets.join(", ")));
    }
    if !has_login {
        lines.push(format!("it has no user and no password yet; `noorm config edit {}` gives it them", imported.name));
    }
    let fields = json!({
        "version": version, "sender": sender, "senderSaid": sender_said, "senderStanding": standing,
        "createdAt": created_at,
    });
    Ok(Answer::new(lines).with(&imported).with(&fields))
}

fn first_line(imported: &Imported, sender: &str, standing: &str) -> String {
    let verb = if imported.replaced { "replaced" } else { "imported" };
    let next = if imported.is_active { "; it is the active config" } else { "" };
    let standing = if standing == "not verified" { "sender not verified" } else { standing };
    format!("{verb} the config `{}` from `{sender}` ({standing}){next}", imported.name)
}

fn agree(offer: &Offer, context: &Context) -> Result<bool, Failure> {
    let people: Vec<_> = offer.sender.iter().cloned().collect();
    let config = &offer.config;
    let place = config.connection.host.as_deref().unwrap_or("this machine");
    let who = match &offer.sender {
        Some(_) => "nobody has said whose key sealed this",
        None => "sender not verified: a file of version 1 does not prove who sealed it",
    };
    let question = format!("{who}; import the config `{}` for a database at `{place}`?", config.name);
    consent(context, &people, &question)
}

/// Returns who logs in and with what: from the arguments, or from the terminal.
fn login(args: &ImportArgs, is_file: bool, context: &Context) -> Result<(Option<String>, Option<Secret>), Failure> {
    let given = match &args.password_env {
        Some(name) => Some(secret_input::from_variable(name, context)?),
        None if args.password_stdin => Some(secret_input::first_line()?),
        None => None,
    };
    if is_file || !ask::can_ask(context) {
        return Ok((args.user.clone(), given));
    }
    let user = match &args.user {
        Some(user) => user.clone(),
        None => ask::line("user, if there is one", Some(""))?,
    };
    let password = match given {
        Some(password) => password,
        None => ask::hidden("password, if there is one (it is not shown)")?,
    };
    Ok((Some(user).filter(|user| !user.is_empty()), Some(password).filter(|password| !password.expose().is_empty())))
}
