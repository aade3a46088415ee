//! `lock status`, `lock acquire`, `lock release`: the lock as a person handles it.

use noorm_core::event::Listener;

use super::server::{self, ServerLock};
use super::wait::Waiting;
use super::{Held, LockError};
use crate::cancel::Cancel;
use crate::session::{Session, SessionError};
use crate::tracker;
use crate::turn::claim;
use crate::workbench::Workbench;

/// Returns who holds the lock, and changes nothing.
pub async fn status(bench: &Workbench) -> Result<Option<Held>, SessionError> {
    match tracker::open(bench).await? {
        Some(mut session) => super::status(&mut session).await,
        None => Ok(None),
    }
}

/// Takes the lock for longer than a process: it stays until it is released or `timeout_ms` are over.
pub async fn acquire(
    bench: &Workbench,
    reason: &str,
    timeout_ms: i64,
    cancel: &Cancel,
    listener: Listener<'_>,
) -> Result<Held, LockError> {
    let mut session = Session::open(bench).await?;
    let claim = super::Claim { timeout_ms, ..claim(bench, reason) };
    let token = uuid::Uuid::new_v4().to_string();
    // No process holds it: the name of this one would let others take it over once this command has ended.
    let mut waiting = Waiting::new(bench.patience, cancel, listener);
    loop {
        let taken = match super::prepare(&mut session).await {
            Ok(()) => take(&mut session, &claim, &token).await,
            Err(error) => Err(error),
        };
        match taken {
            Err(error @ (LockError::Held { .. } | LockError::HeldBySession)) => waiting.pause(error).await?,
            other => break other?,
        }
    }
    super::status(&mut session).await?.ok_or(LockError::Lost)
}

/// The server's own lock keeps runs out while the row is written; the row stays without it.
async fn take(session: &mut Session, claim: &super::Claim, token: &str) -> Result<(), LockError> {
    let is_backed = server::take(session).await? == ServerLock::Held;
    let taken = super::acquire(session, claim, token, "", is_backed).await;
    server::release(session).await?;
    taken.map(drop)
}

/// Frees the lock, whoever holds it; `false` when nobody did.
pub async fn release(bench: &Workbench) -> Result<bool, SessionError> {
    let Some(mut session) = tracker::open(bench).await? else { return Ok(false) };
    let query = session.dialect.lock("force-release")?;
    Ok(session.query("force-release", &query, &[]).await?.affected > 0)
}
