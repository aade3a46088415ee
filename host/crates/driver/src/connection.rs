//! What every driver's session can do.

use async_trait::async_trait;
use noorm_core::value::Scalar;

use crate::{BatchError, Command, Interrupt, Rows, ServerError};

/// One session with one database. Dropping it ends the session without a goodbye; the database rolls back what was open.
#[async_trait]
pub trait Connection: Send {
    /// Runs one of our own statements and returns its rows. The statement is prepared once for each text and kept.
    async fn query(&mut self, sql: &str, params: &[Scalar]) -> Result<Rows, ServerError>;

    /// Runs one statement that is sent once and has no values, without preparing it: one round trip. Every value comes back
    /// as text, or as NULL.
    async fn ask(&mut self, sql: &str) -> Result<Rows, ServerError>;

    /// Runs commands in order, up to the first that fails: nothing after it takes effect. Returns the affected rows of
    /// each.
    ///
    /// A driver sends several commands without waiting in between where its protocol can do that and where a failure is
    /// sure to stop the rest, which is inside a transaction only. A commit that follows the command that fails may
    /// therefore end the failed transaction (as a rollback): ask `in_transaction` what is left to do.
    ///
    /// To stop it half-way, interrupt it and wait for the error. Dropping the future stops nothing that was sent.
    async fn run(&mut self, batch: &[Command<'_>]) -> Result<Vec<u64>, BatchError>;

    /// Whether a transaction is open, be it a failed one: the database's own word, not a count of what was sent.
    fn in_transaction(&self) -> bool;

    /// Returns the server's own number of this session as the login told it; `None` where the protocol tells none.
    fn session(&self) -> Option<String>;

    /// Returns a handle that cancels what runs on this session.
    fn interrupter(&self) -> Box<dyn Interrupt>;

    /// Returns what the server said besides results since the last call, oldest first. A bounded number is kept.
    fn take_notices(&mut self) -> Vec<String>;

    /// Ends the session.
    async fn close(self: Box<Self>) -> Result<(), ServerError>;
}
