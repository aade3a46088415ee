//! Taking the lock: once, without waiting.
//!
//! A lock whose holder is gone is taken over: a process of this machine that has ended, or a session that held the
//! server's own lock and does not hold it any more.

use noorm_core::value::Scalar;
use noorm_plugin_host::ErrorClass;

use super::{Claim, Held, LockError, holder, run, status};
use crate::session::{Session, SessionError};
use crate::tracker;

/// Takes the lock if it is free, expired, or its holder is gone. `has_server_lock`: this session holds the server's own
/// lock. Returns what was taken over.
pub(super) async fn acquire(
    session: &mut Session,
    claim: &Claim,
    token: &str,
    holder: &str,
    has_server_lock: bool,
) -> Result<Option<Held>, LockError> {
    if try_acquire(session, claim, token, holder).await? {
        return Ok(None);
    }
    let Some(held) = status(session).await? else {
        // It was freed in between.
        return match try_acquire(session, claim, token, holder).await? {
            true => Ok(None),
            false => Err(LockError::HeldBySession),
        };
    };
    // Whoever backed the row by the server's lock would still hold that if its session lived.
    let is_gone = (has_server_lock && holder::backing(&held.holder).is_some()) || held.gone;
    if !is_gone {
        return Err(LockError::Held { held: Box::new(held) });
    }
    run(session, "release", &[("token", held.token.as_str().into())]).await?;
    match try_acquire(session, claim, token, holder).await? {
        true => Ok(Some(held)),
        false => Err(LockError::Held { held: Box::new(held) }),
    }
}

async fn try_acquire(session: &mut Session, claim: &Claim, token: &str, holder: &str) -> Result<bool, SessionError> {
    let values = [
        ("config_name", Scalar::from(tracker::cut(&claim.config_name))),
        ("locked_by", tracker::cut(&claim.locked_by).into()),
        ("reason", tracker::cut(&claim.reason).into()),
        ("timeout_ms", claim.timeout_ms.into()),
        ("token", token.into()),
        ("holder", holder.into()),
    ];
    let query = session.dialect.lock("acquire")?;
    let asked = match session.query_without_patience("acquire", &query, &values).await {
        // A database that is a file is locked as a whole while a run writes into it: who runs can be read all the same.
        Err(error) if session.class(&error) == Some(ErrorClass::Lock) => return Ok(false),
        Err(error) if session.is_passing(&error) => run(session, "acquire", &values).await,
        asked => asked.map(|rows| rows.affected),
    };
    match asked {
        Ok(rows) => Ok(rows == 1),
        // Where nothing makes two that insert at once wait for each other, the second one meets the first one's row.
        Err(error) if session.class(&error) == Some(ErrorClass::Unique) => Ok(false),
        Err(error) => Err(error),
    }
}
