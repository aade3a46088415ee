//! Transaction control. What a script sets for its session is reset before the next one.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{ControlText, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn control() -> ControlText {
        ControlText {
            setup: Vec::new(),
            reset: Vec::new(),
            // The reset is part of the same text, which saves a round trip. A rollback takes it back, and the next
            // transaction resets again. `RESET ALL` leaves the role alone, and `DISCARD ALL` would also throw away
            // prepared statements.
            begin: "RESET SESSION AUTHORIZATION; RESET ALL; BEGIN".to_owned(),
            commit: "COMMIT".to_owned(),
            rollback: "ROLLBACK".to_owned(),
            ddl: true,
            attrs: Vec::new(),
        }
    }
}
