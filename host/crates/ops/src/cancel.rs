//! Stopping a run from outside: a flag that the run looks at between two statements, and handles that cancel the
//! statement that runs.
//!
//! It handles no signals; whoever does calls [`Cancel::cancel`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use noorm_driver::Interrupt;

/// Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Cancel {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    is_cancelled: AtomicBool,
    running: Mutex<Option<Box<dyn Interrupt>>>,
}

impl Cancel {
    /// Makes one that nobody has cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the run to stop. Call it again while the run goes on: a statement that had not begun is not cancelled by
    /// the first call.
    pub fn cancel(&self) {
        self.shared.is_cancelled.store(true, Ordering::SeqCst);
        self.interrupt();
    }

    /// Whether somebody asked the run to stop.
    pub fn is_cancelled(&self) -> bool {
        self.shared.is_cancelled.load(Ordering::SeqCst)
    }

    /// Cancels the running statement and nothing else.
    pub(crate) fn interrupt(&self) {
        let running = self.shared.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running.as_ref() {
            // If the request does not get through, the flag still stops the run after this statement.
            let _ = running.interrupt();
        }
    }

    /// Says which session to interrupt; `None` while noorm writes down what happened.
    pub(crate) fn watch(&self, session: Option<Box<dyn Interrupt>>) {
        *self.shared.running.lock().unwrap_or_else(PoisonError::into_inner) = session;
    }
}
