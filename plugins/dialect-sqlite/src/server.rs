//! A session with SQLite: nothing to ask, since the library is part of the host.

use noorm_guest::dialect::exports::noorm::dialect::server::Guest;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;

impl Guest for Dialect {
    fn login(wishes: Vec<(String, String)>) -> Vec<(String, String)> {
        let wish = wishes.into_iter().find(|(name, _)| name == "lock-timeout-ms");
        wish.map(|(_, value)| ("busy-timeout-ms".to_owned(), value)).into_iter().collect()
    }

    fn probe() -> String {
        String::new()
    }

    fn facts(_answer: Vec<(String, String)>) -> Result<Vec<(String, String)>, Failure> {
        // The library has no limit on the time of a statement.
        let facts = [("product", "SQLite"), ("ignores", "statement-timeout-ms")];
        Ok(facts.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}
