//! Cancelling a statement on a MySQL or MariaDB server: a second session carries the request.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mysql_async::Error;
use mysql_async::prelude::Queryable;
use tokio::time::timeout_at;

use super::connect::Login;
use crate::{Interrupt, InterruptError};

/// The protocol's own command for this (COM_PROCESS_KILL) ends the whole session. Stopping what a session runs can only
/// be asked for by this text, so that a driver has one after all; every server of this protocol takes it.
const KILL_QUERY: &str = "KILL QUERY";

/// The answer for a session that has ended, with which nothing runs.
const NO_SUCH_THREAD: u16 = 1094;

type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Cancels what one session runs.
#[derive(Clone)]
pub(super) struct MysqlInterrupt {
    login: Login,
    session: u32,
    requested: Arc<AtomicBool>,
}

impl MysqlInterrupt {
    /// Makes the handle of a session.
    pub(super) fn new(login: Login, session: u32) -> Self {
        Self { login: login.without_database(), session, requested: Arc::new(AtomicBool::new(false)) }
    }

    /// Whether a cancellation was asked for since the last time. The server uses one code for that and for an
    /// administrator's.
    pub(super) fn take_requested(&self) -> bool {
        self.requested.swap(false, Ordering::SeqCst)
    }

    async fn send(&self) -> Result<(), Cause> {
        let deadline = self.login.endpoint.deadline();
        let mut session = self.login.open(deadline).await.map_err(|error| Arc::new(error) as Cause)?;
        let request = async {
            match session.query_drop(format!("{KILL_QUERY} {}", self.session)).await {
                Err(Error::Server(error)) if error.code == NO_SUCH_THREAD => {}
                outcome => outcome?,
            }
            session.disconnect().await
        };
        match timeout_at(deadline, request).await {
            Ok(sent) => sent.map_err(|error| Arc::new(error) as Cause),
            Err(_) => Err(Arc::new(self.login.endpoint.timeout("taking a cancel request"))),
        }
    }
}

impl Interrupt for MysqlInterrupt {
    fn interrupt(&self) -> Result<(), InterruptError> {
        self.requested.store(true, Ordering::SeqCst);
        // A thread of its own: the caller's may be inside a runtime, where another cannot be driven.
        let sender = self.clone();
        let sent = std::thread::spawn(move || -> Result<(), Cause> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| Arc::new(error) as Cause)?.block_on(sender.send())
        });
        let sent = sent.join().unwrap_or_else(|_| Err(Arc::new(io::Error::other("the cancelling thread panicked"))));
        sent.map_err(|source| InterruptError { source })
    }
}
