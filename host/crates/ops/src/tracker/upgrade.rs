//! Takes noorm's tables from version to version. Each step ends with its version, so that a process that was killed is
//! followed by one that goes on where it was.

use noorm_core::value::Scalar;

use super::installed::{Installed, installed, version};
use super::{CLI_VERSION, own};
use crate::lock::LockError;
use crate::session::{Own, Session, SessionError};

/// Takes the tables to the newest version, under the lock: `fence` is the statement that affects one row while it is held.
pub(crate) async fn upgrade(session: &mut Session, fence: Own) -> Result<(), LockError> {
    let fence = [fence];
    let mut last = None;
    // Somebody else may have done it while this process waited for the lock.
    while let Installed::Older(before) = installed(session).await? {
        if last.replace(before).is_some_and(|last| last >= before) {
            return Err(session.wrong("version-update", "the version stays what it was").into());
        }
        if let Err(error) = fenced_step(session, before, &fence).await {
            // The first error is the one to tell; what a failed rollback leaves, the closing session rolls back.
            let _ = session.rollback().await;
            return Err(error);
        }
    }
    Ok(())
}

/// One step. Where DDL takes part in transactions it is undone if the lock turns out to be lost.
async fn fenced_step(session: &mut Session, before: u32, fence: &[Own]) -> Result<(), LockError> {
    let is_atomic = session.control.ddl;
    if is_atomic {
        session.begin().await?;
        step(session, "upgrade", before).await?;
    }
    if session.run_own("renew", fence).await? != [1] {
        return Err(LockError::Lost);
    }
    match is_atomic {
        true => session.commit().await?,
        false => step(session, "upgrade", before).await?,
    }
    Ok(())
}

/// Takes the tables one version further, and writes that down.
pub(super) async fn step(session: &mut Session, verb: &'static str, before: u32) -> Result<(), SessionError> {
    let statements = session.dialect.upgrade(before)?;
    let statements: Vec<Own> = statements.iter().map(|sql| Own::text(sql)).collect();
    change_tables(session, verb, &statements).await?;
    let now = version(session).await?;
    // Before there was a lock, another process may have been quicker.
    if now.is_some_and(|now| now > i64::from(before)) {
        return Ok(());
    }
    let action = if before == 0 { "version-insert" } else { "version-update" };
    let values = [("cli_version", Scalar::from(CLI_VERSION)), ("schema_version", (before + 1).into())];
    let row = own(&session.dialect, action, &values)?;
    session.run_own(action, &[row]).await.map(drop)
}

/// Runs statements that make or change noorm's own tables.
pub(super) async fn change_tables(
    session: &mut Session,
    verb: &'static str,
    statements: &[Own],
) -> Result<(), SessionError> {
    let Err(error) = session.run_own(verb, statements).await else { return Ok(()) };
    let SessionError::Server { source, .. } = error else { return Err(error) };
    Err(SessionError::Tables { verb, source })
}
