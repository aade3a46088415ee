//! noorm's tables, made or upgraded by one process at a time.
//!
//! The lock is a row in one of them, so that it cannot be held yet: the server's own lock keeps the others out, and who
//! finds it held is told so instead of waiting inside the database for as long as that likes.

use super::LockError;
use super::server::{self, ServerLock};
use crate::session::Session;
use crate::tracker::{self, Installed};

/// Makes or upgrades the tables, unless they are what this noorm works with.
pub(crate) async fn prepare(session: &mut Session) -> Result<(), LockError> {
    if tracker::installed(session).await? == Installed::Current {
        return Ok(());
    }
    let lock = server::take_unnamed(session).await?;
    let made = tracker::install(session).await;
    if lock == ServerLock::Held {
        let released = server::release(session).await;
        // The first error is the one to tell.
        return Ok(made.and(released.map(drop))?);
    }
    Ok(made?)
}
