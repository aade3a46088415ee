//! SQL Server's errors in noorm's terms.
//!
//! The codes of a server's errors are its numbers. What goes wrong on this side has a SQLSTATE, as ODBC names it.

use std::io;

use tiberius::error::Error;

use super::messages::Message;
use super::session::{Breach, Outcome};
use crate::ServerError;
use crate::endpoint::Endpoint;
use crate::error::ConnectError;
use crate::tls::refusal;

/// The connection broke, or is not there any more.
const CONNECTION_FAILURE: &str = "08S01";
/// A statement was cancelled. The server has no number for that.
const CANCELLED: &str = "HY008";
/// A driver cannot do this.
const UNSUPPORTED: &str = "HYC00";
/// A conversation went another way than planned.
const PROTOCOL_VIOLATION: &str = "HY000";
/// A value that does not fit its place.
const INVALID_VALUE: &str = "22018";

/// Errors of this class and above end the session.
const CLASS_FATAL: u8 = 20;
/// The class of errors in the wording of a statement, whose lines are always those of the text.
const CLASS_SYNTAX: u8 = 15;

const LOGIN_FAILED: [u32; 7] = [18452, 18456, 18461, 18470, 18486, 18487, 18488];
const NO_SUCH_DATABASE: [u32; 3] = [911, 4060, 4064];

/// Returns the error of a session that is gone already.
pub(super) fn gone() -> ServerError {
    closed(CONNECTION_FAILURE, "the connection to the server is lost".to_owned())
}

/// Returns the error of a transfer, which this protocol has no statement for.
pub(super) fn no_transfer() -> ServerError {
    let message = "SQL Server has no statement that starts a transfer of data".to_owned();
    ServerError { code: UNSUPPORTED.to_owned(), message, ..ServerError::default() }
}

/// Returns the error of a value that cannot be sent.
pub(super) fn invalid_value(message: String) -> ServerError {
    ServerError { code: INVALID_VALUE.to_owned(), message, ..ServerError::default() }
}

/// Says what went wrong with `sql`, if anything did.
pub(super) fn failure(
    sql: &str,
    error: Option<&Error>,
    outcome: &Outcome,
    is_being_stopped: bool,
) -> Option<ServerError> {
    let is_closed = outcome.breach.is_some() || !matches!(error, None | Some(Error::Server(_)));
    let mut failure = if outcome.was_stopped || (is_closed && is_being_stopped) {
        stopped(outcome)
    } else if let Some(first) = outcome.errors.first() {
        from_server(sql, first, &outcome.errors[1..])
    } else if let Some(breach) = &outcome.breach {
        from_breach(breach)
    } else {
        from_library(error?)
    };
    failure.closed |= is_closed;
    Some(failure)
}

fn closed(code: &str, message: String) -> ServerError {
    ServerError { code: code.to_owned(), message, closed: true, ..ServerError::default() }
}

fn stopped(outcome: &Outcome) -> ServerError {
    let said = outcome.errors.iter().map(|error| format!("{}: {}", error.number, error.text));
    ServerError {
        code: CANCELLED.to_owned(),
        message: "the statement was cancelled".to_owned(),
        detail: Some(said.collect::<Vec<_>>().join("\n")).filter(|detail| !detail.is_empty()),
        interrupted: true,
        ..ServerError::default()
    }
}

fn from_server(sql: &str, error: &Message, more: &[Message]) -> ServerError {
    let followed = more.iter().map(|error| format!("followed by {}: {}", error.number, error.text));
    let detail: Vec<_> = std::iter::once(error.detail()).chain(followed).collect();
    // The lines of a procedure that ran are its own; those of one that is being made are the text's.
    let is_of_text = error.procedure.is_empty() || error.class == CLASS_SYNTAX;
    ServerError {
        code: error.number.to_string(),
        message: error.text.clone(),
        detail: Some(detail.join("\n")),
        hint: None,
        position: if is_of_text { line_start(sql, error.line) } else { None },
        closed: more.iter().chain([error]).any(|error| error.class >= CLASS_FATAL),
        interrupted: false,
    }
}

fn from_breach(breach: &Breach) -> ServerError {
    match breach {
        Breach::Lost(_, reason) => {
            closed(CONNECTION_FAILURE, format!("the connection to the server is lost: {reason}"))
        }
        Breach::Nonsense(message) => closed(PROTOCOL_VIOLATION, message.clone()),
    }
}

/// What tiberius could not make sense of leaves the rest of the answer unread, and the session of no use.
fn from_library(error: &Error) -> ServerError {
    closed(PROTOCOL_VIOLATION, error.to_string())
}

/// Returns where a line, counted from 1, begins, its indentation left out.
fn line_start(sql: &str, line: u32) -> Option<usize> {
    let before = usize::try_from(line).ok()?.checked_sub(1)?;
    let text = sql.split_inclusive('\n').nth(before)?;
    let start = text.as_ptr().addr() - sql.as_ptr().addr();
    let indentation = text.len() - text.trim_start().len();
    Some(if indentation == text.len() { start } else { start + indentation })
}

/// Says why a server that was reached did not let the session begin.
pub(super) fn login_error(error: &Error, outcome: &Outcome, endpoint: &Endpoint) -> ConnectError {
    let server = endpoint.server.clone();
    if let Some(error) = outcome.errors.first() {
        let (code, message) = (error.number.to_string(), error.text.clone());
        return match error.number {
            number if LOGIN_FAILED.contains(&number) => {
                ConnectError::Authentication { server, code: Some(code), message }
            }
            number if NO_SUCH_DATABASE.contains(&number) => ConnectError::MissingDatabase { server, message },
            _ => ConnectError::Rejected { server, code, message, hint: None },
        };
    }
    match &outcome.breach {
        Some(Breach::Lost(kind, reason)) => endpoint.failure(io::Error::new(*kind, reason.clone())),
        Some(Breach::Nonsense(message)) => ConnectError::Protocol { server, message: message.clone() },
        None => ConnectError::Protocol { server, message: error.to_string() },
    }
}

/// Says why the TLS handshake failed.
pub(super) fn tls_error(error: &io::Error, endpoint: &Endpoint) -> ConnectError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => refusal(error, endpoint),
        None => ConnectError::Tls { server: endpoint.server.clone(), message: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_bytes() {
        let check = |sql, line, expected| assert_eq!(line_start(sql, line), expected, "{sql:?} {line}");
        check("a", 1, Some(0));
        check("a\nb\r\n  c", 2, Some(2));
        check("a\nb\r\n  c", 3, Some(7));
        check("ä\n\u{1F600}\nc", 3, Some(8));
        check("a\n\nc", 2, Some(2));
        check("a", 0, None);
        check("a", 2, None);
    }

    fn message(number: u32, class: u8, procedure: &str, line: u32) -> Message {
        Message { number, state: 1, class, text: format!("text {number}"), procedure: procedure.to_owned(), line }
    }

    #[test]
    fn the_first_error_is_the_cause() {
        let errors = vec![message(1779, 16, "", 2), message(1750, 16, "", 2)];
        let outcome = Outcome { errors, ..Outcome::default() };
        let error = failure("a\nb", None, &outcome, false).expect("an error");
        assert_eq!((error.code.as_str(), error.message.as_str()), ("1779", "text 1779"));
        assert_eq!(error.detail.as_deref(), Some("level 16, state 1, line 2\nfollowed by 1750: text 1750"));
        assert_eq!((error.position, error.closed, error.interrupted), (Some(2), false, false));
    }

    #[test]
    fn a_line_of_a_procedure_is_no_line_of_the_text() {
        let at = |class| {
            let outcome = Outcome { errors: vec![message(1, class, "p", 2)], ..Outcome::default() };
            failure("a\nb", None, &outcome, false).expect("an error")
        };
        assert_eq!(at(16).position, None);
        assert_eq!(at(16).detail.as_deref(), Some("level 16, state 1, line 2 of `p`"));
        assert_eq!(at(15).position, Some(2));
        assert!(at(20).closed);
    }

    #[test]
    fn what_broke_while_it_was_stopped_was_stopped() {
        let broken = Error::Io { kind: io::ErrorKind::BrokenPipe, message: "of no interest".to_owned() };
        let breach = Some(Breach::Lost(io::ErrorKind::TimedOut, "late".to_owned()));
        let outcome = Outcome { breach, ..Outcome::default() };
        let error = failure("a", Some(&broken), &outcome, true).expect("an error");
        assert!(error.interrupted && error.closed);
        let error = failure("a", Some(&broken), &outcome, false).expect("an error");
        assert_eq!(error.message, "the connection to the server is lost: late");
        assert!(!error.interrupted && error.closed);
    }

    #[test]
    fn an_answer_without_sense_ends_the_session() {
        let outcome = Outcome { breach: Some(Breach::Nonsense("what?".to_owned())), ..Outcome::default() };
        let error = failure("a", None, &outcome, false).expect("an error");
        assert_eq!((error.message.as_str(), error.closed), ("what?", true));
        assert!(failure("a", None, &Outcome::default(), false).is_none());
    }
}
