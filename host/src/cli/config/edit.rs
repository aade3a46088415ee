//! `noorm config edit`.

use clap::{Args, ValueEnum};
use noorm_core::config::{Config, Ssl, SslConfig};
use noorm_core::policy::Action;
use noorm_ops::config;
use serde_json::json;

use super::editor;
use super::fields::Fields;
use crate::cli::{Context, ask, confirm};
use crate::output::Answer;
use crate::report::Failure;

/// Arguments of `config edit`.
#[derive(Debug, Args)]
pub(crate) struct EditArgs {
    /// The config; without flags it is opened in `$VISUAL` or `$EDITOR`, without its password
    #[arg(value_name = "NAME")]
    name: String,
    /// Call it so from now on; its secrets go along
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// Take out what a field says; may be given several times
    #[arg(long, value_name = "FIELD", value_enum)]
    unset: Vec<Unset>,
    #[command(flatten)]
    fields: Fields,
}

/// What can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unset {
    Host,
    Port,
    Database,
    Filename,
    User,
    Password,
    PasswordSecret,
    Ssl,
    SslCa,
    SslCert,
    SslKey,
    SslNoVerify,
    ConnectTimeout,
    LockTimeout,
    StatementTimeout,
    PoolMin,
    PoolMax,
    SchemaPath,
    ChangesetPath,
    Identity,
    Protected,
    Test,
}

/// Changes a config.
pub(super) fn edit(args: &EditArgs, context: &Context) -> Result<Answer, Failure> {
    let project = context.project()?;
    let before = config::find(&project, &context.home, &args.name)?;
    confirm::confirm(context, Action::ConfigEdit, &config::stage::with_defaults(&project, before.clone()))?;
    let mut after = before.clone();
    args.unset.iter().for_each(|field| field.apply(&mut after));
    args.fields.apply(&mut after, &project, context)?;
    if let Some(name) = &args.rename {
        after.name.clone_from(name);
    }
    let has_flags = args.rename.is_some() || !args.unset.is_empty() || args.fields.is_given();
    if !has_flags {
        if !ask::can_ask(context) {
            let hint =
                "say what to change by flags, such as `--host` or `--unset port`; `noorm config edit --help` has them";
            return Err(Failure::wrong_usage(
                "no-change",
                "nothing is to be changed, and there is no terminal for an editor",
            )
            .hint(hint));
        }
        after = editor::edit(&before, &project, context)?;
        context.home.seen.add_of([], [&after]);
    }
    if after == before {
        let line = format!("nothing to do: the config `{}` stays as it is", args.name);
        return Ok(Answer::new(vec![line]).with(&json!({ "name": before.name, "changed": false })));
    }
    let after = config::edit(&project, &context.home, &before, &after)?;
    let is_protected =
        |config: &noorm_core::config::Config| config::stage::with_defaults(&project, config.clone()).protected;
    let (was_protected, is_protected) = (is_protected(&before), is_protected(&after));
    let mut lines = vec![match before.name == after.name {
        true => format!("changed the config `{}`", after.name),
        false => format!("changed the config `{}`, which is called `{}` now", before.name, after.name),
    }];
    if was_protected && !is_protected {
        lines.push(format!("`{}` is not protected any more", after.name));
    }
    Ok(Answer::new(lines).with(&json!({ "name": after.name, "changed": true, "protected": is_protected })))
}

impl Unset {
    fn apply(self, config: &mut Config) {
        let connection = &mut config.connection;
        match self {
            Self::Host => connection.host = None,
            Self::Port => connection.port = None,
            Self::Database => connection.database.clear(),
            Self::Filename => connection.filename = None,
            Self::User => connection.user = None,
            Self::Password => connection.password = None,
            Self::PasswordSecret => connection.password_secret = None,
            Self::Ssl => connection.ssl = None,
            Self::SslCa => detail(config, |details| details.ca = None),
            Self::SslCert => detail(config, |details| details.cert = None),
            Self::SslKey => detail(config, |details| details.key = None),
            Self::SslNoVerify => detail(config, |details| details.reject_unauthorized = None),
            Self::ConnectTimeout => connection.connect_timeout_ms = None,
            Self::LockTimeout => connection.lock_timeout_ms = None,
            Self::StatementTimeout => connection.statement_timeout_ms = None,
            Self::PoolMin | Self::PoolMax => {
                let mut pool = connection.pool.take().unwrap_or_default();
                match self {
                    Self::PoolMin => pool.min = None,
                    _ => pool.max = None,
                }
                connection.pool = Some(pool).filter(|pool| pool.min.is_some() || pool.max.is_some());
            }
            Self::SchemaPath => config.paths.schema = None,
            Self::ChangesetPath => config.paths.changesets = None,
            Self::Identity => config.identity = None,
            Self::Protected => config.protected = false,
            Self::Test => config.is_test = false,
        }
    }
}

/// Without any detail the connection stays encrypted.
fn detail(config: &mut Config, change: impl FnOnce(&mut SslConfig)) {
    if let Some(Ssl::Custom(mut details)) = config.connection.ssl.take() {
        change(&mut details);
        let is_plain = details == SslConfig::default();
        config.connection.ssl = Some(if is_plain { Ssl::Flag(true) } else { Ssl::Custom(details) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_can_be_taken_out() {
        let connection = serde_json::json!({
            "dialect": "x", "database": "d", "filename": "f", "host": "h", "port": 1, "user": "u", "password": "p",
            "passwordSecret": "P", "pool": { "min": 1, "max": 2 }, "connectTimeoutMs": 1, "lockTimeoutMs": 1,
            "statementTimeoutMs": 1, "ssl": { "ca": "a", "cert": "b", "key": "c", "rejectUnauthorized": false },
        });
        let config = serde_json::json!({
            "name": "dev", "isTest": true, "protected": true, "identity": "i", "connection": connection,
            "paths": { "schema": "s", "changesets": "c" },
        });
        let mut config: Config = serde_json::from_value(config).expect("a config");
        for field in Unset::value_variants().iter().filter(|field| **field != Unset::Ssl) {
            let before = config.clone();
            field.apply(&mut config);
            assert!(config != before, "{field:?}");
        }
        // The last detail leaves the connection encrypted.
        assert_eq!(config.connection.ssl, Some(Ssl::Flag(true)));
        Unset::Ssl.apply(&mut config);
        let left = serde_json::json!({
            "name": "dev", "type": "local", "isTest": false, "protected": false,
            "connection": { "dialect": "x", "database": "" }, "paths": {},
        });
        assert_eq!(serde_json::to_value(config).expect("JSON"), left);
    }
}
