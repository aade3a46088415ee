//! The lock row: one holder at a time changes a database, whatever the config is called.
//!
//! Expiry is judged by the database's clock. Looking at the lock changes nothing, and a lock that is held is told with
//! who holds it, since when and why.

pub mod by_hand;

mod acquire;
mod former;
mod guard;
mod heartbeat;
mod holder;
pub(crate) mod server;
mod wait;

use noorm_core::value::Scalar;
use noorm_driver::Rows;
use noorm_plugin_host::Dialect;
use serde::Serialize;

use crate::session::{Own, Session, SessionError, Values};

pub use guard::LockGuard;
pub use wait::{Patience, WAIT_MS};

pub(crate) use former::refuse_held;
pub(crate) use wait::Waiting;

use acquire::acquire;

/// How long a lock lasts when its holder does not renew it, in milliseconds (`LockOptions.timeout` of the data model).
pub const TIMEOUT_MS: i64 = 300_000;

/// Why the lock could not be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Somebody else holds it.
    #[error("the database is locked by {} since {} ({})", .held.locked_by, .held.locked_at, purpose(.held))]
    Held {
        /// Who, since when and why.
        held: Box<Held>,
    },
    /// The server's own lock is held, and no row says by whom, or its process is gone and its session is not.
    #[error("the database is locked by another session, which has not said who it is")]
    HeldBySession,
    /// It expired, or was released by force, while this process worked.
    #[error("this run has lost its lock")]
    Lost,
    /// The database or the plugin failed.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl LockError {
    /// What the user can do next.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Held { held } if held.expired => Some(format!(
                "it expired at {}, but the session that took it lives, and this user may not end it: `noorm lock release` \
                 as one who may",
                held.expires_at
            )),
            Self::Held { held } => Some(format!(
                "`--wait` waits until it is done; the lock expires at {} unless it is renewed; `noorm lock release` frees \
                 it by force",
                held.expires_at
            )),
            Self::HeldBySession => Some(
                "run the command again, or let it wait with `--wait`; `noorm lock release` ends that session by force"
                    .to_owned(),
            ),
            Self::Lost => Some("look at `noorm lock status`, then run the command again".to_owned()),
            Self::Session(error) => error.hint(),
        }
    }
}

fn purpose(held: &Held) -> String {
    let comma = if held.reason.is_empty() { "" } else { ", " };
    format!("{}{comma}config `{}`", held.reason, held.config_name)
}

/// The lock as it is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// Under which config it was taken.
    pub config_name: String,
    /// Who took it.
    pub locked_by: String,
    /// When, UTC.
    pub locked_at: String,
    /// When it ends by itself, UTC.
    pub expires_at: String,
    /// What for.
    pub reason: String,
    /// Whether that time is over.
    pub expired: bool,
    /// Whether it was a process of this machine that has ended: the next run takes the lock over.
    pub gone: bool,
    #[serde(skip)]
    token: String,
    #[serde(skip)]
    holder: String,
}

/// Who wants the lock, and why.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Under which config.
    pub config_name: String,
    /// Who.
    pub locked_by: String,
    /// What for.
    pub reason: String,
    /// How long it lasts without renewal, in milliseconds.
    pub timeout_ms: i64,
}

/// Returns who holds the lock; `None` when nobody does.
pub(crate) async fn status(session: &mut Session) -> Result<Option<Held>, SessionError> {
    let query = session.dialect.lock("status")?;
    let rows = session.query("status", &query, &[]).await?;
    Ok(rows.rows.first().map(|row| read(&rows, row)))
}

async fn run(session: &mut Session, action: &str, values: Values<'_>) -> Result<u64, SessionError> {
    let query = session.dialect.lock(action)?;
    Ok(session.query(action, &query, values).await?.affected)
}

/// The statement that renews a lock; it affects one row while the lock is still held.
fn renew(dialect: &Dialect, token: &str, timeout_ms: i64) -> Result<Own, SessionError> {
    let values = [("timeout_ms", Scalar::from(timeout_ms)), ("token", token.into())];
    Own::bound(dialect, "renew", dialect.lock("renew")?, &values)
}

fn read(rows: &Rows, row: &[Scalar]) -> Held {
    let value = |name: &str| rows.column(name).and_then(|place| row.get(place));
    let text = |name: &str| value(name).and_then(Scalar::as_str).unwrap_or_default().to_owned();
    let holder = text("holder");
    Held {
        config_name: text("config_name"),
        locked_by: text("locked_by"),
        locked_at: text("locked_at"),
        expires_at: text("expires_at"),
        reason: text("reason"),
        expired: value("expired").and_then(Scalar::as_i64).is_some_and(|expired| expired != 0),
        gone: holder::is_gone(&holder),
        token: text("token"),
        holder,
    }
}
