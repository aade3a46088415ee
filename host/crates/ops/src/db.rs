//! `db create` and `db destroy`: a config's database as a whole.
//!
//! A database that is a file is the driver's to make and to remove; any other is made and removed by statements of the
//! dialect's, over a database of the server's that is always there.

use noorm_core::value::Scalar;
use noorm_driver::{ConnectError, ServerError};
use noorm_plugin_host::{ErrorClass, PluginError};

use crate::cancel::Cancel;
use crate::destination::Destination;
use crate::lock::{self, LockError};
use crate::session::{Own, Session, SessionError};
use crate::tracker;
use crate::workbench::Workbench;

/// Makes the database; `false` when it is there already.
pub async fn create(bench: &Workbench, cancel: &Cancel) -> Result<bool, SessionError> {
    let Some(mut server) = Server::connect(bench).await? else {
        return Ok(noorm_driver::create_file(&Destination::of(bench).target)?);
    };
    if server.has_database().await? {
        return Ok(false);
    }
    let statements = server.session.dialect.create_database(&server.name)?;
    let made = server.run("make", &statements, cancel).await;
    // Somebody else was quicker.
    made.or_else(|refused| refused.unless(&[ErrorClass::ExistingObject, ErrorClass::Unique]))
}

/// Removes the database with everything in it; `false` when there is none. One that somebody is changing is left alone.
pub async fn destroy(bench: &Workbench, cancel: &Cancel) -> Result<bool, LockError> {
    refuse_locked(bench).await?;
    let Some(mut server) = Server::connect(bench).await? else {
        let target = Destination::of(bench).target;
        return Ok(noorm_driver::remove_file(&target).map_err(SessionError::from)?);
    };
    if !server.has_database().await? {
        return Ok(false);
    }
    let statements = server.session.dialect.destroy_database(&server.name).map_err(SessionError::from)?;
    match server.run("remove", &statements, cancel).await {
        // Some servers say that it is missing to whoever has no right to remove it.
        Err(refused) if refused.class == Some(ErrorClass::MissingObject) && server.has_database().await? => {
            Err(refused.error.into())
        }
        removed => Ok(removed.or_else(|refused| refused.unless(&[ErrorClass::MissingObject]))?),
    }
}

/// Whoever holds the lock would lose the database under its hands.
async fn refuse_locked(bench: &Workbench) -> Result<(), LockError> {
    let session = match Session::open_existing(bench).await {
        Err(SessionError::Connect(ConnectError::MissingDatabase { .. })) => None,
        session => session?,
    };
    let Some(mut session) = session else { return Ok(()) };
    match tracker::installed(&mut session).await {
        Ok(seen) => lock::refuse_held(&mut session, &seen).await,
        // Tables that this noorm does not know do not keep a database from being removed; whoever works with them is not
        // seen.
        Err(SessionError::Newer { .. } | SessionError::NotAdoptable { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A session with a database that is always there.
struct Server {
    session: Session,
    name: String,
}

impl Server {
    /// Connects; `None` where databases are files.
    async fn connect(bench: &Workbench) -> Result<Option<Self>, SessionError> {
        let maintenance = match bench.dialect.maintenance() {
            Ok(maintenance) => maintenance,
            Err(PluginError::Unsupported { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let destination = Destination::of(bench);
        let name = destination.target.database.clone();
        let session = Session::connect(&bench.dialect, &destination.sibling(&maintenance)).await?;
        Ok(Some(Self { session, name }))
    }

    async fn has_database(&mut self) -> Result<bool, SessionError> {
        let query = self.session.dialect.database_exists()?;
        let values = [("database", Scalar::from(self.name.as_str()))];
        let rows = self.session.query("database-exists", &query, &values).await?;
        Ok(rows.rows.first().and_then(|row| row.first()).and_then(Scalar::as_i64).unwrap_or(0) > 0)
    }

    /// Runs the statements unless somebody asks to stop. A statement that waits for other sessions would otherwise be
    /// carried out at some time after this process.
    async fn run(&mut self, verb: &'static str, statements: &[String], cancel: &Cancel) -> Result<bool, Refusal> {
        cancel.watch(Some(self.session.connection.interrupter()));
        for sql in statements {
            if cancel.is_cancelled() {
                return Err(Refusal::of(SessionError::Cancelled));
            }
            let ran = self.session.run_own(verb, &[Own::text(sql)]).await;
            ran.map_err(|error| self.refusal(verb, error))?;
        }
        Ok(true)
    }

    fn refusal(&self, verb: &'static str, error: SessionError) -> Refusal {
        let class = self.session.class(&error);
        match error {
            SessionError::Server { source: ServerError { interrupted: true, .. }, .. } => {
                Refusal::of(SessionError::Cancelled)
            }
            SessionError::Server { source, .. } if !source.closed => {
                let (name, hint) = (self.name.clone(), advice(class, &source));
                Refusal { class, error: SessionError::Database { verb, name, hint, source } }
            }
            other => Refusal::of(other),
        }
    }
}

/// Why a database was not made or removed.
struct Refusal {
    class: Option<ErrorClass>,
    error: SessionError,
}

impl Refusal {
    fn of(error: SessionError) -> Self {
        Self { class: None, error }
    }

    /// There was nothing to do, if the database's answer is one of these.
    fn unless(self, classes: &[ErrorClass]) -> Result<bool, SessionError> {
        if self.class.is_some_and(|class| classes.contains(&class)) { Ok(false) } else { Err(self.error) }
    }
}

fn advice(class: Option<ErrorClass>, source: &ServerError) -> Option<String> {
    let hint = match class {
        Some(ErrorClass::Permission) => {
            "give this user the right to make and remove databases, or let somebody who has it run this command"
        }
        Some(ErrorClass::Lock | ErrorClass::Transient) => {
            "other sessions are in the way; run the command again when they have ended"
        }
        _ => return source.hint.clone(),
    };
    Some(source.hint.clone().unwrap_or_else(|| hint.to_owned()))
}
