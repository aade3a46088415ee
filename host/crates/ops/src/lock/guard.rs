//! The lock while this process holds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use noorm_plugin_host::Dialect;

use super::heartbeat::Heartbeat;
use super::{Claim, Held, LockError, acquire, holder, renew, run};
use crate::cancel::Cancel;
use crate::destination::Destination;
use crate::session::{Own, Session, SessionError};

/// The lock, held. Release it; a guard that is only dropped leaves the row to its expiry.
pub struct LockGuard {
    token: String,
    timeout_ms: i64,
    lost: Arc<AtomicBool>,
    heartbeat: Heartbeat,
    /// Whose lock was taken over: a process of this machine that had ended without releasing it.
    pub taken_over: Option<Held>,
}

impl LockGuard {
    /// Takes the lock, and keeps it alive over a connection of its own until it is released. When it is lost all the
    /// same, what runs is interrupted.
    pub(crate) async fn take(
        session: &mut Session,
        destination: Destination,
        claim: &Claim,
        cancel: &Cancel,
    ) -> Result<Self, LockError> {
        let token = uuid::Uuid::new_v4().to_string();
        let taken_over = acquire(session, claim, &token, &holder::this_process()).await?;
        let lost = Arc::new(AtomicBool::new(false));
        let on_lost = {
            let (lost, cancel) = (Arc::clone(&lost), cancel.clone());
            move || {
                lost.store(true, Ordering::SeqCst);
                cancel.interrupt();
            }
        };
        let heartbeat =
            Heartbeat::start(session.dialect.clone(), destination, token.clone(), claim.timeout_ms, Box::new(on_lost));
        Ok(Self { token, timeout_ms: claim.timeout_ms, lost, heartbeat, taken_over })
    }

    /// The statement that goes into every transaction: it affects one row while the lock is still held.
    pub(crate) fn fence(&self, dialect: &Dialect) -> Result<Own, SessionError> {
        renew(dialect, &self.token, self.timeout_ms)
    }

    /// Whether the lock was found to be lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    /// Gives the lock back.
    pub async fn release(self, session: &mut Session) -> Result<(), SessionError> {
        self.heartbeat.stop();
        run(session, "release", &[("token", self.token.as_str().into())]).await.map(drop)
    }
}
