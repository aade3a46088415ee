//! The server's own lock, which a session holds and which ends with it. It backs the row where the product has one that
//! holds for all its nodes; the row alone is what every commit checks.

use std::time::{Duration, Instant};

use noorm_plugin_host::{ErrorClass, Query};

use super::{Held, LockError, status};
use crate::session::{Session, SessionError};

/// What became of asking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerLock {
    /// This session holds it.
    Held,
    /// The product has none.
    None,
}

/// How long a session that was ended has to go, and one that has just taken the lock to write its row.
const GRACE: Duration = Duration::from_secs(5);
const WRITING: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(20);

/// Asks for it, without waiting for whoever works under it. A session whose process has ended, or slept past its lock's
/// time, is ended too: the server may not have noticed, and the statement that it runs must not go on under the next run.
pub(super) async fn take(session: &mut Session) -> Result<ServerLock, LockError> {
    let Some(query) = session.dialect.lock_if_any("session-try").map_err(SessionError::from)? else {
        return Ok(ServerLock::None);
    };
    let mut until = Instant::now() + WRITING;
    let mut has_ended_one = false;
    while !is_free(session, &query).await? {
        let row = status(session).await?;
        let has_row = row.is_some();
        if let Some(held) = row.filter(Held::is_alive) {
            return Err(LockError::Held { held: Box::new(held) });
        }
        if Instant::now() >= until {
            // A row of somebody who has just taken the lock would be another one by now.
            if !has_row || std::mem::replace(&mut has_ended_one, true) {
                return Err(LockError::HeldBySession);
            }
            until = Instant::now() + if end(session).await? { GRACE } else { WRITING };
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(ServerLock::Held)
}

/// Asks for it where no row can tell who holds it, as there are no tables of noorm's yet.
pub(crate) async fn take_unnamed(session: &mut Session) -> Result<ServerLock, LockError> {
    let Some(query) = session.dialect.lock_if_any("session-try").map_err(SessionError::from)? else {
        return Ok(ServerLock::None);
    };
    let until = Instant::now() + WRITING;
    while !is_free(session, &query).await? {
        if Instant::now() >= until {
            return Err(LockError::HeldBySession);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(ServerLock::Held)
}

async fn is_free(session: &mut Session, query: &Query) -> Result<bool, SessionError> {
    Ok(session.ask_integer("session-try", query).await? == 1)
}

/// Ends the session that holds it; `false` where there is none, or no such lock.
pub(super) async fn end(session: &mut Session) -> Result<bool, SessionError> {
    let Some(query) = session.dialect.lock_if_any("session-end")? else { return Ok(false) };
    match session.ask_integer("session-end", &query).await {
        Ok(ended) => Ok(ended > 0),
        // It has ended by itself, or nobody holds the lock.
        Err(error) if session.class(&error) == Some(ErrorClass::MissingObject) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Gives it back. `false`: the session did not hold it any more; a script can have freed it.
pub(crate) async fn release(session: &mut Session) -> Result<bool, SessionError> {
    match session.dialect.lock_if_any("session-release")? {
        Some(query) => Ok(session.ask_integer("session-release", &query).await? == 1),
        None => Ok(true),
    }
}
