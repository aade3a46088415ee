//! Trying again where somebody else was in the way: a lock that was not to be had in time, a deadlock.
//!
//! Each pause is longer than the one before and partly random, so that two that met do not meet again.

use std::time::Duration;

use noorm_core::event::Event;
use noorm_core::path::ProjectPath;
use noorm_plugin_host::ErrorClass;

use super::{Executor, RunError};

/// How often something is tried again.
const TRIES_MAX: u32 = 4;

/// The first pause, in milliseconds; each one after it is twice as long.
const PAUSE_MS: u64 = 100;

/// Tries so far.
pub(super) struct Tries(u32);

impl Tries {
    pub(super) fn new() -> Self {
        Self(0)
    }

    /// Returns the next pause; `None` when it was tried often enough.
    fn pause(&mut self) -> Option<Duration> {
        if self.0 == TRIES_MAX {
            return None;
        }
        let whole = PAUSE_MS << self.0;
        self.0 += 1;
        Some(Duration::from_millis(whole / 2 + jitter(whole)))
    }
}

impl Executor<'_> {
    /// Whether the same may succeed when it is tried again: somebody else was in the way of a statement of the file, or of
    /// what records it.
    pub(super) fn is_worth_another_try(&self, error: &RunError) -> bool {
        match error {
            RunError::Statement(error) => !error.server.closed && !error.server.interrupted && is_passing(error.class),
            RunError::Session(error) => self.session.is_passing(error),
            _ => false,
        }
    }

    /// Waits before something is tried again; returns its error when it was tried often enough.
    pub(super) async fn wait_for_another_try(
        &mut self,
        tries: &mut Tries,
        path: &ProjectPath,
        error: RunError,
    ) -> Result<(), RunError> {
        self.check_cancelled()?;
        let Some(pause) = tries.pause() else { return Err(error) };
        let text = format!("{error}; trying `{path}` again ({} of {TRIES_MAX})", tries.0);
        (self.listener)(Event::Warning(text));
        tokio::time::sleep(pause).await;
        self.check_cancelled()
    }
}

/// Whether the reason for an error goes by itself.
pub(crate) fn is_passing(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Lock | ErrorClass::Transient)
}

/// A random number below `below`.
pub(crate) fn jitter(below: u64) -> u64 {
    let random = uuid::Uuid::new_v4().as_u128() & u128::from(u64::MAX);
    u64::try_from(random).unwrap_or(0) % below.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let mut tries = Tries::new();
        for whole in [100, 200, 400, 800] {
            let pause = tries.pause().expect("another try").as_millis();
            assert!((whole / 2..whole / 2 + whole).contains(&pause), "{pause} of {whole}");
        }
        assert!(tries.pause().is_none());
    }
}
