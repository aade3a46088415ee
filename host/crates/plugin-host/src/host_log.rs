//! What a plugin says while it works: `noorm:host/log`.
//!
//! Messages are kept for the length of a call and handed to the ledger after it, so that a guest that talks cannot interleave
//! with the host's own output, and one that floods is cut.

use crate::bindings::log::{Host, Level};
use crate::check::plain;
use crate::message::MessageLevel;
use crate::plugin::Plugin;

/// Bytes of messages that one call may leave.
const BYTES_MAX: usize = 64 * 1024;

/// Bytes that a message takes besides its text: without them, empty ones would be free.
const MESSAGE_BYTES: usize = 64;

/// The log of one call.
#[derive(Default)]
pub(crate) struct HostLog {
    wants_all: bool,
    messages: Vec<(MessageLevel, String)>,
    bytes: usize,
    dropped: u64,
    panic: Option<String>,
}

impl HostLog {
    /// Begins the log of an instance, for somebody who wants all of it or only what matters.
    pub(crate) fn new(wants_all: bool) -> Self {
        Self { wants_all, ..Self::default() }
    }

    /// Hands the messages on and makes room for the next call.
    pub(crate) fn deliver(&mut self, plugin: &Plugin) {
        if self.messages.is_empty() && self.dropped == 0 {
            return;
        }
        if let Some(ledger) = plugin.ledger() {
            ledger.say(&plugin.info().name, &self.messages, self.dropped);
        }
        self.messages.clear();
        self.bytes = 0;
        self.dropped = 0;
    }

    /// Returns the text of the panic that preceded a trap.
    pub(crate) fn take_panic(&mut self) -> Option<String> {
        self.panic.take()
    }

    fn keep(&mut self, level: MessageLevel, message: &str) {
        let bytes = message.len().saturating_add(MESSAGE_BYTES);
        if self.dropped > 0 || self.bytes + bytes > BYTES_MAX {
            // What follows a dropped message is dropped too: a log with holes misleads.
            self.dropped += 1;
            return;
        }
        self.bytes += bytes;
        self.messages.push((level, one_line(message)));
    }
}

impl Host for HostLog {
    fn enabled(&mut self, level: Level) -> bool {
        self.wants_all || level_of(level) <= MessageLevel::Info
    }

    fn emit(&mut self, level: Level, message: String, fields: Vec<(String, String)>) {
        if !self.enabled(level) {
            return;
        }
        let mut line = message;
        for (name, value) in fields {
            line.extend([" ", &name, "=", &value]);
        }
        self.keep(level_of(level), &line);
    }

    fn panic(&mut self, message: String, location: Option<String>) {
        let message = plain(&message);
        self.panic = Some(match location {
            Some(location) => format!("{message} ({})", plain(&location)),
            None => message,
        });
    }
}

/// Whoever shows a message puts its plugin's name before it: a second line would look like somebody else's.
fn one_line(message: &str) -> String {
    plain(&message.lines().map(str::trim_end).collect::<Vec<_>>().join(" | "))
}

fn level_of(level: Level) -> MessageLevel {
    match level {
        Level::Error => MessageLevel::Error,
        Level::Warn => MessageLevel::Warn,
        Level::Info => MessageLevel::Info,
        Level::Debug => MessageLevel::Debug,
        Level::Trace => MessageLevel::Trace,
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
    }

    #[test]
    fn details_are_for_those_who_want_them() {
        let all = [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace];
        let heard = |mut log: HostLog| {
            all.into_iter().for_each(|level| log.emit(level, "x".to_owned(), Vec::new()));
            (all.map(|level| log.enabled(level)), log.messages.len())
        };
        assert_eq!(heard(HostLog::new(false)), ([true, true, true, false, false], 3));
        assert_eq!(heard(HostLog::new(true)), ([true; 5], 5));
    }

    #[test]
    fn empty_messages_are_not_free() {
        let mut log = HostLog::default();
        (0..5000).for_each(|_| log.emit(Level::Info, String::new(), Vec::new()));
        assert_eq!((log.messages.len(), log.dropped), (1024, 3976));
    }

    #[test]
    fn a_message_is_one_line() {
        let mut log = HostLog::default();
        log.emit(Level::Warn, "careful\r\nerror: the disk is full\n".to_owned(), Vec::new());
        assert_eq!(log.messages[0].1, "careful | error: the disk is full");
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
