//! Transaction control. What a script sets for its session is reset before the next one.

use noorm_guest::dialect::exports::noorm::dialect::transaction::{AroundText, ControlText, Guest};

use crate::Dialect;
use crate::server::{Product, product, version};

impl Guest for Dialect {
    fn control(options: Vec<(String, String)>) -> ControlText {
        let product = product(&options);
        // One text, one round trip. `RESET ALL` leaves the role alone, and `DISCARD ALL` would also throw away prepared
        // statements.
        let role = match product {
            // It knows no other user of a session than the one who logged in.
            Product::Cockroach => "RESET ROLE",
            Product::Postgres | Product::Yugabyte => "RESET SESSION AUTHORIZATION",
        };
        let mut reset = format!("{role}; RESET ALL");
        if notices_dead_clients(&options) {
            // Without it a statement whose client was killed goes on to its end, and its locks with it.
            reset.push_str("; SET client_connection_check_interval = '2s'");
        }
        ControlText {
            setup: Vec::new(),
            reset: vec![reset],
            begin: "BEGIN".to_owned(),
            commit: "COMMIT".to_owned(),
            rollback: "ROLLBACK".to_owned(),
            ddl: product.has_transactional_ddl(),
            attrs: Vec::new(),
        }
    }

    fn around(_marks: Vec<(String, String)>) -> AroundText {
        AroundText { before: Vec::new(), check: String::new(), after: Vec::new() }
    }
}

/// Whether the server has the setting, and is on a system where it may be used
/// (postgresql.org/docs/current/runtime-config-connection.html; since version 14).
fn notices_dead_clients(options: &[(String, String)]) -> bool {
    let is = |name: &str, value: &str| options.iter().any(|(known, found)| known == name && found == value);
    product(options) == Product::Postgres
        && is("system", "linux")
        && version(options).is_some_and(|version| version >= 14)
}
