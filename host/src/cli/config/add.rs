//! `noorm config add`.

use clap::Args;
use noorm_core::config::{Config, ConfigKind, ConnectionConfig, PathConfig};
use noorm_ops::config;
use noorm_ops::project::Project;
use serde_json::{Map, json};

use super::fields::{self, Fields};
use crate::cli::{Context, ask};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `config add`.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// What to call it, such as `dev`; on a terminal what is missing is asked for
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

/// Adds a config.
pub(super) fn add(args: &AddArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let mut config = Config {
        name: args.name.clone().unwrap_or_default(),
        kind: ConfigKind::default(),
        is_test: false,
        protected: false,
        connection: ConnectionConfig::default(),
        paths: PathConfig::default(),
        identity: None,
        other: Map::new(),
    };
    args.fields.apply(&mut config, &project, context)?;
    let of_stage = config::stage::with_defaults(&project, config.clone()).connection;
    let has_dialect = !of_stage.dialect.is_empty();
    let names_database = !of_stage.database.is_empty() || of_stage.filename.is_some();
    if args.name.is_none() || !has_dialect || !names_database {
        if ask::can_ask(context) {
            ask_for_the_rest(args, &mut config, &project)?;
        } else if args.name.is_none() || !has_dialect {
            return Err(incomplete(args, has_dialect));
        }
    }
    let is_active = config::add(&project, &context.home, &config)?;
    let next = if is_active { "; it is the active config" } else { "" };
    let mut lines = vec![format!("added the config `{}`{next}", config.name)];
    if let Some(key) = &config.connection.password_secret
        && !config::has_secret(&project, &context.home, &config.name, key)?
    {
        let which = if is_active { String::new() } else { format!("-c {} ", config.name) };
        lines.push(format!(
            "its password is the secret `{key}`, which is not there yet: `noorm {which}secret set {key}` sets it"
        ));
    }
    Ok(Answer::new(lines).with(&json!({ "name": config.name, "isActive": is_active })))
}

fn incomplete(args: &AddArgs, has_dialect: bool) -> Failure {
    let missing = [(args.name.is_none(), "NAME"), (!has_dialect, "`--dialect` (or `--url`)")];
    let missing: Vec<&str> = missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| what).collect();
    let message = format!("a config needs {}, and there is no terminal to ask on", missing.join(" and "));
    Failure::wrong_usage("incomplete", message)
        .hint("`noorm config add NAME --dialect DIALECT --database NAME`, or `noorm config add NAME --url URL`")
}

/// Asks for what no flag says.
fn ask_for_the_rest(args: &AddArgs, config: &mut Config, project: &Project) -> Result<(), Failure> {
    if args.name.is_none() {
        config.name = ask::line("name", Some("dev"))?;
    }
    let connection = &mut config.connection;
    if connection.dialect.is_empty() {
        let known = config::dialects(project)?;
        connection.dialect = ask::line(&format!("dialect ({})", known.join(", ")), None)?;
    }
    if args.fields.names_database() {
        return Ok(());
    }
    if config::is_file(project, &connection.dialect)? {
        connection.filename = Some(ask::line("database file", Some(&format!("{}.db", config.name)))?);
        return Ok(());
    }
    if connection.host.is_none() {
        connection.host = Some(ask::line("host", Some("localhost"))?);
    }
    if connection.port.is_none() {
        connection.port = port(&ask::line("port, if it is not the usual one", Some(""))?)?;
    }
    connection.database = ask::line("database", None)?;
    if connection.user.is_none() {
        connection.user = Some(ask::line("user, if there is one", Some(""))?).filter(|user| !user.is_empty());
    }
    if !args.fields.password.is_given() {
        let password = ask::hidden("password, if there is one (it is not shown)")?;
        if !password.expose().is_empty() {
            fields::set_password(config, &password);
        }
    }
    Ok(())
}

fn port(text: &str) -> Result<Option<u16>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let port = text.parse().ok().filter(|port| *port > 0);
    let wrong = || {
        Failure::wrong_usage(
            "wrong-config",
            format!("config field `connection.port`: `{text}` is not a port: a number from 1 to 65535"),
        )
    };
    port.map(Some).ok_or_else(wrong)
}
