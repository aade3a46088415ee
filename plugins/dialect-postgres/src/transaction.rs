//! Transaction control. What a script sets for its session is reset before the next one.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{AroundText, ControlText, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn control(_options: Vec<(String, String)>) -> ControlText {
        ControlText {
            setup: Vec::new(),
            // One text, one round trip. `RESET ALL` leaves the role alone, and `DISCARD ALL` would also throw away prepared
            // statements.
            reset: vec!["RESET SESSION AUTHORIZATION; RESET ALL".to_owned()],
            begin: "BEGIN".to_owned(),
            commit: "COMMIT".to_owned(),
            rollback: "ROLLBACK".to_owned(),
            ddl: true,
            attrs: Vec::new(),
        }
    }

    fn around(_marks: Vec<(String, String)>) -> AroundText {
        AroundText { before: Vec::new(), check: String::new(), after: Vec::new() }
    }
}
