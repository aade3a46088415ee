//! The lock while this process holds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use noorm_plugin_host::Dialect;

use super::heartbeat::Heartbeat;
use super::server::{self, ServerLock};
use super::{Claim, Held, LockError, acquire, holder, renew, run};
use crate::cancel::Cancel;
use crate::destination::Destination;
use crate::session::{Own, Session, SessionError};

/// The lock, held. Release it; a guard that is only dropped leaves the row to its expiry.
pub struct LockGuard {
    token: String,
    timeout_ms: i64,
    lost: Arc<AtomicBool>,
    /// None where the config allows one connection only: the lock is then renewed by commits alone.
    heartbeat: Option<Heartbeat>,
    /// Whose lock was taken over: a process that had ended without releasing it, or whose session was ended after the lock
    /// had expired.
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
        let server = server::take(session).await?;
        let is_backed = server.lock == ServerLock::Held;
        let number = session.connection.session().unwrap_or_default();
        let name = holder::this_process(is_backed.then_some(number.as_str()), destination.is_single());
        let taken_over = match acquire(session, claim, &token, &name, is_backed).await {
            Ok(taken_over) => taken_over.or(server.ended),
            Err(error) => {
                // What is not given back now ends with the session.
                let _ = server::release(session).await;
                return Err(error);
            }
        };
        let lost = Arc::new(AtomicBool::new(false));
        let on_lost = {
            let (lost, cancel) = (Arc::clone(&lost), cancel.clone());
            move || {
                lost.store(true, Ordering::SeqCst);
                cancel.interrupt();
            }
        };
        let heartbeat = match destination.is_single() {
            true => None,
            false => {
                let (dialect, timeout_ms) = (session.dialect.clone(), claim.timeout_ms);
                Some(Heartbeat::start(dialect, destination, token.clone(), timeout_ms, Box::new(on_lost)))
            }
        };
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
        if let Some(heartbeat) = self.heartbeat {
            heartbeat.stop();
        }
        run(session, "release", &[("token", self.token.as_str().into())]).await?;
        // Whether it was still held makes no difference any more: every commit has looked at the row.
        server::release(session).await.map(drop)
    }
}
