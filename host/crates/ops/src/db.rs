//! `db create` and `db destroy`: a config's database as a whole.
//!
//! A database that is a file is the driver's to make and to remove; any other is made and removed by statements of the
//! dialect's, over a database of the server's that is always there.

use noorm_core::value::Scalar;
use noorm_driver::ConnectError;
use noorm_plugin_host::PluginError;

use crate::destination::Destination;
use crate::lock::{self, LockError};
use crate::session::{Own, Session, SessionError};
use crate::tracker;
use crate::workbench::Workbench;

/// Makes the database; `false` when it is there already.
pub async fn create(bench: &Workbench) -> Result<bool, SessionError> {
    let Some(mut server) = Server::connect(bench).await? else {
        return Ok(noorm_driver::create_file(&Destination::of(bench).target)?);
    };
    if server.has_database().await? {
        return Ok(false);
    }
    let statements = server.session.dialect.create_database(&server.name)?;
    server.run("create", &statements).await?;
    Ok(true)
}

/// Removes the database with everything in it; `false` when there is none. One that somebody is changing is left alone.
pub async fn destroy(bench: &Workbench) -> Result<bool, LockError> {
    refuse_locked(bench).await?;
    let Some(mut server) = Server::connect(bench).await? else {
        let target = Destination::of(bench).target;
        return Ok(noorm_driver::remove_file(&target).map_err(SessionError::from)?);
    };
    if !server.has_database().await? {
        return Ok(false);
    }
    let statements = server.session.dialect.destroy_database(&server.name).map_err(SessionError::from)?;
    server.run("destroy", &statements).await?;
    Ok(true)
}

/// Whoever holds the lock would lose the database under its hands.
async fn refuse_locked(bench: &Workbench) -> Result<(), LockError> {
    let session = match tracker::open(bench).await {
        Ok(session) => session,
        Err(SessionError::Connect(ConnectError::MissingDatabase { .. })) => None,
        // Tables of another version do not keep a database from being removed; whoever works with them is not seen.
        Err(SessionError::Older { .. } | SessionError::Newer { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let Some(mut session) = session else { return Ok(()) };
    match lock::status(&mut session).await? {
        Some(held) if !held.expired => Err(LockError::Held { held: Box::new(held) }),
        _ => Ok(()),
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

    async fn run(&mut self, action: &str, statements: &[String]) -> Result<(), SessionError> {
        for sql in statements {
            self.session.run_own(action, &[Own::text(sql)]).await?;
        }
        Ok(())
    }
}
