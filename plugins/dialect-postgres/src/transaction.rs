//! Transaction control. What a script sets for its session is reset before the next one.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{ControlText, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn control() -> ControlText {
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
}
