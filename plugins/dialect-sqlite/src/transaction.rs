//! Transaction control. There is nothing to reset between files: SQLite's session settings are pragmas, and resetting
//! those would undo what a user's script did on purpose.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{AroundText, ControlText, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn control(_options: Vec<(String, String)>) -> ControlText {
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

    /// Inside a transaction the switch of foreign keys does nothing, and dropping a table deletes its rows first, which
    /// cascades (sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes): a script that rebuilds a
    /// table would lose the rows that refer to it.
    fn around(marks: Vec<(String, String)>) -> AroundText {
        let at = |name: &str| marks.iter().position(|(known, _)| known == name);
        let switches_off = marks.iter().any(|(name, value)| name == FOREIGN_KEYS && value == "off");
        let rebuilds = at(DROPS).is_some_and(|dropped| marks[dropped..].iter().any(|(name, _)| name == RENAMES));
        if !switches_off && !rebuilds {
            return AroundText { before: Vec::new(), check: String::new(), after: Vec::new() };
        }
        AroundText {
            before: vec!["PRAGMA foreign_keys = OFF".to_owned()],
            check: "PRAGMA foreign_key_check".to_owned(),
            after: vec!["PRAGMA foreign_keys = ON".to_owned()],
        }
    }
}

/// The mark of a statement that switches foreign keys: `on` or `off`.
pub(crate) const FOREIGN_KEYS: &str = "foreign-keys";

/// The mark of a statement that drops a table.
pub(crate) const DROPS: &str = "drops";

/// The mark of a statement that renames a table.
pub(crate) const RENAMES: &str = "renames-to";
