//! PostgreSQL's errors in noorm's terms.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use crate::ServerError;
use crate::endpoint::Endpoint;
use crate::error::ConnectError;
use crate::tls::refusal;

/// The code of a connection that broke, for when the server could not say so itself.
const CONNECTION_FAILURE: &str = "08006";
/// The code of a conversation that went another way than planned.
const PROTOCOL_VIOLATION: &str = "08P01";
/// The code of a value that does not fit its place.
const DATATYPE_MISMATCH: &str = "42804";

// tokio-postgres does not export the kinds of its errors, so their texts stand for them; tests would notice a change.
const UNEXPECTED_MESSAGE: &str = "unexpected message from server";
const TLS_FAILED: &str = "error performing TLS handshake";
const TLS_MISSING: &str = "server does not support TLS";
const PARAMETER: &str = "error serializing parameter";
const COLUMN: &str = "error deserializing column";
const PARAMETER_COUNT: &str = "expected ";
const ENCODING: &str = "error encoding message to server";

/// Whether an answer was of a kind that does not belong to the request, after which the two sides are out of step.
pub(super) fn is_out_of_step(error: &Error) -> bool {
    error.to_string() == UNEXPECTED_MESSAGE
}

/// Turns a failure of `sql` into what the caller sees.
pub(super) fn server_error(sql: &str, error: &Error) -> ServerError {
    if let Some(error) = error.as_db_error() {
        return from_server(sql, error);
    }
    let text = error.to_string();
    let cause = error.source().map(ToString::to_string);
    if is_out_of_step(error) {
        let message = "the statement starts a transfer of data that a script cannot carry out";
        return closed(PROTOCOL_VIOLATION, message.to_owned());
    }
    if [PARAMETER, COLUMN, PARAMETER_COUNT, ENCODING].iter().any(|kind| text.starts_with(kind)) {
        let message = cause.unwrap_or(text);
        return ServerError { code: DATATYPE_MISMATCH.to_owned(), message, ..ServerError::default() };
    }
    closed(
        CONNECTION_FAILURE,
        match cause {
            Some(cause) => format!("the connection to the server is lost: {cause}"),
            None => "the connection to the server is lost".to_owned(),
        },
    )
}

fn closed(code: &str, message: String) -> ServerError {
    ServerError { code: code.to_owned(), message, closed: true, ..ServerError::default() }
}

fn from_server(sql: &str, error: &DbError) -> ServerError {
    let position = match error.position() {
        Some(ErrorPosition::Original(position)) => byte_offset(sql, *position),
        // A place in a text that the server made up itself is of no use to a reader of the script.
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    ServerError {
        code: error.code().code().to_owned(),
        message: error.message().to_owned(),
        detail: join(error.detail(), error.where_()),
        hint: error.hint().map(str::to_owned),
        position,
        closed: matches!(error.severity(), "FATAL" | "PANIC"),
        interrupted: false,
    }
}

/// Joins the detail with the context: which function, which line of the data.
fn join(detail: Option<&str>, context: Option<&str>) -> Option<String> {
    match (detail, context) {
        (Some(detail), Some(context)) => Some(format!("{detail}\n{context}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

/// Turns the server's count of characters, from 1, into a count of bytes, from 0.
fn byte_offset(sql: &str, position: u32) -> Option<usize> {
    let characters_before = usize::try_from(position).ok()?.checked_sub(1)?;
    let mut starts = sql.char_indices().map(|(offset, _)| offset).chain([sql.len()]);
    starts.nth(characters_before)
}

/// Says why a server that was reached did not let the session begin.
pub(super) fn login_error(error: Error, endpoint: &Endpoint) -> ConnectError {
    let server = endpoint.server.clone();
    if let Some(error) = error.as_db_error() {
        let code = error.code().code().to_owned();
        let message = error.message().to_owned();
        return match *error.code() {
            SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                ConnectError::Authentication { server, code: Some(code), message }
            }
            SqlState::INVALID_CATALOG_NAME => ConnectError::MissingDatabase { server, message },
            SqlState::INSUFFICIENT_PRIVILEGE => ConnectError::Forbidden { server, code, message },
            _ => ConnectError::Rejected { server, code, message, hint: error.hint().map(str::to_owned) },
        };
    }
    let text = error.to_string();
    let Some(cause) = error.into_source() else {
        return match text.as_str() {
            UNEXPECTED_MESSAGE => ConnectError::Protocol { server, message: text },
            // The server hung up without a word.
            _ => endpoint.failure(io::Error::new(io::ErrorKind::UnexpectedEof, text)),
        };
    };
    match text.as_str() {
        TLS_FAILED => tls_error(&*cause, endpoint),
        "authentication error" => ConnectError::Authentication { server, code: None, message: cause.to_string() },
        // The only setting that it can miss at this point.
        "invalid configuration" if cause.to_string() == "password missing" => {
            let message = "it asks for a password, and none is set".to_owned();
            ConnectError::Authentication { server, code: None, message }
        }
        // With TLS 1.3 a server refuses the client's certificate after the handshake.
        _ if cause.downcast_ref::<io::Error>().and_then(of_tls).is_some() => tls_error(&*cause, endpoint),
        _ => match cause.downcast::<io::Error>() {
            // What the operating system did not say was made up while reading a message that made no sense.
            Ok(error) if error.raw_os_error().is_none() && error.kind() != io::ErrorKind::UnexpectedEof => {
                ConnectError::Protocol { server, message: error.to_string() }
            }
            Ok(error) => endpoint.failure(*error),
            Err(other) => ConnectError::Protocol { server, message: other.to_string() },
        },
    }
}

fn tls_error(cause: &(dyn std::error::Error + Send + Sync + 'static), endpoint: &Endpoint) -> ConnectError {
    let server = endpoint.server.clone();
    let message = cause.to_string();
    if message == TLS_MISSING {
        return ConnectError::TlsMissing { server };
    }
    match cause.downcast_ref::<io::Error>().and_then(of_tls) {
        Some(error) => refusal(error, endpoint),
        None => ConnectError::Tls { server, message },
    }
}

/// Returns what TLS has to say about the failure of a stream.
fn of_tls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_bytes() {
        let check = |sql, position, expected| assert_eq!(byte_offset(sql, position), expected, "{sql} {position}");
        check("SELECT x", 8, Some(7));
        check("SELECT 'äß', x", 14, Some(15));
        check("SELECT", 7, Some(6));
        check("SELECT", 8, None);
        check("SELECT", 0, None);
    }
}
