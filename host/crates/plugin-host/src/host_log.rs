//! What a plugin says while it works: `noorm:host/log`.
//!
//! Messages are kept for the length of a call and handed to `tracing` after it, so that a guest that
//! talks cannot interleave with the host's own output, and one that floods is cut. Redaction is the subscriber's.

use noorm_core::plugin::PluginRef;

use crate::bindings::log::{Host, Level};
use crate::check::plain;

/// Bytes of messages that one call may leave.
const BYTES_MAX: usize = 64 * 1024;

/// Bytes that a message takes besides its text: without them, empty ones would be free.
const MESSAGE_BYTES: usize = 64;

/// The log of one call.
#[derive(Default)]
pub(crate) struct HostLog {
    messages: Vec<(Level, String)>,
    bytes: usize,
    dropped: u64,
    panic: Option<String>,
}

impl HostLog {
    /// Hands the messages on and makes room for the next call.
    pub(crate) fn deliver(&mut self, plugin: &PluginRef) {
        let name = plugin.name.as_str();
        for (level, message) in self.messages.drain(..) {
            match level {
                Level::Error => {
                    tracing::error!(target: "noorm::plugin", plugin = name, "{message}")
                }
                Level::Warn => tracing::warn!(target: "noorm::plugin", plugin = name, "{message}"),
                Level::Info => tracing::info!(target: "noorm::plugin", plugin = name, "{message}"),
                Level::Debug => {
                    tracing::debug!(target: "noorm::plugin", plugin = name, "{message}")
                }
                Level::Trace => {
                    tracing::trace!(target: "noorm::plugin", plugin = name, "{message}")
                }
            }
        }
        if self.dropped > 0 {
            let dropped = self.dropped;
            tracing::warn!(target: "noorm::plugin", plugin = name, "{dropped} more messages dropped");
        }
        self.bytes = 0;
        self.dropped = 0;
    }

    /// Returns the text of the panic that preceded a trap.
    pub(crate) fn take_panic(&mut self) -> Option<String> {
        self.panic.take()
    }

    fn keep(&mut self, level: Level, message: &str) {
        let bytes = message.len().saturating_add(MESSAGE_BYTES);
        if self.dropped > 0 || self.bytes + bytes > BYTES_MAX {
            // What follows a dropped message is dropped too: a log with holes misleads.
            self.dropped += 1;
            return;
        }
        self.bytes += bytes;
        self.messages.push((level, plain(message)));
    }
}

impl Host for HostLog {
    fn enabled(&mut self, level: Level) -> bool {
        match level {
            Level::Error => tracing::enabled!(target: "noorm::plugin", tracing::Level::ERROR),
            Level::Warn => tracing::enabled!(target: "noorm::plugin", tracing::Level::WARN),
            Level::Info => tracing::enabled!(target: "noorm::plugin", tracing::Level::INFO),
            Level::Debug => tracing::enabled!(target: "noorm::plugin", tracing::Level::DEBUG),
            Level::Trace => tracing::enabled!(target: "noorm::plugin", tracing::Level::TRACE),
        }
    }

    fn emit(&mut self, level: Level, message: String, fields: Vec<(String, String)>) {
        let mut line = message;
        for (name, value) in fields {
            line.extend([" ", &name, "=", &value]);
        }
        self.keep(level, &line);
    }

    fn panic(&mut self, message: String, location: Option<String>) {
        let message = plain(&message);
        self.panic = Some(match location {
            Some(location) => format!("{message} ({})", plain(&location)),
            None => message,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_counted() {
        let mut log = HostLog::default();
        for _ in 0..100 {
            log.emit(Level::Info, "x".repeat(1024), Vec::new());
        }
        assert_eq!(log.messages.len(), 60);
        assert_eq!(log.dropped, 40);
        let plugin = PluginRef { name: "loader-x".into(), version: "1.0.0".into(), digest: String::new() };
        log.deliver(&plugin);
        assert_eq!((log.messages.len(), log.bytes, log.dropped), (0, 0, 0));
    }

    #[test]
    fn empty_messages_are_not_free() {
        let mut log = HostLog::default();
        (0..5000).for_each(|_| log.emit(Level::Info, String::new(), Vec::new()));
        assert_eq!((log.messages.len(), log.dropped), (1024, 3976));
    }

    #[test]
    fn fields_follow_the_message() {
        let mut log = HostLog::default();
        log.emit(Level::Warn, "slow".to_owned(), vec![("rows".to_owned(), "3\u{1b}[2J".to_owned())]);
        assert_eq!(log.messages[0].1, "slow rows=3\u{fffd}[2J");
    }

    #[test]
    fn a_panic_keeps_its_place() {
        let mut log = HostLog::default();
        log.panic("boom".to_owned(), Some("src/lib.rs:3:5".to_owned()));
        assert_eq!(log.take_panic().as_deref(), Some("boom (src/lib.rs:3:5)"));
    }
}
