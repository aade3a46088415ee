//! The task that reads and writes a session's socket, and what the server says there without being asked.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Connection, Error};

use super::error::server_error;
use crate::ServerError;

/// A script in a loop can raise any number of notices: the first ones are kept, the others counted.
const NOTICES_KEPT: usize = 500;
const NOTICE_LENGTH_MAX: usize = 4096;

/// A server that does not take a goodbye is left without one.
const GOODBYE: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Heard {
    notices: VecDeque<String>,
    notices_dropped: usize,
    /// Why the session ended, if it ended by itself.
    end: Option<ServerError>,
}

/// A running session task.
pub(super) struct Session {
    task: JoinHandle<()>,
    heard: Arc<Mutex<Heard>>,
}

impl Session {
    /// Starts the task in the caller's runtime.
    pub(super) fn start<S, T>(mut connection: Connection<S, T>) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let listener = heard.clone();
        let task = tokio::spawn(async move {
            while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
                match message {
                    Ok(AsyncMessage::Notice(notice)) => lock(&listener).note(&notice),
                    Ok(_) => {}
                    // Noted before the connection is dropped, which is what its requests are waiting for.
                    Err(error) => {
                        lock(&listener).end = Some(ending(&error));
                        break;
                    }
                }
            }
        });
        Self { task, heard }
    }

    /// Returns why the session ended by itself.
    pub(super) fn end(&self) -> Option<ServerError> {
        lock(&self.heard).end.clone()
    }

    /// Returns the notices since the last time.
    pub(super) fn take_notices(&self) -> Vec<String> {
        let mut heard = lock(&self.heard);
        let mut notices: Vec<String> = heard.notices.drain(..).collect();
        let dropped = std::mem::take(&mut heard.notices_dropped);
        if dropped > 0 {
            notices.push(format!("{dropped} more notices were dropped"));
        }
        notices
    }

    /// Hangs up at once.
    pub(super) fn abort(&self) {
        self.task.abort();
    }

    /// Waits until the goodbye is sent, which the last request to the task was.
    pub(super) async fn finish(self) {
        // A task that was aborted or is too slow: there is nothing left to do about either.
        let _ = tokio::time::timeout(GOODBYE, self.task).await;
    }
}

impl Heard {
    fn note(&mut self, notice: &DbError) {
        if self.notices.len() == NOTICES_KEPT {
            self.notices_dropped += 1;
            return;
        }
        let mut text = format!("{}: {}", notice.severity().to_lowercase(), notice.message());
        text.truncate(text.floor_char_boundary(NOTICE_LENGTH_MAX));
        self.notices.push_back(text);
    }
}

fn ending(error: &Error) -> ServerError {
    ServerError { closed: true, position: None, ..server_error("", error) }
}

/// Nothing that holds this lock can panic half-way through a change.
fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}
