//! Stopping a statement from outside, while the thread that runs it waits for it.

use std::sync::Arc;

/// Cancels what a session runs now. It may be called from any thread, any number of times; with nothing running it does
/// nothing.
pub trait Interrupt: Send + Sync {
    /// Asks the database to stop. The statement then fails with `interrupted` set, unless it finished first.
    fn interrupt(&self) -> Result<(), InterruptError>;
}

/// The request to stop did not reach the database.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the running statement could not be cancelled")]
pub struct InterruptError {
    /// Why.
    #[source]
    pub source: Arc<dyn std::error::Error + Send + Sync>,
}
