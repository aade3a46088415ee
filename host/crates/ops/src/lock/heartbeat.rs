//! Renews the lock while a long statement runs: a thread with a connection of its own.
//!
//! The first beat comes after a third of the lock's time, so that a short run opens one connection only. A beat that
//! fails is tried again at the next; only the database's word that the lock is gone ends it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use noorm_plugin_host::Dialect;

use super::renew;
use crate::destination::Destination;
use crate::session::{Session, SessionError};

/// A beating heart. Dropping it stops it.
pub(super) struct Heartbeat {
    /// The thread ends when this is gone.
    stop: Sender<()>,
}

impl Heartbeat {
    /// Starts the thread. `on_lost` is called at most once.
    pub(super) fn start(
        dialect: Dialect,
        destination: Destination,
        token: String,
        timeout_ms: i64,
        on_lost: Box<dyn Fn() + Send>,
    ) -> Self {
        let (stop, stopped) = channel();
        let pause = Duration::from_millis(u64::try_from(timeout_ms / 3).unwrap_or(1).max(1));
        // Without a thread the lock still holds for its time, and every commit still checks it.
        let _ = std::thread::Builder::new().name("lock-heartbeat".to_owned()).spawn(move || {
            if beat(&stopped, pause, &dialect, &destination, &token, timeout_ms) == End::Lost {
                on_lost();
            }
        });
        Self { stop }
    }

    /// Stops the thread. It does not wait for a beat that is under way.
    pub(super) fn stop(self) {
        drop(self.stop);
    }
}

#[derive(PartialEq, Eq)]
enum End {
    Stopped,
    Lost,
}

fn beat(
    stopped: &Receiver<()>,
    pause: Duration,
    dialect: &Dialect,
    destination: &Destination,
    token: &str,
    timeout_ms: i64,
) -> End {
    let mut pulse: Option<Pulse> = None;
    loop {
        if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return End::Stopped;
        }
        if pulse.is_none() {
            pulse = Pulse::open(dialect, destination);
        }
        match pulse.as_mut().map(|pulse| pulse.renew(token, timeout_ms)) {
            Some(Ok(0)) => return End::Lost,
            Some(Ok(_)) | None => {}
            Some(Err(_)) => pulse = None,
        }
    }
}

/// The heart's own connection.
struct Pulse {
    runtime: tokio::runtime::Runtime,
    session: Session,
}

impl Pulse {
    fn open(dialect: &Dialect, destination: &Destination) -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let session = runtime.block_on(Session::connect(dialect, destination)).ok()?;
        Some(Self { runtime, session })
    }

    fn renew(&mut self, token: &str, timeout_ms: i64) -> Result<u64, SessionError> {
        let own = renew(&self.session.dialect, token, timeout_ms)?;
        let affected = self.runtime.block_on(self.session.run_own("renew", &[own]))?;
        Ok(affected.first().copied().unwrap_or(0))
    }
}
