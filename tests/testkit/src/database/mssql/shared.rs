//! Doing without databases of tests' own, where a server makes none: tests take turns in the one that the URL names.
//!
//! Everything in it is deleted before each test, so it has to be one that was empty when the first test came. A table of
//! ours marks it from then on.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, PoisonError};

use super::server::Server;

const MARK: &str = "noorm_test_database";

/// What belongs to users, with what drops it, in the order in which it can be dropped.
const OBJECTS: &str = "\
    SELECT N'ALTER TABLE ' + QUOTENAME(OBJECT_SCHEMA_NAME(parent_object_id)) + N'.' + \
        QUOTENAME(OBJECT_NAME(parent_object_id)) + N' DROP CONSTRAINT ' + QUOTENAME(name), N'' FROM sys.foreign_keys \
        WHERE is_ms_shipped = 0\n\
    GO\n\
    SELECT N'DROP VIEW ' + QUOTENAME(SCHEMA_NAME(schema_id)) + N'.' + QUOTENAME(name), N'' FROM sys.views \
        WHERE is_ms_shipped = 0\n\
    GO\n\
    SELECT N'DROP PROCEDURE ' + QUOTENAME(SCHEMA_NAME(schema_id)) + N'.' + QUOTENAME(name), N'' FROM sys.procedures \
        WHERE is_ms_shipped = 0\n\
    GO\n\
    SELECT N'DROP FUNCTION ' + QUOTENAME(SCHEMA_NAME(schema_id)) + N'.' + QUOTENAME(name), N'' FROM sys.objects \
        WHERE is_ms_shipped = 0 AND type IN (N'FN', N'IF', N'TF')\n\
    GO\n\
    SELECT N'DROP TABLE ' + QUOTENAME(SCHEMA_NAME(schema_id)) + N'.' + QUOTENAME(name), name FROM sys.tables \
        WHERE is_ms_shipped = 0";

/// Schemas that tests and noorm make.
const SCHEMAS: [&str; 3] = ["noorm", "legacy", "public"];

/// One test's turn; it ends when the value is dropped.
pub(super) struct Turn(());

static TAKEN: Mutex<bool> = Mutex::new(false);
static IS_FREE: Condvar = Condvar::new();

thread_local! {
    /// Whether the turn is this thread's, which would wait for itself.
    static IS_MINE: Cell<bool> = const { Cell::new(false) };
}

impl Turn {
    /// Waits until no other test of this process works in the database.
    #[track_caller]
    pub(super) fn take() -> Self {
        assert!(!IS_MINE.get(), "a test that wants two databases at once has to name `create-database` as its need");
        let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = IS_FREE.wait_while(taken, |taken| *taken).unwrap_or_else(PoisonError::into_inner);
        *taken = true;
        IS_MINE.set(true);
        Self(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = false;
        IS_MINE.set(false);
        IS_FREE.notify_one();
    }
}

/// Deletes everything in the database of the URL; `why` is why tests have none of their own. What was there before the
/// tests came is not ours to delete.
#[track_caller]
pub(super) fn empty(server: &Server, why: &str) {
    let objects = server.rows(OBJECTS);
    let name = &server.database;
    if !objects.iter().any(|row| row[1] == MARK) {
        let strangers: Vec<&str> = objects.iter().map(|row| row[0].as_str()).collect();
        assert!(
            strangers.is_empty(),
            "the server makes no databases for the tests ({why}), and `{name}`, which they would use instead, is not \
             empty: name an empty one that they may delete everything in. They would have to run\n{}",
            strangers.join("\n")
        );
        server.rows(&format!("CREATE TABLE {MARK} (id int)"));
    }
    for row in objects.iter().filter(|row| row[1] != MARK) {
        server.rows(&row[0]);
    }
    for schema in SCHEMAS {
        if server.rows(&format!("SELECT 1 WHERE SCHEMA_ID(N'{schema}') IS NOT NULL")).len() == 1 {
            server.rows(&format!("DROP SCHEMA {schema}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_taken_one_after_the_other() {
        let first = Turn::take();
        let second = std::thread::spawn(|| drop(Turn::take()));
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!second.is_finished(), "the turn is taken");
        assert!(std::panic::catch_unwind(Turn::take).is_err(), "it would wait for itself");
        drop(first);
        second.join().unwrap();
        drop(Turn::take());
    }
}
