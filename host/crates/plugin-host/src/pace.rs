//! The time that the calls for one file may take together. A limit of each call alone would mean nothing to a guest that
//! takes a file in a thousand pieces, or answers with a row at a time.

use std::time::{Duration, Instant};

use crate::error::PluginError;
use crate::limits::LimitKind;
use crate::plugin::Plugin;

/// Bytes that go in, and come out as the host keeps them, for which the calls may take the time limit once more.
const BYTES: u64 = 1 << 20;

/// What the calls for one file have taken.
pub(crate) struct Pace<'a> {
    plugin: &'a Plugin,
    spent: Duration,
    bytes: u64,
}

impl<'a> Pace<'a> {
    pub(crate) fn new(plugin: &'a Plugin) -> Self {
        Self { plugin, spent: Duration::ZERO, bytes: 0 }
    }

    /// Notes what went over, in either direction.
    pub(crate) fn crossed(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// Makes a call. What is done between calls does not count.
    pub(crate) fn call<T>(
        &mut self,
        function: &str,
        call: impl FnOnce() -> Result<T, PluginError>,
    ) -> Result<T, PluginError> {
        let started = Instant::now();
        let answer = call()?;
        self.spent += started.elapsed();
        let used = u64::try_from(self.spent.as_millis()).unwrap_or(u64::MAX);
        let allowed = self.plugin.limits().time_ms.saturating_mul(1 + self.bytes / BYTES);
        match used > allowed {
            true => Err(self.plugin.exceeds(function, LimitKind::Time, allowed, used)),
            false => Ok(answer),
        }
    }
}
