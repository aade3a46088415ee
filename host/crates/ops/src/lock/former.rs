//! The lock as tables have it that this noorm does not write into: of an older version, of its TypeScript original, or in
//! another place. It is respected, and can be freed by force.

use super::{Held, LockError, read};
use crate::session::{Session, SessionError};
use crate::tracker::Installed;

/// Refuses to go on while somebody works with the tables as they were seen.
pub(crate) async fn refuse_held(session: &mut Session, seen: &Installed) -> Result<(), LockError> {
    match held(session, seen).await? {
        Some(held) => Err(LockError::Held { held: Box::new(held) }),
        None => Ok(()),
    }
}

/// Returns a lock that has not expired, and whose holder is not known to be gone.
async fn held(session: &mut Session, seen: &Installed) -> Result<Option<Held>, SessionError> {
    let held = all(session, seen).await?;
    Ok(held.into_iter().find(|held| !held.expired && !held.gone))
}

/// Returns the lock as it is told: one that somebody holds, or else one that has expired.
pub(super) async fn status(session: &mut Session, seen: &Installed) -> Result<Option<Held>, SessionError> {
    let held = all(session, seen).await?;
    Ok(held.into_iter().min_by_key(|held| held.expired))
}

/// Former tables have one for each config.
async fn all(session: &mut Session, seen: &Installed) -> Result<Vec<Held>, SessionError> {
    let Some(table) = seen.lock_table() else { return Ok(Vec::new()) };
    let action = if table.has_token { "status" } else { "status-former" };
    let query = session.dialect.lock_in(&table.schema, action)?;
    let rows = session.query(action, &query, &[]).await?;
    Ok(rows.rows.iter().map(|row| read(&rows, row)).collect())
}

/// Frees the lock, whoever holds it; `false` when nobody did.
pub(super) async fn force_release(session: &mut Session, seen: &Installed) -> Result<bool, SessionError> {
    let Some(table) = seen.lock_table() else { return Ok(false) };
    let query = session.dialect.lock_in(&table.schema, "force-release")?;
    Ok(session.query("force-release", &query, &[]).await?.affected > 0)
}
