//! Whether noorm's tables are there and of which version; making and upgrading them.
//!
//! Looking changes nothing. Making is safe to do twice at once: the version is read again inside the transaction.

use std::time::Duration;

use noorm_core::value::Scalar;

use super::{CLI_VERSION, SCHEMA_VERSION, own, rows};
use crate::executor::tries::jitter;
use crate::session::{Own, Session, SessionError};
use crate::workbench::Workbench;

/// How often it is tried again, and the pause before, in milliseconds.
const TRIES_MAX: u32 = 5;
const PAUSE_MS: u64 = 50;

/// What a database has of noorm's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// Nothing.
    Missing,
    /// An older version.
    Older(u32),
    /// The version that this noorm works with.
    Current,
}

impl Installed {
    /// For a command that only reads: whether there is something to read. An older version is an error.
    pub fn is_readable(self) -> Result<bool, SessionError> {
        match self {
            Self::Missing => Ok(false),
            Self::Current => Ok(true),
            Self::Older(found) => Err(SessionError::Older { found: i64::from(found), known: SCHEMA_VERSION }),
        }
    }
}

/// Looks which version of noorm's tables is there.
pub async fn installed(session: &mut Session) -> Result<Installed, SessionError> {
    let exists = session.dialect.tracking("exists")?;
    let present = session.query("exists", &exists, &[]).await?;
    if rows::only_integer(&present, "present").unwrap_or(0) == 0 {
        return Ok(Installed::Missing);
    }
    let version = session.dialect.tracking("version")?;
    let found = session.query("version", &version, &[]).await?;
    let Some(found) = rows::only_integer(&found, "schema_version") else { return Ok(Installed::Missing) };
    let known = session.dialect.latest()?;
    match u32::try_from(found) {
        Ok(found) if found > known => Err(SessionError::Newer { found: i64::from(found), known }),
        Ok(0) => Ok(Installed::Missing),
        Ok(found) if found < known => Ok(Installed::Older(found)),
        Ok(_) => Ok(Installed::Current),
        Err(_) => Err(SessionError::Newer { found, known }),
    }
}

/// Connects to a database that has noorm's tables, to read them; `None` where it or they are missing.
pub async fn open(bench: &Workbench) -> Result<Option<Session>, SessionError> {
    let Some(mut session) = Session::open_existing(bench).await? else { return Ok(None) };
    let is_readable = installed(&mut session).await?.is_readable()?;
    Ok(is_readable.then_some(session))
}

/// Makes noorm's tables, or takes them to the newest version. Where nothing keeps several from doing so at once, that can
/// be a deadlock to the server: what it gave up is tried again, and then finds the tables made.
pub async fn install(session: &mut Session) -> Result<(), SessionError> {
    for _ in 0..TRIES_MAX {
        match install_once(session).await {
            Err(error) if session.is_passing(&error) => {
                tokio::time::sleep(Duration::from_millis(PAUSE_MS / 2 + jitter(PAUSE_MS))).await;
            }
            other => return other,
        }
    }
    install_once(session).await
}

/// In one transaction where DDL takes part in them.
async fn install_once(session: &mut Session) -> Result<(), SessionError> {
    session.begin().await?;
    match upgrade(session).await {
        Ok(()) => session.commit().await,
        Err(error) => {
            // The first error is the one to tell; what a failed rollback leaves, the closing session rolls back.
            let _ = session.rollback().await;
            Err(error)
        }
    }
}

async fn upgrade(session: &mut Session) -> Result<(), SessionError> {
    let latest = session.dialect.latest()?;
    let before = match installed(session).await? {
        Installed::Current => return Ok(()),
        Installed::Older(version) => version,
        Installed::Missing => 0,
    };
    for version in before..latest {
        let statements = session.dialect.upgrade(version)?;
        let statements: Vec<Own> = statements.iter().map(|sql| Own::text(sql)).collect();
        session.run_own("upgrade", &statements).await?;
    }
    // Somebody else may have made the tables while this transaction waited for its turn.
    if installed(session).await? == Installed::Current {
        return Ok(());
    }
    let action = if before == 0 { "version-insert" } else { "version-update" };
    let values = [("cli_version", Scalar::from(CLI_VERSION)), ("schema_version", latest.into())];
    let row = own(&session.dialect, action, &values)?;
    session.run_own(action, &[row]).await.map(drop)
}
