//! SQLite's errors: result codes get their symbolic names back, since those are what people look up.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Error, ErrorCode, ffi};

use crate::ServerError;

/// Turns a failure of `sql` into what the caller sees. A pending request to interrupt is used up by the error it causes.
pub(super) fn server_error(sql: &str, error: Error, interrupted: &AtomicBool) -> ServerError {
    let (code, position, message) = match error {
        Error::SqliteFailure(failure, message) => (failure, None, message.unwrap_or_else(|| failure.to_string())),
        Error::SqlInputError { error, msg, offset, sql: parsed } => {
            // What was parsed lacks the blank space around the statement.
            let skipped = sql.find(&parsed).unwrap_or(0);
            (error, usize::try_from(offset).ok().map(|offset| skipped + offset), msg)
        }
        Error::InvalidParameterCount(given, wanted) => {
            let message = format!("the statement has {wanted} parameters, and {given} values were given");
            return misuse("SQLITE_RANGE", message);
        }
        Error::NulError(_) => return misuse("SQLITE_MISUSE", "the statement contains a NUL character".to_owned()),
        Error::InvalidQuery => return misuse("SQLITE_MISUSE", "SQLite has no transfers of data to copy".to_owned()),
        other => return misuse("SQLITE_MISUSE", other.to_string()),
    };
    ServerError {
        code: symbol(code.extended_code),
        message,
        position: position.filter(|offset| sql.is_char_boundary(*offset)),
        interrupted: code.code == ErrorCode::OperationInterrupted && interrupted.swap(false, Ordering::SeqCst),
        ..ServerError::default()
    }
}

fn misuse(code: &str, message: String) -> ServerError {
    ServerError { code: code.to_owned(), message, ..ServerError::default() }
}

/// Returns the symbolic name of an extended result code; of its primary code if SQLite is newer than this list.
fn symbol(code: i32) -> String {
    let name = |code| NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| (*name).to_owned());
    name(code).or_else(|| name(code & 0xff)).unwrap_or_else(|| format!("SQLITE_{code}"))
}

macro_rules! names {
    ($($name:ident)*) => {
        const NAMES: &[(i32, &str)] = &[$((ffi::$name, stringify!($name))),*];
    };
}

names! {
    SQLITE_ERROR SQLITE_INTERNAL SQLITE_PERM SQLITE_ABORT SQLITE_BUSY SQLITE_LOCKED SQLITE_NOMEM SQLITE_READONLY
    SQLITE_INTERRUPT SQLITE_IOERR SQLITE_CORRUPT SQLITE_NOTFOUND SQLITE_FULL SQLITE_CANTOPEN SQLITE_PROTOCOL
    SQLITE_EMPTY SQLITE_SCHEMA SQLITE_TOOBIG SQLITE_CONSTRAINT SQLITE_MISMATCH SQLITE_MISUSE SQLITE_NOLFS
    SQLITE_AUTH SQLITE_FORMAT SQLITE_RANGE SQLITE_NOTADB SQLITE_ERROR_MISSING_COLLSEQ SQLITE_ERROR_RETRY
    SQLITE_ERROR_SNAPSHOT SQLITE_ERROR_RESERVESIZE SQLITE_ERROR_KEY SQLITE_ERROR_UNABLE SQLITE_IOERR_READ
    SQLITE_IOERR_SHORT_READ SQLITE_IOERR_WRITE SQLITE_IOERR_FSYNC SQLITE_IOERR_DIR_FSYNC SQLITE_IOERR_TRUNCATE
    SQLITE_IOERR_FSTAT SQLITE_IOERR_UNLOCK SQLITE_IOERR_RDLOCK SQLITE_IOERR_DELETE SQLITE_IOERR_BLOCKED
    SQLITE_IOERR_NOMEM SQLITE_IOERR_ACCESS SQLITE_IOERR_CHECKRESERVEDLOCK SQLITE_IOERR_LOCK SQLITE_IOERR_CLOSE
    SQLITE_IOERR_DIR_CLOSE SQLITE_IOERR_SHMOPEN SQLITE_IOERR_SHMSIZE SQLITE_IOERR_SHMLOCK SQLITE_IOERR_SHMMAP
    SQLITE_IOERR_SEEK SQLITE_IOERR_DELETE_NOENT SQLITE_IOERR_MMAP SQLITE_IOERR_GETTEMPPATH SQLITE_IOERR_CONVPATH
    SQLITE_IOERR_VNODE SQLITE_IOERR_AUTH SQLITE_IOERR_BEGIN_ATOMIC SQLITE_IOERR_COMMIT_ATOMIC
    SQLITE_IOERR_ROLLBACK_ATOMIC SQLITE_IOERR_DATA SQLITE_IOERR_CORRUPTFS SQLITE_IOERR_IN_PAGE
    SQLITE_IOERR_BADKEY SQLITE_IOERR_CODEC SQLITE_LOCKED_SHAREDCACHE SQLITE_LOCKED_VTAB SQLITE_BUSY_RECOVERY
    SQLITE_BUSY_SNAPSHOT SQLITE_BUSY_TIMEOUT SQLITE_CANTOPEN_NOTEMPDIR SQLITE_CANTOPEN_ISDIR
    SQLITE_CANTOPEN_FULLPATH SQLITE_CANTOPEN_CONVPATH SQLITE_CANTOPEN_DIRTYWAL SQLITE_CANTOPEN_SYMLINK
    SQLITE_CORRUPT_VTAB SQLITE_CORRUPT_SEQUENCE SQLITE_CORRUPT_INDEX SQLITE_READONLY_RECOVERY
    SQLITE_READONLY_CANTLOCK SQLITE_READONLY_ROLLBACK SQLITE_READONLY_DBMOVED SQLITE_READONLY_CANTINIT
    SQLITE_READONLY_DIRECTORY SQLITE_ABORT_ROLLBACK SQLITE_CONSTRAINT_CHECK SQLITE_CONSTRAINT_COMMITHOOK
    SQLITE_CONSTRAINT_FOREIGNKEY SQLITE_CONSTRAINT_FUNCTION SQLITE_CONSTRAINT_NOTNULL
    SQLITE_CONSTRAINT_PRIMARYKEY SQLITE_CONSTRAINT_TRIGGER SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_VTAB
    SQLITE_CONSTRAINT_ROWID SQLITE_CONSTRAINT_PINNED SQLITE_CONSTRAINT_DATATYPE SQLITE_AUTH_USER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_codes_have_names() {
        assert_eq!(symbol(1), "SQLITE_ERROR");
        assert_eq!(symbol(2067), "SQLITE_CONSTRAINT_UNIQUE");
        assert_eq!(symbol(5), "SQLITE_BUSY");
        assert_eq!(symbol(19 | 200 << 8), "SQLITE_CONSTRAINT");
        assert_eq!(symbol(99), "SQLITE_99");
    }
}
