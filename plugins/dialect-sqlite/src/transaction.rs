//! Transaction control. There is nothing to reset between files: SQLite's session settings are pragmas, and resetting
//! those would undo what a user's script did on purpose.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{ControlText, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn control() -> ControlText {
        ControlText {
            setup: vec!["PRAGMA foreign_keys = ON".to_owned()],
            reset: Vec::new(),
            // A transaction that begins by reading can fail when it first writes; this one waits for its turn instead.
            begin: "BEGIN IMMEDIATE".to_owned(),
            commit: "COMMIT".to_owned(),
            rollback: "ROLLBACK".to_owned(),
            ddl: true,
            attrs: Vec::new(),
        }
    }
}
