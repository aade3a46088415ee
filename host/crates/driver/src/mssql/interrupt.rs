//! Cancelling a statement on a SQL Server: the session's own stream carries the request.
//!
//! The server stops, says so, and the session goes on. Whether it rolls back an open transaction is a setting of the
//! session's (`XACT_ABORT`); `in_transaction` tells afterwards. A server that does not acknowledge within five seconds is
//! hung up on: the statement then fails as interrupted and closed, and the server rolls back when it notices.
//!
//! The request goes out while the session waits for its answer, by the task that waits.

use super::session::Session;
use crate::{Interrupt, InterruptError};

/// Cancels what one session runs.
#[derive(Clone)]
pub(super) struct MssqlInterrupt(pub(super) Session);

impl Interrupt for MssqlInterrupt {
    fn interrupt(&self) -> Result<(), InterruptError> {
        self.0.stop();
        Ok(())
    }
}
