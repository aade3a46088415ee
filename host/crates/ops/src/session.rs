//! A session with the database of a config: a connection, and the dialect that knows its words.
//!
//! It binds values by name and checks what a dialect plugin promised. It writes no SQL.

use std::path::Path;

use noorm_core::config::{self, ConnectionConfig};
use noorm_core::secret::Secret;
use noorm_core::value::Scalar;
use noorm_driver::{Command, ConnectError, Connection, Rows, ServerError, Ssl, Target};
use noorm_plugin_host::{Control, Dialect, PluginError, Query};

use crate::workbench::Workbench;

/// Why a session could not be opened, or one of noorm's own statements failed.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The dialect plugin failed.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// The database refused one of noorm's own statements.
    #[error("the database refused `{action}`, a statement of noorm's own")]
    Server {
        /// What noorm was doing.
        action: String,
        /// What the database answered.
        #[source]
        source: ServerError,
    },
    /// The dialect plugin's SQL asks for a value that the action does not have, or returns other columns.
    #[error("{dialect} gives wrong SQL for `{action}`: {what}")]
    Dialect {
        /// The plugin's name and version.
        dialect: String,
        /// The action.
        action: String,
        /// What is wrong.
        what: String,
    },
    /// The tracking tables are of a newer noorm.
    #[error("noorm's tables in this database have version {found}; this noorm knows versions up to {known}")]
    Newer {
        /// What the database has.
        found: i64,
        /// What the dialect plugin knows.
        known: u32,
    },
    /// The tracking tables are of an older noorm, and the command may not change them.
    #[error("noorm's tables in this database have version {found}, and this command needs version {known}")]
    Older {
        /// What the database has.
        found: i64,
        /// What the command needs.
        known: u32,
    },
}

impl SessionError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Connect(error) => error.hint(),
            Self::Plugin(error) => error.hint(),
            Self::Server { source, .. } => source.hint.clone(),
            Self::Dialect { .. } => Some("tell the plugin's author".to_owned()),
            Self::Newer { .. } => Some("use a newer noorm".to_owned()),
            Self::Older { .. } => Some("`noorm run build` or `noorm change ff` upgrades them".to_owned()),
        }
    }

    /// Whether the connection is gone.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Server { source, .. } if source.closed)
    }
}

/// Values for one of a dialect's queries, by name.
pub(crate) type Values<'a> = &'a [(&'a str, Scalar)];

/// A connection with its dialect.
pub struct Session {
    pub(crate) connection: Box<dyn Connection>,
    pub(crate) dialect: Dialect,
    pub(crate) control: Control,
}

impl Session {
    /// Connects to the database of the active config, and makes a database that is a file and missing.
    pub async fn open(bench: &Workbench) -> Result<Self, SessionError> {
        Self::connect(&bench.dialect, &target(bench)).await
    }

    /// Connects, or returns `None` where the database is a file that does not exist.
    pub async fn open_existing(bench: &Workbench) -> Result<Option<Self>, SessionError> {
        let target = Target { create: false, ..target(bench) };
        match Self::connect(&bench.dialect, &target).await {
            Ok(session) => Ok(Some(session)),
            Err(SessionError::Connect(ConnectError::MissingFile { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Connects to a target.
    pub(crate) async fn connect(dialect: &Dialect, target: &Target) -> Result<Self, SessionError> {
        let control = dialect.control()?;
        let mut connection = noorm_driver::connect(target).await?;
        let setup: Vec<Command<'_>> = control.setup.iter().map(|sql| Command::Text(sql)).collect();
        if !setup.is_empty() {
            let ran = connection.run(&setup).await;
            ran.map_err(|error| SessionError::Server { action: "setup".to_owned(), source: error.error })?;
        }
        Ok(Self { connection, dialect: dialect.clone(), control })
    }

    /// Runs one of a dialect's queries and returns its rows.
    pub(crate) async fn query(
        &mut self,
        action: &str,
        query: &Query,
        values: Values<'_>,
    ) -> Result<Rows, SessionError> {
        let params = bind(&self.dialect, action, query, values)?;
        let rows = self.connection.query(&query.sql, &params).await;
        let rows = rows.map_err(|source| SessionError::Server { action: action.to_owned(), source })?;
        match query.columns.iter().find(|name| rows.column(name).is_none()) {
            None => Ok(rows),
            Some(missing) => Err(self.wrong(action, format!("the column `{missing}` does not come back"))),
        }
    }

    /// Runs statements of noorm's own in order; returns the affected rows of each.
    pub(crate) async fn run_own(&mut self, action: &str, own: &[Own]) -> Result<Vec<u64>, SessionError> {
        let commands: Vec<Command<'_>> = own.iter().map(Own::command).collect();
        let ran = self.connection.run(&commands).await;
        ran.map_err(|error| SessionError::Server { action: action.to_owned(), source: error.error })
    }

    /// Starts a transaction.
    pub(crate) async fn begin(&mut self) -> Result<(), SessionError> {
        let begin = Own::text(&self.control.begin);
        self.run_own("begin", &[begin]).await.map(drop)
    }

    /// Keeps a transaction.
    pub(crate) async fn commit(&mut self) -> Result<(), SessionError> {
        let commit = Own::text(&self.control.commit);
        self.run_own("commit", &[commit]).await.map(drop)
    }

    /// Forgets a transaction, if one is open.
    pub(crate) async fn rollback(&mut self) -> Result<(), SessionError> {
        if !self.connection.in_transaction() {
            return Ok(());
        }
        let rollback = Own::text(&self.control.rollback);
        self.run_own("rollback", &[rollback]).await.map(drop)
    }

    pub(crate) fn wrong(&self, action: &str, what: impl Into<String>) -> SessionError {
        wrong(&self.dialect, action, what)
    }
}

/// One statement of noorm's own, with its values.
pub(crate) struct Own {
    sql: String,
    params: Vec<Scalar>,
}

impl Own {
    /// A statement without values.
    pub(crate) fn text(sql: &str) -> Self {
        Self { sql: sql.to_owned(), params: Vec::new() }
    }

    /// A dialect's query with its values.
    pub(crate) fn bound(
        dialect: &Dialect,
        action: &str,
        query: Query,
        values: Values<'_>,
    ) -> Result<Self, SessionError> {
        let params = bind(dialect, action, &query, values)?;
        Ok(Self { sql: query.sql, params })
    }

    fn command(&self) -> Command<'_> {
        if self.params.is_empty() {
            Command::Text(&self.sql)
        } else {
            Command::Bound { sql: &self.sql, params: &self.params }
        }
    }
}

fn wrong(dialect: &Dialect, action: &str, what: impl Into<String>) -> SessionError {
    SessionError::Dialect { dialect: dialect.plugin_ref().to_string(), action: action.to_owned(), what: what.into() }
}

fn bind(dialect: &Dialect, action: &str, query: &Query, values: Values<'_>) -> Result<Vec<Scalar>, SessionError> {
    let find = |name: &String| match values.iter().find(|(known, _)| known == name) {
        Some((_, value)) => Ok(value.clone()),
        None => Err(wrong(dialect, action, format!("it asks for a value `{name}`"))),
    };
    query.parameters.iter().map(find).collect()
}

/// Returns where the active config's database is.
pub(crate) fn target(bench: &Workbench) -> Target {
    let connection = &bench.active.config.connection;
    let root = bench.files.root();
    let mut target = Target::new(bench.dialect.driver());
    target.host.clone_from(&connection.host);
    target.port = connection.port;
    target.database.clone_from(&connection.database);
    let file = connection.filename.as_ref().unwrap_or(&connection.database);
    target.filename = (!file.is_empty()).then(|| root.join(file));
    target.user.clone_from(&connection.user);
    target.password = connection.password.clone().map(Secret::new);
    target.ssl = ssl(connection, root);
    target
}

fn ssl(connection: &ConnectionConfig, root: &Path) -> Ssl {
    match &connection.ssl {
        None | Some(config::Ssl::Flag(false)) => Ssl::Off,
        Some(config::Ssl::Flag(true)) => Ssl::On,
        Some(config::Ssl::Custom(custom)) => {
            let file = |name: &Option<String>| name.as_ref().map(|name| root.join(name));
            Ssl::Custom {
                ca: file(&custom.ca),
                cert: file(&custom.cert),
                key: file(&custom.key),
                reject_unauthorized: custom.reject_unauthorized.unwrap_or(true),
            }
        }
    }
}
