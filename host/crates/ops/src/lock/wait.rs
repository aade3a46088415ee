//! Waiting for a lock that is held: it is asked for again and again, outside any transaction, since a session that waits
//! inside one keeps others from finishing.

use std::time::{Duration, Instant};

use noorm_core::event::{Event, Listener};

use super::LockError;
use crate::cancel::Cancel;
use crate::executor::tries::jitter;

/// How long to wait for a lock that is held (`LockOptions` of the data model).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Patience {
    /// At most so long, in milliseconds; 0 does not wait.
    pub wait_ms: u64,
}

/// How long to wait when nobody says how long, in milliseconds.
pub const WAIT_MS: u64 = 30_000;

/// The pause between two looks, in milliseconds; up to a quarter is random.
const POLL_MS: u64 = 1_000;

/// The look of the first seconds, in milliseconds: most runs are short.
const POLL_FIRST_MS: u64 = 100;

/// A wait on its way.
pub(crate) struct Waiting<'a> {
    until: Instant,
    pause_ms: u64,
    has_told: bool,
    cancel: &'a Cancel,
    listener: Listener<'a>,
}

impl<'a> Waiting<'a> {
    pub(crate) fn new(patience: Patience, cancel: &'a Cancel, listener: Listener<'a>) -> Self {
        let until = Instant::now() + Duration::from_millis(patience.wait_ms);
        Self { until, pause_ms: POLL_FIRST_MS, has_told: false, cancel, listener }
    }

    /// Waits for the next look; returns the error when patience is over or somebody asked the run to stop.
    pub(crate) async fn pause(&mut self, error: LockError) -> Result<(), LockError> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() || self.cancel.is_cancelled() {
            return Err(error);
        }
        if !std::mem::replace(&mut self.has_told, true) {
            (self.listener)(Event::Waiting(error.to_string()));
        }
        let pause = Duration::from_millis(self.pause_ms + jitter(self.pause_ms / 4));
        self.pause_ms = (self.pause_ms * 2).min(POLL_MS);
        tokio::time::sleep(pause.min(left)).await;
        if self.cancel.is_cancelled() { Err(error) } else { Ok(()) }
    }
}
