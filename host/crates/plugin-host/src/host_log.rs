//! What a plugin says while it works: `noorm:host/log`.
//!
//! Messages are kept for the length of a call and handed to the ledger after it, so that a guest that talks cannot interleave
//! with the host's own output, and one that floods is cut.

use wasmtime::WasmBacktrace;
use wasmtime::component::Linker;

use crate::bindings::log::Level;
use crate::bindings::report::Failure;
use crate::check::plain;
use crate::message::MessageLevel;
use crate::plugin::Plugin;
use crate::sandbox::Guest;

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
    panic: Option<Panic>,
}

/// Why a guest is about to end a call without an answer.
pub(crate) struct Panic {
    /// What it said.
    message: String,
    /// The same, with the place that it gave.
    pub(crate) text: String,
    /// The code that told.
    pub(crate) backtrace: WasmBacktrace,
}

impl Panic {
    /// Whether a failure is the one that was told. A guest may have gone on since, and fail over something else.
    pub(crate) fn is_of(&self, failure: &Failure) -> bool {
        !self.message.is_empty() && matches!(failure, Failure::Internal(text) if plain(text).starts_with(&self.message))
    }
}

/// Offers the log to guests. Function by function, since what is generated does not tell which code a call comes from.
pub(crate) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let mut log = linker.instance("noorm:host/log@1.0.0")?;
    log.func_wrap("enabled", |guest, (level,): (Level,)| Ok((guest.data().log.enabled(level),)))?;
    log.func_wrap("emit", |mut guest, (level, message, fields): (Level, String, Vec<(String, String)>)| {
        guest.data_mut().log.emit(level, message, fields);
        Ok(())
    })?;
    log.func_wrap("panic", |mut guest, (message, location): (String, Option<String>)| {
        let backtrace = WasmBacktrace::force_capture(&guest);
        let text = placed(&message, location.as_deref());
        guest.data_mut().log.panic = Some(Panic { message: plain(&message), text, backtrace });
        Ok(())
    })
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

    /// Returns the panic that preceded a trap, or a fault that the guest noticed.
    pub(crate) fn take_panic(&mut self) -> Option<Panic> {
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

    fn enabled(&self, level: Level) -> bool {
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
}

/// The text of a panic, with its place behind it.
fn placed(message: &str, location: Option<&str>) -> String {
    let message = plain(message);
    match location {
        Some(location) => format!("{message} ({})", plain(location)),
        None => message,
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
        assert_eq!(placed("boom", Some("src/lib.rs:3:5")), "boom (src/lib.rs:3:5)");
        assert_eq!(placed("boom\u{1b}", None), "boom\u{fffd}");
    }
}
