//! The server's own lock, which a session holds and which ends with it. It backs the row where the product has one that
//! holds for all its nodes; the row alone is what every commit checks.

use std::time::{Duration, Instant};

use noorm_plugin_host::{ErrorClass, Query};

use super::{Held, LockError, holder, status};
use crate::session::{Session, SessionError};
use crate::tracker::rows;

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
/// How long taking a lock over may take.
const TAKING: Duration = Duration::from_secs(2);
const WRITING: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(20);

/// What came of asking for it in earnest.
pub(super) struct Taken {
    pub(super) lock: ServerLock,
    /// Whose session was ended for it, because its row had expired.
    pub(super) ended: Option<Held>,
}

/// Asks for it, without waiting for whoever works under it. The session of a process of this machine that has ended is
/// ended: the server may not have noticed, and the statement that it runs must not go on under the next run. So is that of
/// a holder that let its row expire: it sleeps, or is cut off.
pub(super) async fn take(session: &mut Session) -> Result<Taken, LockError> {
    let Some(query) = session.dialect.lock_if_any("session-try").map_err(SessionError::from)? else {
        return Ok(Taken { lock: ServerLock::None, ended: None });
    };
    let mut ended = None;
    if is_free(session, &query).await? {
        return Ok(Taken { lock: ServerLock::Held, ended });
    }
    let begun = Instant::now();
    let mut until = begun + WRITING;
    let mut has_ended_one = false;
    loop {
        let held = status(session).await?;
        match &held {
            Some(held) if !may_be_ended(held) => return Err(LockError::Held { held: Box::new(held.clone()) }),
            // Whoever takes it over just now has the server's lock before it has the row.
            Some(held) if !has_ended_one && !held.gone && begun.elapsed() < TAKING => until = Instant::now() + WRITING,
            Some(held) if !has_ended_one => {
                let has_ended = end_if_allowed(session, held).await?;
                // A server that ends no session for us notices by itself that a client is gone.
                if has_ended || held.gone {
                    until = Instant::now() + GRACE;
                }
                if has_ended {
                    ended = Some(held.clone()).filter(|held| !held.gone);
                }
                has_ended_one = true;
            }
            _ => {}
        }
        if is_free(session, &query).await? {
            return Ok(Taken { lock: ServerLock::Held, ended });
        }
        if Instant::now() >= until {
            return Err(held.map_or(LockError::HeldBySession, |held| LockError::Held { held: Box::new(held) }));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whoever has no other connection cannot renew its row while a long statement runs: that one may be at work.
fn may_be_ended(held: &Held) -> bool {
    held.gone || (held.expired && !holder::is_single(&held.holder))
}

/// Ends the session that holds it, if this user may.
async fn end_if_allowed(session: &mut Session, held: &Held) -> Result<bool, SessionError> {
    match end(session, holder::backing(&held.holder).unwrap_or_default()).await {
        Err(error) if session.class(&error) == Some(ErrorClass::Permission) => Ok(false),
        ended => ended,
    }
}

/// Ends the session that works under a lock which is to be freed by force. One of which no row tells has the time that
/// taking the lock takes.
pub(super) async fn end_holder(session: &mut Session) -> Result<bool, SessionError> {
    let Some(query) = session.dialect.lock_if_any("session-try")? else { return Ok(false) };
    let until = Instant::now() + TAKING;
    loop {
        if is_free(session, &query).await? {
            return release(session).await.map(|_| false);
        }
        match status(session).await?.map(|held| holder::backing(&held.holder).map(str::to_owned)) {
            Some(Some(number)) => return end(session, &number).await,
            // It was taken by hand; somebody asks for it just now.
            Some(None) => return Ok(false),
            None if Instant::now() >= until => return end(session, "").await,
            None => tokio::time::sleep(PAUSE).await,
        }
    }
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

/// Ends the session that holds it, if it has this number; whichever it is, if that is empty.
async fn end(session: &mut Session, number: &str) -> Result<bool, SessionError> {
    let Some(query) = session.dialect.lock_if_any("session-end")? else { return Ok(false) };
    let ended = session.query("session-end", &query, &[("session", number.into())]).await;
    match ended {
        Ok(rows) => Ok(rows::only_integer(&rows, "ended").unwrap_or(0) > 0),
        Err(error) if error.is_closed() || session.class(&error) == Some(ErrorClass::Permission) => Err(error),
        // There is none any more, which is an error to some servers.
        Err(_) => Ok(false),
    }
}

/// Gives it back. `false`: the session did not hold it any more; a script can have freed it.
pub(crate) async fn release(session: &mut Session) -> Result<bool, SessionError> {
    match session.dialect.lock_if_any("session-release")? {
        Some(query) => Ok(session.ask_integer("session-release", &query).await? == 1),
        None => Ok(true),
    }
}
