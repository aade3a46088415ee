//! Cancelling a statement on a PostgreSQL server: a second connection carries the request.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::time::timeout_at;
use tokio_postgres::CancelToken;
use tokio_postgres::tls::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connect::connector;
use super::socket::dial;
use crate::endpoint::Endpoint;
use crate::{Interrupt, InterruptError};

type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Cancels what one session runs.
#[derive(Clone)]
pub(super) struct PostgresInterrupt {
    token: CancelToken,
    endpoint: Endpoint,
    tls: Option<MakeRustlsConnect>,
    requested: Arc<AtomicBool>,
}

impl PostgresInterrupt {
    /// Makes the handle of a session.
    pub(super) fn new(token: CancelToken, endpoint: Endpoint, tls: Option<MakeRustlsConnect>) -> Self {
        Self { token, endpoint, tls, requested: Arc::new(AtomicBool::new(false)) }
    }

    /// Whether a cancellation was asked for since the last time. The server uses one code for that and for its own
    /// time limits.
    pub(super) fn take_requested(&self) -> bool {
        self.requested.swap(false, Ordering::SeqCst)
    }

    async fn send(&self) -> Result<(), Cause> {
        let deadline = self.endpoint.deadline();
        let socket = dial(&self.endpoint, deadline).await.map_err(|error| Arc::new(error) as Cause)?;
        let request = async {
            match connector(self.tls.as_ref(), &self.endpoint) {
                None => self.token.cancel_query_raw(socket, NoTls).await,
                Some(connector) => self.token.cancel_query_raw(socket, connector).await,
            }
        };
        match timeout_at(deadline, request).await {
            Ok(sent) => sent.map_err(|error| Arc::new(error) as Cause),
            Err(_) => Err(Arc::new(self.endpoint.timeout("taking a cancel request"))),
        }
    }
}

impl Interrupt for PostgresInterrupt {
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
