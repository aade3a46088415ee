//! The flags that `config add` and `config edit` share: every field of a config has one.

use clap::{Args, ValueEnum};
use noorm_core::config::{Config, ConfigKind, Pool, Ssl, SslConfig, url};
use noorm_core::event::Event;
use noorm_core::secret::Secret;
use noorm_ops::config;
use noorm_ops::project::Project;

use crate::cli::{Context, ask, secret_input};
use crate::output::progress;
use crate::report::Failure;

/// What a config is made of.
#[derive(Debug, Default, PartialEq, Args)]
pub(super) struct Fields {
    /// Which database it is: a dialect that `noorm plugin list` shows, or one of `plugins.dialects` in the settings
    #[arg(long)]
    pub(super) dialect: Option<String>,
    #[command(flatten)]
    url: UrlSource,
    /// Host name or address of the server, or the folder of its socket
    #[arg(long)]
    pub(super) host: Option<String>,
    /// Port of the server
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) port: Option<u16>,
    /// Name of the database
    #[arg(long)]
    pub(super) database: Option<String>,
    /// Database file, relative to the project
    #[arg(long, value_name = "FILE")]
    pub(super) filename: Option<String>,
    /// User to log in as
    #[arg(long)]
    pub(super) user: Option<String>,
    #[command(flatten)]
    pub(super) password: PasswordSource,
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
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    kind: Option<Kind>,
}

/// A connection as one text. Other flags are put over it.
#[derive(Debug, Default, PartialEq, Args)]
#[group(multiple = false)]
struct UrlSource {
    /// The connection as a URL: `DIALECT://USER@HOST:PORT/DATABASE?sslmode=…`, or `DIALECT:FILE`
    #[arg(long)]
    url: Option<String>,
    /// Take the URL from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    url_env: Option<String>,
    /// Take the URL from the first line of standard input
    #[arg(long)]
    url_stdin: bool,
}

/// Where the password comes from. It is never an argument: other users of the machine could read it there.
#[derive(Debug, Default, PartialEq, Args)]
#[group(multiple = false)]
pub(super) struct PasswordSource {
    /// Ask for the password on the terminal, without showing it
    #[arg(long)]
    ask_password: bool,
    /// Take the password from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    password_env: Option<String>,
    /// Take the password from the first line of standard input
    #[arg(long, conflicts_with = "url_stdin")]
    password_stdin: bool,
    /// The password is the secret of this name, which `noorm secret set` sets and changes
    #[arg(long, value_name = "KEY")]
    password_secret: Option<String>,
}

/// How the connection is encrypted. Each but `--no-ssl` implies `--ssl`.
#[derive(Debug, Default, PartialEq, Args)]
struct Transport {
    /// Encrypt the connection, and refuse a server that cannot prove who it is
    #[arg(long)]
    ssl: bool,
    /// Do not encrypt the connection
    #[arg(long, conflicts_with_all = ["ssl", "ssl_ca", "ssl_cert", "ssl_key", "ssl_no_verify"])]
    no_ssl: bool,
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

/// What sessions should respect.
#[derive(Debug, Default, PartialEq, Args)]
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
    /// How many connections a pool keeps open; kept for programs that have one, as a run has none
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pool_min: Option<u32>,
    /// How many connections a run may open; 1 gives up the one that keeps the lock alive during long statements
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pool_max: Option<u32>,
}

/// `--type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Local,
    Remote,
}

impl Fields {
    /// Puts what the flags say over a config.
    pub(super) fn apply(&self, config: &mut Config, project: &Project, context: &Context) -> Result<(), Failure> {
        self.apply_url(config, project, context)?;
        let connection = &mut config.connection;
        if let Some(dialect) = &self.dialect {
            connection.dialect.clone_from(dialect);
        }
        if let Some(database) = &self.database {
            connection.database.clone_from(database);
            // Both name the database, and the newer word counts.
            connection.filename = None;
        }
        set(&mut connection.filename, self.filename.as_ref());
        set(&mut connection.host, self.host.as_ref());
        set(&mut connection.port, self.port.as_ref());
        set(&mut connection.user, self.user.as_ref());
        self.password.apply(config, context)?;
        let connection = &mut config.connection;
        connection.ssl = self.transport.over(connection.ssl.take());
        self.limits.apply(config);
        set(&mut config.paths.schema, self.schema_path.as_ref());
        set(&mut config.paths.changesets, self.changeset_path.as_ref());
        set(&mut config.identity, self.identity.as_ref());
        config.protected |= self.protected;
        config.is_test |= self.test;
        config.kind = match self.kind {
            None => config.kind,
            Some(Kind::Local) => ConfigKind::Local,
            Some(Kind::Remote) => ConfigKind::Remote,
        };
        context.home.seen.add_of([], [&*config]);
        Ok(())
    }

    /// Whether there is a flag at all.
    pub(super) fn is_given(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a flag names the database.
    pub(super) fn names_database(&self) -> bool {
        self.database.is_some() || self.filename.is_some() || self.has_url()
    }

    /// Whether the connection is given as a URL.
    fn has_url(&self) -> bool {
        self.url != UrlSource::default()
    }

    fn apply_url(&self, config: &mut Config, project: &Project, context: &Context) -> Result<(), Failure> {
        let text = match &self.url {
            UrlSource { url: Some(text), .. } => Secret::new(text.clone()),
            UrlSource { url_env: Some(name), .. } => secret_input::from_variable(name, context)?,
            UrlSource { url_stdin: true, .. } => secret_input::first_line()?,
            _ => return Ok(()),
        };
        let said = config::connection_of_url(project, text.expose())?;
        if self.url.url.is_some() && url::has_password(text.expose()) {
            let warning = "the password stands in an argument: other users of this machine can read the arguments of every \
                           process, and the shell keeps them in its history; change it, and use `--url-env VARIABLE`, \
                           `--url-stdin` or `--password-secret KEY`";
            progress(context.json)(Event::Warning(warning.to_owned()));
        }
        // What a URL does not have it does not set: the limits of sessions, and a password that is kept elsewhere.
        let before = std::mem::replace(&mut config.connection, said);
        let connection = &mut config.connection;
        if connection.password.is_none() {
            connection.password = before.password;
            connection.password_secret = before.password_secret;
        }
        connection.ssl = connection.ssl.take().or(before.ssl);
        connection.connect_timeout_ms = connection.connect_timeout_ms.or(before.connect_timeout_ms);
        connection.lock_timeout_ms = before.lock_timeout_ms;
        connection.statement_timeout_ms = before.statement_timeout_ms;
        connection.pool = before.pool;
        connection.other = before.other;
        Ok(())
    }
}

impl PasswordSource {
    /// Whether a flag says where it is.
    pub(super) fn is_given(&self) -> bool {
        *self != Self::default()
    }

    /// A password and the name of a secret that is one take each other's place.
    fn apply(&self, config: &mut Config, context: &Context) -> Result<(), Failure> {
        let password = match self {
            Self { password_secret: Some(key), .. } => {
                noorm_ops::secret::check_name(key)?;
                config.connection.password = None;
                config.connection.password_secret = Some(key.clone());
                return Ok(());
            }
            Self { ask_password: true, .. } if ask::can_ask(context) => ask::hidden("password (it is not shown)")?,
            Self { ask_password: true, .. } => {
                return Err(Failure::wrong_usage("no-value", "there is no terminal to ask for the password on")
                    .hint("`--password-env VARIABLE` or `--password-stdin` says where it is"));
            }
            Self { password_env: Some(name), .. } => secret_input::from_variable(name, context)?,
            Self { password_stdin: true, .. } => secret_input::first_line()?,
            _ => return Ok(()),
        };
        set_password(config, &password);
        Ok(())
    }
}

/// Stores a password in a config.
pub(super) fn set_password(config: &mut Config, password: &Secret) {
    config.connection.password = Some(password.expose().to_owned());
    config.connection.password_secret = None;
}

impl Transport {
    /// `--ssl` alone refuses a server that cannot prove who it is, so it takes back what said otherwise.
    fn verified(&self, stored: Option<Ssl>) -> Option<Ssl> {
        match stored {
            Some(Ssl::Custom(mut details)) if self.ssl && details.reject_unauthorized == Some(false) => {
                details.reject_unauthorized = None;
                Some(Ssl::Custom(details))
            }
            stored => stored,
        }
    }

    /// Details are put over those that are there.
    fn over(&self, stored: Option<Ssl>) -> Option<Ssl> {
        if self.no_ssl {
            return Some(Ssl::Flag(false));
        }
        let reject_unauthorized = self.ssl_no_verify.then_some(false);
        let said = SslConfig {
            ca: self.ssl_ca.clone(),
            cert: self.ssl_cert.clone(),
            key: self.ssl_key.clone(),
            reject_unauthorized,
        };
        let is_detailed = said != SslConfig::default();
        match self.verified(stored) {
            Some(Ssl::Custom(mut details)) if is_detailed => {
                set(&mut details.ca, said.ca.as_ref());
                set(&mut details.cert, said.cert.as_ref());
                set(&mut details.key, said.key.as_ref());
                set(&mut details.reject_unauthorized, said.reject_unauthorized.as_ref());
                Some(Ssl::Custom(details))
            }
            _ if is_detailed => Some(Ssl::Custom(said)),
            Some(Ssl::Custom(details)) if details == SslConfig::default() && self.ssl => Some(Ssl::Flag(true)),
            Some(Ssl::Custom(details)) => Some(Ssl::Custom(details)),
            _ if self.ssl => Some(Ssl::Flag(true)),
            stored => stored,
        }
    }
}

impl Limits {
    fn apply(&self, config: &mut Config) {
        let connection = &mut config.connection;
        set(&mut connection.connect_timeout_ms, self.connect_timeout.as_ref());
        set(&mut connection.lock_timeout_ms, self.lock_timeout.as_ref());
        set(&mut connection.statement_timeout_ms, self.statement_timeout.as_ref());
        if self.pool_min.is_some() || self.pool_max.is_some() {
            let pool = connection.pool.get_or_insert_with(Pool::default);
            set(&mut pool.min, self.pool_min.as_ref());
            set(&mut pool.max, self.pool_max.as_ref());
        }
    }
}

fn set<T: Clone>(place: &mut Option<T>, value: Option<&T>) {
    if let Some(value) = value {
        *place = Some(value.clone());
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        transport: Transport,
    }

    fn check(flags: &[&str], stored: Value, expected: Value) {
        let line = Line::parse_from([&["noorm"], flags].concat());
        let stored: Option<Ssl> = serde_json::from_value(stored).expect("what is stored");
        let after = serde_json::to_value(line.transport.over(stored)).expect("JSON");
        assert_eq!(after, expected, "{flags:?}");
    }

    #[test]
    fn ssl_alone_verifies_again() {
        let unverified = || json!({ "rejectUnauthorized": false });
        check(&["--ssl"], unverified(), json!(true));
        check(&["--ssl"], json!({ "ca": "a.pem", "rejectUnauthorized": false }), json!({ "ca": "a.pem" }));
        check(&["--ssl", "--ssl-ca", "b.pem"], unverified(), json!({ "ca": "b.pem" }));
        check(&["--ssl", "--ssl-no-verify"], unverified(), unverified());
        check(&["--ssl-ca", "b.pem"], unverified(), json!({ "ca": "b.pem", "rejectUnauthorized": false }));
        check(&[], unverified(), unverified());
        check(&["--ssl"], json!({ "ca": "a.pem" }), json!({ "ca": "a.pem" }));
        check(&["--ssl"], json!(false), json!(true));
        check(&["--ssl"], Value::Null, json!(true));
        check(&["--no-ssl"], unverified(), json!(false));
    }
}
