//! MySQL's and MariaDB's errors in noorm's terms.

use std::io;

use mysql_async::{DriverError, Error, IoError, TlsError};

use super::position::syntax_error_position;
use crate::ServerError;
use crate::endpoint::Endpoint;
use crate::error::ConnectError;
use crate::tls::refusal;

// Numbers of the server's errors.
const SYNTAX_ERROR: u16 = 1064;
/// A statement was stopped by somebody.
pub(super) const QUERY_INTERRUPTED: &str = "1317";
/// Errors after which the server hangs up: shutdown, killed, idle for too long, out of step.
const LAST_WORDS: &[u16] = &[1053, 1152, 1156, 1158, 1159, 1160, 1161, 1927, 3032, 3169, 4031];
/// The user, the password, or the way to prove it.
const ACCESS_DENIED: &[u16] = &[1045, 1251, 1524, 1698, 1862, 3118, 4151];
/// The user is known, and has no right on the database, which may not exist.
const DATABASE_DENIED: u16 = 1044;
const UNKNOWN_DATABASE: u16 = 1049;
const TLS_REQUIRED: u16 = 3159;
const PACKET_TOO_LARGE: u16 = 1153;

/// No server's limit for one statement is below this.
const PACKET_LIMIT_MIN: usize = 1 << 20;

// Numbers of errors that a client finds by itself, as the server's own client library has them.
const SERVER_LOST: &str = "2013";
const MALFORMED_PACKET: &str = "2027";
const PARAMETER_COUNT: &str = "2034";
const NOT_IMPLEMENTED: &str = "2054";
const FILE_REFUSED: &str = "2068";

/// mysql_async has one kind of error for a connection that ends and a message that does, so its text stands for it; a
/// test would notice a change.
const MESSAGE_CUT_SHORT: &str = "can't parse: ";

/// Why a statement failed.
pub(super) enum Failure {
    /// What the server or the connection said.
    Said(Error),
    /// The statement has another number of placeholders than values.
    Parameters { expected: usize, given: usize },
    /// The protocol has no such transfer.
    NoTransfer,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Said(error)
    }
}

/// Turns a failure of `sql`, with which so many bytes of values went, into what the caller sees.
pub(super) fn server_error(sql: &str, values: usize, failure: &Failure) -> ServerError {
    match failure {
        Failure::Said(error) => ServerError { hint: packet_hint(sql.len() + values, error), ..said(sql, error) },
        Failure::Parameters { expected, given } => {
            plain(PARAMETER_COUNT, format!("expected {expected} parameters but got {given}"))
        }
        Failure::NoTransfer => plain(NOT_IMPLEMENTED, "this database takes no transfers of data".to_owned()),
    }
}

fn said(sql: &str, error: &Error) -> ServerError {
    match error {
        Error::Server(error) => ServerError {
            position: (error.code == SYNTAX_ERROR).then(|| syntax_error_position(sql, &error.message)).flatten(),
            closed: LAST_WORDS.contains(&error.code),
            ..plain(&error.code.to_string(), error.message.clone())
        },
        // The reply to a request for a file is given and the session ended by mysql_async: no file was read.
        Error::Driver(DriverError::LocalInfile(_)) => {
            closed(FILE_REFUSED, "the statement asks for a file of this machine, which is not given".to_owned())
        }
        // Found before anything was sent.
        Error::Driver(DriverError::MixedParams) => plain(PARAMETER_COUNT, error_text(error)),
        Error::Driver(DriverError::ConnectionClosed) | Error::Io(_) => lost(error),
        Error::Driver(_) | Error::Other(_) | Error::Url(_) => closed(MALFORMED_PACKET, error_text(error)),
    }
}

/// A server that gets too large a packet says so and hangs up, or hangs up before anybody could hear it.
fn packet_hint(bytes: usize, error: &Error) -> Option<String> {
    let is_too_large = match error {
        Error::Server(error) => error.code == PACKET_TOO_LARGE,
        Error::Io(_) => bytes > PACKET_LIMIT_MIN,
        _ => false,
    };
    is_too_large.then(|| {
        format!(
            "{bytes} bytes were to be sent, and a server takes no more than its setting `max_allowed_packet` at a time"
        )
    })
}

fn lost(error: &Error) -> ServerError {
    let cause = match error {
        // That it ended is what is said already.
        Error::Io(IoError::Io(cause)) if cause.kind() == io::ErrorKind::UnexpectedEof => None,
        Error::Io(IoError::Io(cause)) => Some(cause.to_string()),
        Error::Io(IoError::Tls(cause)) => Some(cause.to_string()),
        _ => None,
    };
    let message = match cause {
        Some(cause) => format!("the connection to the server is lost: {cause}"),
        None => "the connection to the server is lost".to_owned(),
    };
    closed(SERVER_LOST, message)
}

fn plain(code: &str, message: String) -> ServerError {
    ServerError { code: code.to_owned(), message, ..ServerError::default() }
}

fn closed(code: &str, message: String) -> ServerError {
    ServerError { closed: true, ..plain(code, message) }
}

/// Returns the text of an error of mysql_async's own, which never quotes what was sent.
fn error_text(error: &Error) -> String {
    match error {
        Error::Driver(inner) => inner.to_string(),
        other => other.to_string(),
    }
}

/// Says why no session came about.
pub(super) fn login_error(error: Error, endpoint: &Endpoint) -> ConnectError {
    let server = endpoint.server.clone();
    match error {
        Error::Server(error) if ACCESS_DENIED.contains(&error.code) => {
            ConnectError::Authentication { server, code: Some(error.code.to_string()), message: error.message }
        }
        Error::Server(error) if error.code == DATABASE_DENIED => {
            ConnectError::Forbidden { server, code: error.code.to_string(), message: error.message }
        }
        Error::Server(error) if error.code == UNKNOWN_DATABASE => {
            ConnectError::MissingDatabase { server, message: error.message }
        }
        Error::Server(error) => {
            let hint = (error.code == TLS_REQUIRED).then(|| "turn `ssl` on in the connection settings".to_owned());
            ConnectError::Rejected { server, code: error.code.to_string(), message: error.message, hint }
        }
        Error::Driver(DriverError::NoClientSslFlagFromServer) => ConnectError::TlsMissing { server },
        Error::Driver(DriverError::UnknownAuthPlugin { name }) => {
            let message = format!("it asks for the login method `{name}`, which is not known here");
            ConnectError::Authentication { server, code: None, message }
        }
        Error::Driver(
            error @ (DriverError::MysqlOldPasswordDisabled
            | DriverError::CleartextPluginDisabled
            | DriverError::InvalidParsecSalt),
        ) => ConnectError::Authentication { server, code: None, message: error.to_string() },
        Error::Io(IoError::Tls(TlsError::Tls(error))) => refusal(&error, endpoint),
        Error::Io(IoError::Tls(TlsError::InvalidDnsName(_))) => {
            let message = "none can be for a host of this name".to_owned();
            ConnectError::Certificate { server, message, hint: "connect by the name of the host" }
        }
        Error::Io(IoError::Tls(error)) => ConnectError::TlsSettings { message: error.to_string() },
        Error::Io(IoError::Io(error)) => io_error(error, endpoint),
        error => ConnectError::Protocol { server, message: error_text(&error) },
    }
}

fn io_error(error: io::Error, endpoint: &Endpoint) -> ConnectError {
    if let Some(cause) = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>()) {
        return refusal(cause, endpoint);
    }
    // What the operating system did not say was made up while reading a message that made no sense.
    let hung_up = error.kind() == io::ErrorKind::UnexpectedEof && !error.to_string().starts_with(MESSAGE_CUT_SHORT);
    if error.raw_os_error().is_none() && !hung_up {
        return ConnectError::Protocol { server: endpoint.server.clone(), message: error.to_string() };
    }
    endpoint.failure(error)
}
