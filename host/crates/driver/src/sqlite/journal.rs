//! Keeps the file of the rollback journal between commits, as long as a session that writes is open.
//!
//! Making and deleting that file costs every commit two writes of the folder; overwriting its header is as durable and
//! takes half the time (sqlite.org/pragma.html#pragma_journal_mode). The mode is the session's own, it is not kept in
//! the database. A database in another mode, such as WAL, is left as it is.

use rusqlite::Connection;

const MODE: &str = "journal_mode";

/// Keeps the journal, if the database deletes it after each commit.
pub(super) fn keep(connection: &Connection) -> rusqlite::Result<()> {
    let mode: String = connection.pragma_query_value(None, MODE, |row| row.get(0))?;
    if mode == "delete" { set(connection, "persist") } else { Ok(()) }
}

/// Deletes a journal that was kept.
pub(super) fn delete(connection: &Connection) {
    let mode = connection.pragma_query_value(None, MODE, |row| row.get::<_, String>(0));
    if mode.is_ok_and(|mode| mode == "persist") {
        // What cannot be deleted now, because somebody else works on the database, goes with that one's next commit.
        let _ = set(connection, "delete");
    }
}

fn set(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, MODE, mode, |_| Ok(()))
}
