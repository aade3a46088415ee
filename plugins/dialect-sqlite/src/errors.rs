//! What SQLite's result codes mean. The driver gives the symbolic extended code, such as `SQLITE_CONSTRAINT_UNIQUE`.

use noorm_guest::dialect::exports::noorm::dialect::errors::{Guest, ServerError};

use crate::Dialect;

impl Guest for Dialect {
    fn classify(error: ServerError) -> String {
        class(&error.code, &error.message).to_owned()
    }
}

fn class(code: &str, message: &str) -> &'static str {
    match code {
        "SQLITE_CONSTRAINT_UNIQUE" | "SQLITE_CONSTRAINT_PRIMARYKEY" | "SQLITE_CONSTRAINT_ROWID" => return "unique",
        // The code of everything that is wrong with a statement: only the message says what.
        "SQLITE_ERROR" => return statement(message),
        "SQLITE_BUSY_SNAPSHOT" => return "transient",
        _ => {}
    }
    // The first word after the prefix is the primary code.
    match code.strip_prefix("SQLITE_").unwrap_or(code).split('_').next().unwrap_or_default() {
        "CONSTRAINT" | "MISMATCH" | "TOOBIG" => "constraint",
        "BUSY" | "LOCKED" => "lock",
        "PERM" | "AUTH" | "READONLY" => "permission",
        "CANTOPEN" | "NOTADB" | "CORRUPT" => "connection",
        "FULL" | "NOMEM" | "IOERR" | "NOLFS" => "resource",
        "INTERRUPT" | "PROTOCOL" | "SCHEMA" => "transient",
        _ => "other",
    }
}

fn statement(message: &str) -> &'static str {
    let any = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    if any(&["syntax error", "unrecognized token", "incomplete input"]) {
        "syntax"
    } else if any(&["no such ", "unknown database"]) {
        "missing-object"
    } else if any(&["already exists", "duplicate column name", "already in use", "already another table or index"]) {
        "existing-object"
    } else if any(&["within a transaction", "within transaction", "inside a transaction", "no transaction is active"]) {
        "transaction"
    } else {
        "other"
    }
}
