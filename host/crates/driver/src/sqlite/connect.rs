//! Opening a database file. The file is created if it is missing and the target says so, its folder is not.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use super::connection::SqliteConnection;
use super::journal;
use crate::error::ConnectError;
use crate::target::Target;

/// Statements that stay prepared: noorm's own, of which there are a few dozen.
const STATEMENTS_KEPT: usize = 64;

/// SQLite keeps milliseconds in 32 bits.
const BUSY_TIMEOUT_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Opens the file of a target.
pub(crate) fn connect(target: &Target) -> Result<SqliteConnection, ConnectError> {
    let Some(path) = target.filename.as_deref() else {
        return Err(ConnectError::MissingField { driver: target.driver.clone(), field: "filename" });
    };
    check_place(path)?;
    if !target.create && !path.exists() {
        return Err(ConnectError::MissingFile { path: path.to_owned() });
    }
    // Without the URI flag: a file called `file:x` is that file.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, target.create);
    let connection = Connection::open_with_flags(path, flags).map_err(|error| refused(path, &error))?;
    let patience = Duration::from_millis(patience_ms(target)?).min(BUSY_TIMEOUT_MAX);
    connection.busy_timeout(patience).map_err(|error| refused(path, &error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    first_read(&connection).map_err(|error| refused(path, &error))?;
    // SQLite opens a file that it may not write for reading and says nothing.
    if connection.is_readonly(MAIN_DB).map_err(|error| refused(path, &error))? {
        let hint = "make the file writable for the user that runs noorm";
        return Err(unusable(path, "it can only be read", hint));
    }
    if target.create {
        journal::keep(&connection).map_err(|error| refused(path, &error))?;
    }
    Ok(SqliteConnection::new(connection))
}

/// How long to wait for another process that holds the file.
fn patience_ms(target: &Target) -> Result<u64, ConnectError> {
    let mut patience = target.busy_timeout_ms;
    for (name, value) in &target.login {
        let unknown = || ConnectError::UnknownLogin { driver: target.driver.clone(), name: name.clone() };
        match name.as_str() {
            "busy-timeout-ms" => patience = value.parse().map_err(|_| unknown())?,
            _ => return Err(unknown()),
        }
    }
    Ok(patience)
}

fn check_place(path: &Path) -> Result<(), ConnectError> {
    if path.is_dir() {
        return Err(unusable(path, "it is a folder", "name a file in it"));
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            let message = format!("the folder `{}` does not exist", folder.display());
            Err(unusable(path, &message, "create the folder, or check the path"))
        }
        _ => Ok(()),
    }
}

/// Opening a file reads nothing of it. This reads its header, so that a file that is no database is found out here and
/// not by the first statement.
fn first_read(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_query(None, "schema_version", |_| Ok(()))
}

pub(super) fn refused(path: &Path, error: &rusqlite::Error) -> ConnectError {
    let (message, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            ("it is not a SQLite database, or it is encrypted", "name another file; this one was left as it is")
        }
        Some(ErrorCode::DatabaseCorrupt) => ("it is damaged", "restore it from a backup, or try SQLite's `.recover`"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("another process has locked it", "wait for the other process, or end it")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => (
            "it cannot be opened for writing",
            "check the permissions of the file and of its folder: SQLite writes its journal beside it",
        ),
        _ => return unusable(path, &error.to_string(), "check the file and the disk that it is on"),
    };
    unusable(path, message, hint)
}

pub(super) fn unusable(path: &Path, message: &str, hint: &str) -> ConnectError {
    ConnectError::File { path: path.to_owned(), message: message.to_owned(), hint: hint.to_owned() }
}
