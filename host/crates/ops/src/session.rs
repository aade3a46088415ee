//! A session with the database of a config: a connection, and the dialect that knows its words.
//!
//! It binds values by name and checks what a dialect plugin promised. It writes no SQL.

use std::time::Duration;

use noorm_core::value::Scalar;
use noorm_driver::{Command, ConnectError, Connection, Rows, ServerError};
use noorm_plugin_host::{Control, Dialect, ErrorClass, Facts, PluginError, Query};

use crate::destination::Destination;
use crate::executor::tries::{is_passing, jitter};
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
    /// The database refused to make or change noorm's own tables.
    #[error("the database refused to {verb} noorm's own tables")]
    Tables {
        /// `make`, `upgrade` or `take over`.
        verb: &'static str,
        /// What the database answered.
        #[source]
        source: ServerError,
    },
    /// The server refused to make or remove a database as a whole.
    #[error("the server refused to {verb} the database `{name}`")]
    Database {
        /// `make` or `remove`.
        verb: &'static str,
        /// The database.
        name: String,
        /// What to do about it.
        hint: Option<String>,
        /// What the server answered.
        #[source]
        source: ServerError,
    },
    /// Somebody asked to stop before anything was done.
    #[error("interrupted")]
    Cancelled,
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
    /// What answers is a pooler that gives every transaction another session of the server's.
    #[error("a pooler stands between noorm and the database, and hands sessions round between transactions")]
    Pooler,
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
    /// The tracking tables stand elsewhere or are the original's, and the command may not change them.
    #[error("this database has {origin}, which noorm has not taken over yet")]
    Elsewhere {
        /// What was found.
        origin: String,
    },
    /// Tables that stand elsewhere or are the original's cannot be taken over.
    #[error("{origin} cannot be taken over: {reasons}")]
    NotAdoptable {
        /// What was found.
        origin: String,
        /// What speaks against it.
        reasons: String,
        /// What to do about it.
        hint: Option<String>,
    },
}

impl SessionError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Connect(error) => error.hint(),
            Self::Plugin(error) => error.hint(),
            Self::Server { source, .. } | Self::Tables { source, .. } => source.hint.clone(),
            Self::Database { hint, .. } => hint.clone(),
            Self::Cancelled => Some("nothing was changed".to_owned()),
            Self::Dialect { .. } => Some("tell the plugin's author".to_owned()),
            Self::Pooler => Some(
                "connect to the server itself, or to a pool in session mode: the lock, the session's settings and \
                 prepared statements need one session"
                    .to_owned(),
            ),
            Self::Newer { .. } => Some("use a newer noorm".to_owned()),
            Self::Older { .. } => Some("`noorm run build` or `noorm change ff` upgrades them".to_owned()),
            Self::Elsewhere { .. } => Some(
                "the next command that changes something takes them over with their history: `noorm run build` or `noorm \
                 change ff`"
                    .to_owned(),
            ),
            Self::NotAdoptable { hint, .. } => hint.clone(),
        }
    }

    /// Whether the connection is gone.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Server { source, .. } | Self::Tables { source, .. } if source.closed)
    }
}

/// How often a statement of noorm's own is tried again that somebody else was in the way of, and the pause before, in
/// milliseconds.
const TRIES_MAX: u32 = 5;
const PAUSE_MS: u64 = 50;

/// The fact that has the server's own number of a session.
const SESSION: &str = "session";

/// The fact that names a wish without effect.
const IGNORES: &str = "ignores";

/// Logs in and asks the dialect's first question.
async fn reach(dialect: &Dialect, destination: &Destination) -> Result<(Box<dyn Connection>, Facts), SessionError> {
    let mut target = destination.target.clone();
    target.login = dialect.login(&destination.wishes)?;
    let mut connection = noorm_driver::connect(&target).await?;
    let probe = dialect.probe()?;
    if probe.is_empty() {
        return Ok((connection, Facts::new()));
    }
    let answer = connection.ask(&probe).await;
    let rows = answer.map_err(|source| SessionError::Server { action: "probe".to_owned(), source })?;
    let pairs = rows.rows.iter().filter_map(|row| match row.as_slice() {
        [name, value, ..] => Some((name.as_str()?.to_owned(), value.as_str().unwrap_or_default().to_owned())),
        _ => None,
    });
    Ok((connection, pairs.collect()))
}

/// Values for one of a dialect's queries, by name.
pub(crate) type Values<'a> = &'a [(&'a str, Scalar)];

/// A connection with its dialect.
pub struct Session {
    pub(crate) connection: Box<dyn Connection>,
    /// The dialect, with what it knows of this server.
    pub(crate) dialect: Dialect,
    pub(crate) control: Control,
    /// The version of the team's vault, as far as somebody has looked at noorm's tables; 0 without one.
    pub(crate) vault_version: u64,
}

impl Session {
    /// Connects to the database of the active config, and makes a database that is a file and missing.
    pub async fn open(bench: &Workbench) -> Result<Self, SessionError> {
        Self::connect(&bench.dialect, &Destination::of(bench)).await
    }

    /// Connects, or returns `None` where the database is a file that does not exist.
    pub async fn open_existing(bench: &Workbench) -> Result<Option<Self>, SessionError> {
        match Self::connect(&bench.dialect, &Destination::of(bench).existing()).await {
            Ok(session) => Ok(Some(session)),
            Err(SessionError::Connect(ConnectError::MissingFile { .. })) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Connects, asks the server what it is, and sets the session up.
    pub(crate) async fn connect(dialect: &Dialect, destination: &Destination) -> Result<Self, SessionError> {
        let (connection, answer) = reach(dialect, destination).await?;
        let mut options = dialect.facts(&answer)?;
        options.extend(destination.wishes.iter().cloned());
        let dialect = dialect.with_facts(options);
        let control = dialect.control()?;
        let mut session = Self { connection, dialect, control, vault_version: 0 };
        session.refuse_pooler(destination).await?;
        let setup: Vec<Own> = session.control.setup.iter().map(|sql| Own::text(sql)).collect();
        if !setup.is_empty() {
            session.run_own("setup", &setup).await?;
        }
        Ok(session)
    }

    /// Returns the wishes of the config that have no effect on this product.
    pub(crate) fn ignored_wishes(&self) -> Vec<String> {
        self.dialect.facts_named(IGNORES).filter(|wish| self.dialect.fact(wish).is_some()).map(str::to_owned).collect()
    }

    /// A pooler invents the number that the login tells. If a second session turns out to be the first one's on the
    /// server, sessions are handed round.
    async fn refuse_pooler(&self, destination: &Destination) -> Result<(), SessionError> {
        let (Some(ours), Some(told)) = (self.dialect.fact(SESSION), self.connection.session()) else {
            return Ok(());
        };
        if ours == told {
            return Ok(());
        }
        let (_second, answer) = reach(&self.dialect, destination).await?;
        let facts = self.dialect.facts(&answer)?;
        match facts.iter().any(|(name, value)| name == SESSION && value == ours) {
            true => Err(SessionError::Pooler),
            false => Ok(()),
        }
    }

    /// Runs one of a dialect's queries and returns its rows.
    pub(crate) async fn query(
        &mut self,
        action: &str,
        query: &Query,
        values: Values<'_>,
    ) -> Result<Rows, SessionError> {
        let mut tries = 0;
        loop {
            let is_alone = !self.connection.in_transaction();
            match self.query_without_patience(action, query, values).await {
                Err(error) if is_alone && tries < TRIES_MAX && self.is_passing(&error) => self.pause(&mut tries).await,
                other => return other,
            }
        }
    }

    /// The same, not tried again where somebody else is in the way.
    pub(crate) async fn query_without_patience(
        &mut self,
        action: &str,
        query: &Query,
        values: Values<'_>,
    ) -> Result<Rows, SessionError> {
        let params = bind(&self.dialect, action, query, values)?;
        let rows = self.query_once(action, query, &params).await?;
        match query.columns.iter().find(|name| rows.column(name).is_none()) {
            None => Ok(rows),
            Some(missing) => Err(self.wrong(action, format!("the column `{missing}` does not come back"))),
        }
    }

    /// An error where the connection is gone, which may look like the end of a transaction.
    pub(crate) async fn check_alive(&mut self) -> Result<(), SessionError> {
        let probe = self.dialect.probe()?;
        if probe.is_empty() {
            return Ok(());
        }
        let answer = self.connection.ask(&probe).await;
        answer.map(drop).map_err(|source| SessionError::Server { action: "probe".to_owned(), source })
    }

    async fn query_once(&mut self, action: &str, query: &Query, params: &[Scalar]) -> Result<Rows, SessionError> {
        let dialect = &self.dialect;
        let fail = |source| refused(dialect, action, source);
        let rows = self.connection.query(&query.sql, params).await.map_err(fail)?;
        match &query.then {
            Some(then) => self.connection.query(then, &[]).await.map_err(fail),
            None => Ok(rows),
        }
    }

    /// Runs a query without values that is sent once and has one integer; one round trip.
    pub(crate) async fn ask_integer(&mut self, action: &str, query: &Query) -> Result<i64, SessionError> {
        let fail = |source| SessionError::Server { action: action.to_owned(), source };
        let mut rows = self.connection.ask(&query.sql).await.map_err(fail)?;
        if let Some(then) = &query.then {
            rows = self.connection.ask(then).await.map_err(fail)?;
        }
        let value = rows.rows.first().and_then(|row| row.first()).and_then(Scalar::as_str);
        let number = value.and_then(|value| value.parse().ok());
        number.ok_or_else(|| self.wrong(action, "no integer comes back"))
    }

    /// Runs statements of noorm's own in order; returns the affected rows of each.
    pub(crate) async fn run_own(&mut self, action: &str, own: &[Own]) -> Result<Vec<u64>, SessionError> {
        let mut tries = 0;
        loop {
            // What is alone and failed had no effect.
            let is_alone = own.len() == 1 && !self.connection.in_transaction();
            match self.run_once(action, own).await {
                Err(error) if is_alone && tries < TRIES_MAX && self.is_passing(&error) => self.pause(&mut tries).await,
                other => return other,
            }
        }
    }

    /// Somebody else was in the way of a statement: two nodes of a cluster that wrote the same row, a deadlock.
    async fn pause(&self, tries: &mut u32) {
        *tries += 1;
        tokio::time::sleep(Duration::from_millis(PAUSE_MS / 2 + jitter(PAUSE_MS))).await;
    }

    async fn run_once(&mut self, action: &str, own: &[Own]) -> Result<Vec<u64>, SessionError> {
        let commands: Vec<Command<'_>> = own.iter().map(Own::command).collect();
        let ran = self.connection.run(&commands).await;
        ran.map_err(|error| refused(&self.dialect, action, error.error))
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

    /// Whether a statement of noorm's own failed because somebody else was in the way.
    pub(crate) fn is_passing(&self, error: &SessionError) -> bool {
        self.class(error).is_some_and(is_passing)
    }

    /// Returns what the database's refusal of a statement of noorm's own means, if the session goes on.
    pub(crate) fn class(&self, error: &SessionError) -> Option<ErrorClass> {
        let (SessionError::Server { source, .. } | SessionError::Tables { source, .. }) = error else { return None };
        let goes_on = !source.closed && !source.interrupted;
        self.dialect.classify(&source.code, &source.message).ok().filter(|_| goes_on)
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

/// A server says which right is missing, and not what to do about it.
fn refused(dialect: &Dialect, action: &str, mut source: ServerError) -> SessionError {
    let class = dialect.classify(&source.code, &source.message);
    if source.hint.is_none() && matches!(class, Ok(ErrorClass::Permission)) {
        let hint = "give this user the right that the server names, for noorm has tables of its own, or let the owner of the \
                    database run this command once";
        source.hint = Some(hint.to_owned());
    }
    SessionError::Server { action: action.to_owned(), source }
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
