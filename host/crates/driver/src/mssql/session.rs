//! What is known about a session from what went over its wire; shared by the stream that reads along, the session and its
//! interrupters.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context;

use futures_util::task::AtomicWaker;

use super::messages::Message;
use super::tokens::Said;

/// A script in a loop can raise any number of notices: the first ones are kept, the others counted.
const NOTICES_KEPT: usize = 500;
const NOTICE_LENGTH_MAX: usize = 4096;

/// The first error is the cause, and the next few are what it led to.
const ERRORS_KEPT: usize = 10;

/// What one request led to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The server's errors, in order.
    pub(super) errors: Vec<Message>,
    /// How many rows were changed; if none could be, how many came back.
    pub(super) affected: u64,
    /// Whether the server stopped the request because it was asked to.
    pub(super) was_stopped: bool,
    /// What broke the connection, if it is broken.
    pub(super) breach: Option<Breach>,
}

/// Why a connection is of no use any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Breach {
    /// It is lost, for this reason.
    Lost(io::ErrorKind, String),
    /// What came makes no sense.
    Nonsense(String),
}

/// What the server knows of a request to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Attention {
    /// Nothing.
    #[default]
    None,
    /// It was told.
    Sent,
    /// It was told too late: its acknowledgement comes after the answer.
    Owed,
}

#[derive(Debug, Default)]
struct Heard {
    process: u16,
    is_logged_in: bool,
    in_transaction: bool,
    notices: VecDeque<String>,
    notices_dropped: usize,
    /// Whether the server has not finished the last request's answer.
    is_busy: bool,
    is_stop_wanted: bool,
    attention: Attention,
    errors: Vec<Message>,
    changed: Option<u64>,
    returned: u64,
    was_stopped: bool,
    breach: Option<Breach>,
}

/// The shared knowledge.
#[derive(Debug, Clone, Default)]
pub(super) struct Session(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    heard: Mutex<Heard>,
    waiting: AtomicWaker,
}

impl Session {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        // Nothing that holds this lock can panic half-way through a change.
        self.0.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a transaction is open.
    pub(super) fn in_transaction(&self) -> bool {
        self.heard().in_transaction
    }

    /// Returns the server's number of the session.
    pub(super) fn process(&self) -> Option<u16> {
        Some(self.heard().process).filter(|process| *process != 0)
    }

    /// The login is over, and with it what every login says.
    pub(super) fn logged_in(&self) {
        self.heard().is_logged_in = true;
    }

    /// Returns the notices since the last time.
    pub(super) fn take_notices(&self) -> Vec<String> {
        let mut heard = self.heard();
        let mut notices: Vec<String> = heard.notices.drain(..).collect();
        let dropped = std::mem::take(&mut heard.notices_dropped);
        if dropped > 0 {
            notices.push(format!("{dropped} more notices were dropped"));
        }
        notices
    }

    /// Returns what the last request led to.
    pub(super) fn take_outcome(&self) -> Outcome {
        let mut heard = self.heard();
        Outcome {
            errors: std::mem::take(&mut heard.errors),
            affected: heard.changed.unwrap_or(heard.returned),
            was_stopped: heard.was_stopped,
            breach: heard.breach.clone(),
        }
    }

    /// Whether a request to stop is under way.
    pub(super) fn is_being_stopped(&self) -> bool {
        let heard = self.heard();
        heard.is_stop_wanted || heard.attention == Attention::Sent
    }

    /// Asks for what runs now to be stopped. With nothing running, nothing happens.
    pub(super) fn stop(&self) {
        let mut heard = self.heard();
        heard.is_stop_wanted |= heard.is_busy;
        drop(heard);
        self.0.waiting.wake();
    }
}

/// What the stream tells.
impl Session {
    /// Wakes this task when there is something to stop.
    pub(super) fn wait(&self, cx: &Context<'_>) {
        self.0.waiting.register(cx.waker());
    }

    /// A request is on its way.
    pub(super) fn request_began(&self) {
        let mut heard = self.heard();
        heard.is_busy = true;
        heard.errors.clear();
        heard.changed = None;
        heard.returned = 0;
        heard.was_stopped = false;
    }

    /// Whether the server is to be told to stop, and can be: one stop at a time.
    pub(super) fn is_stop_due(&self) -> bool {
        let heard = self.heard();
        heard.is_stop_wanted && heard.attention == Attention::None
    }

    /// The server was told to stop. If it has answered by now, its acknowledgement is still to come.
    pub(super) fn stop_was_sent(&self) {
        let mut heard = self.heard();
        heard.is_stop_wanted = false;
        heard.attention = if heard.is_busy { Attention::Sent } else { Attention::Owed };
    }

    /// Whether the next answer is the acknowledgement of a stop that came too late.
    pub(super) fn is_acknowledgement_owed(&self) -> bool {
        self.heard().attention == Attention::Owed
    }

    /// The acknowledgement of a stop that came too late is there.
    pub(super) fn acknowledgement_came(&self) {
        self.heard().attention = Attention::None;
    }

    /// A packet came from this process of the server's.
    pub(super) fn packet_came(&self, process: u16) {
        self.heard().process = process;
    }

    /// The connection broke. What broke it first counts.
    pub(super) fn broke(&self, breach: Breach) {
        self.heard().breach.get_or_insert(breach);
    }

    /// An answer is complete.
    pub(super) fn answer_ended(&self) {
        let mut heard = self.heard();
        heard.is_busy = false;
        // What was to be stopped is over by itself.
        heard.is_stop_wanted = false;
        if heard.attention == Attention::Sent {
            heard.attention = if heard.was_stopped { Attention::None } else { Attention::Owed };
        }
    }

    /// Takes in what an answer said.
    pub(super) fn hear(&self, said: Said) {
        let mut heard = self.heard();
        match said {
            Said::Transaction(is_open) => heard.in_transaction = is_open,
            Said::Changed(rows) => heard.changed = Some(heard.changed.unwrap_or(0).saturating_add(rows)),
            Said::Returned(rows) => heard.returned = heard.returned.saturating_add(rows),
            Said::Stopped => heard.was_stopped = true,
            Said::Error(message) if heard.errors.len() < ERRORS_KEPT => heard.errors.push(message),
            Said::Error(_) => {}
            Said::Info(message) if message.is_chatter() && !heard.is_logged_in => {}
            Said::Info(message) => heard.note(&message),
        }
    }
}

impl Heard {
    fn note(&mut self, message: &Message) {
        if self.notices.len() == NOTICES_KEPT {
            self.notices_dropped += 1;
            return;
        }
        let mut text = message.notice();
        text.truncate(text.floor_char_boundary(NOTICE_LENGTH_MAX));
        self.notices.push_back(text);
    }
}
