//! Makes noorm's tables, or makes those that are there noorm's, up to the first version that has the lock of today.
//!
//! Nobody can hold that lock yet. So processes take turns by the database's own means, whoever finds that another one was
//! quicker looks again, and a lock that somebody holds under the former tables keeps everybody out.

use std::time::Duration;

use noorm_core::event::{Event, Listener};
use noorm_plugin_host::ErrorClass;

use super::adopt;
use super::installed::{Installed, installed, version};
use super::upgrade::step;
use super::{LOCKABLE, rows};
use crate::executor::tries::jitter;
use crate::lock::server::{self, ServerLock};
use crate::lock::{self, LockError};
use crate::session::{Own, Session, SessionError};
use crate::workbench::Workbench;

/// How often a server that could not decide between two is asked again, and the pause before, in milliseconds. Where the
/// statements are not in one transaction, a crowd may be in each other's way once for each of them.
const TRIES_MAX: u32 = 50;
const PAUSE_MS: u64 = 50;

/// Sees to it that the tables have the lock of today. The server's own lock keeps others from doing so at the same time,
/// where there is one.
pub(crate) async fn prepare(bench: &Workbench, session: &mut Session, listener: Listener<'_>) -> Result<(), LockError> {
    if installed(session).await?.is_lockable() {
        return Ok(());
    }
    let lock = server::take_unnamed(session).await?;
    let made = make(bench, session, listener).await;
    if lock == ServerLock::Held {
        let released = server::release(session).await;
        // The first error is the one to tell.
        return made.and(released.map(drop).map_err(LockError::from));
    }
    made
}

async fn make(bench: &Workbench, session: &mut Session, listener: Listener<'_>) -> Result<(), LockError> {
    let mut seen = installed(session).await?;
    let mut tries = 0;
    while !seen.is_lockable() {
        let error = match attempt(bench, session).await {
            Ok(None) => return Ok(()),
            Ok(Some(origin)) => {
                listener(Event::Warning(taken_over(session, &origin).await?));
                return Ok(());
            }
            Err(error) => error,
        };
        // The first error is the one to tell; what a failed rollback leaves, the closing session rolls back.
        if session.rollback().await.is_err() {
            return Err(error);
        }
        // Another process that did the same at the same time makes this one fail, and what is to be done another thing.
        match installed(session).await {
            Ok(now) if now != seen => seen = now,
            Ok(_) if tries < TRIES_MAX && is_passing(session, &error) => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(PAUSE_MS / 2 + jitter(PAUSE_MS))).await;
            }
            _ => return Err(error),
        }
    }
    Ok(())
}

/// Whether somebody else was in the way, such as another node of a cluster, or had made just then what this one was making:
/// a catalog that two write to at once may say so as a table says it of a key.
fn is_passing(session: &Session, error: &LockError) -> bool {
    let LockError::Session(error) = error else { return false };
    let was_quicker = [Some(ErrorClass::ExistingObject), Some(ErrorClass::Unique)];
    session.is_passing(error) || was_quicker.contains(&session.class(error))
}

/// Tries it once, in one transaction where DDL takes part in them. Returns what was taken over.
async fn attempt(bench: &Workbench, session: &mut Session) -> Result<Option<String>, LockError> {
    let is_atomic = session.control.ddl;
    if is_atomic {
        session.begin().await?;
        take_turn(session).await?;
    }
    // What was seen before this transaction began may be over.
    let seen = installed(session).await?;
    lock::refuse_held(session, &seen).await?;
    let (origin, mut before) = match &seen {
        Installed::Elsewhere(elsewhere) => {
            adopt::run(session, elsewhere).await?;
            (Some(elsewhere.adoption.origin.clone()), adopted_version(session).await?)
        }
        Installed::Older(version) => (None, *version),
        Installed::Missing => (None, 0),
        Installed::Current => (None, LOCKABLE),
    };
    while before < LOCKABLE {
        if before + 1 == LOCKABLE && seen != Installed::Missing {
            adopt::rename_files(bench, session).await?;
        }
        let verb = if seen == Installed::Missing { "make" } else { "upgrade" };
        step(session, verb, before).await?;
        before += 1;
    }
    if is_atomic {
        if seen != Installed::Missing {
            // One that was taken while this transaction waited for the table.
            lock::refuse_held(session, &Installed::Older(LOCKABLE)).await?;
        }
        session.commit().await?;
    }
    Ok(origin)
}

/// Waits for other processes before anything is read: whoever has read a table and waits keeps it from being moved.
async fn take_turn(session: &mut Session) -> Result<(), SessionError> {
    if let Some(turn) = session.dialect.tracking_if_any("turn")? {
        let turn = Own::bound(&session.dialect, "turn", turn, &[])?;
        session.run_own("turn", &[turn]).await?;
    }
    Ok(())
}

async fn adopted_version(session: &mut Session) -> Result<u32, SessionError> {
    let found = version(session).await?;
    let found = found.and_then(|found| u32::try_from(found).ok());
    found.ok_or_else(|| session.wrong("adopt", "the tables are not where they belong afterwards"))
}

/// What a person is told of it.
async fn taken_over(session: &mut Session, origin: &str) -> Result<String, SessionError> {
    let mut text = format!("took over {origin}");
    if let Some(query) = session.dialect.tracking_if_any("counts")? {
        let found = session.query("counts", &query, &[]).await?;
        let count = |name: &str, noun: &str| {
            let count = rows::only_integer(&found, name).unwrap_or(0);
            format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
        };
        text += &format!(": {}, {}", count("operations", "operation"), count("files", "file"));
    }
    Ok(text)
}
