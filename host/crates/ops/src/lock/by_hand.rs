//! `lock status`, `lock acquire`, `lock release`: the lock as a person handles it.

use noorm_core::event::Listener;

use super::server::{self, ServerLock};
use super::wait::Waiting;
use super::{Held, LockError, former, renew, run};
use crate::cancel::Cancel;
use crate::session::{Session, SessionError};
use crate::tracker::{self, Installed};
use crate::turn::claim;
use crate::workbench::Workbench;

/// Returns who holds the lock, in tables of whatever version, and changes nothing.
pub async fn status(bench: &Workbench) -> Result<Option<Held>, SessionError> {
    let Some(mut session) = Session::open_existing(bench).await? else { return Ok(None) };
    let seen = tracker::installed(&mut session).await?;
    former::status(&mut session, &seen).await
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
        let taken = match tracker::prepare(bench, &mut session, listener).await {
            Ok(()) => take(&mut session, &claim, &token).await,
            Err(error) => Err(error),
        };
        match taken {
            Err(error @ (LockError::Held { .. } | LockError::HeldBySession)) => waiting.pause(error).await?,
            other => break other?,
        }
    }
    let fence = renew(&session.dialect, &token, timeout_ms)?;
    if let Err(error) = tracker::upgrade(&mut session, fence).await {
        run(&mut session, "release", &[("token", token.as_str().into())]).await?;
        return Err(error);
    }
    super::status(&mut session).await?.ok_or(LockError::Lost)
}

/// The server's own lock keeps runs out while the row is written; the row stays without it.
async fn take(session: &mut Session, claim: &super::Claim, token: &str) -> Result<(), LockError> {
    let is_backed = server::take(session).await?.lock == ServerLock::Held;
    let taken = super::acquire(session, claim, token, "", is_backed).await;
    server::release(session).await?;
    taken.map(drop)
}

/// Frees the lock, whoever holds it, in tables of whatever version, and ends the session that works under it; `false` when
/// nobody held it.
pub async fn release(bench: &Workbench) -> Result<bool, SessionError> {
    let Some(mut session) = Session::open_existing(bench).await? else { return Ok(false) };
    let seen = tracker::installed(&mut session).await?;
    // Before the row is free for others, whose sessions are not meant.
    let ended = seen == Installed::Current && server::end_holder(&mut session).await?;
    Ok(former::force_release(&mut session, &seen).await? || ended)
}
