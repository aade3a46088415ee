//! Databases as a whole. A session needs none to be logged in, so that there is none to go to while one is made.

use noorm_guest::dialect::exports::noorm::dialect::database::Guest;
use noorm_guest::dialect::exports::noorm::dialect::tracking::Query;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::quoted;
use crate::server::fact;
use crate::tracking::TEXT_VALUE;

/// How long to wait for transactions on a database that is to go, in seconds. The host asks a few times.
const PATIENCE_S: u32 = 3;

impl Guest for Dialect {
    fn maintenance() -> Result<String, Failure> {
        Ok(String::new())
    }

    fn exists(_options: Vec<(String, String)>) -> Result<Query, Failure> {
        Ok(Query {
            sql: format!(
                "SELECT COUNT(*) AS present FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {TEXT_VALUE}"
            ),
            parameters: vec!["database".to_owned()],
            columns: vec!["present".to_owned()],
            attrs: Vec::new(),
        })
    }

    fn create(name: String, _options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        Ok(vec![format!("CREATE DATABASE {} CHARACTER SET utf8mb4", quoted(&name)?)])
    }

    /// Nobody's session keeps a database; a transaction that is open on one of its tables is waited for, and servers would
    /// wait for a day or a year.
    fn destroy(name: String, options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        let drop = format!("DROP DATABASE {}", quoted(&name)?);
        Ok(match fact(&options, "lock-timeout-ms") {
            // The session waits as long as it was told.
            Some(_) => vec![drop],
            None => vec![format!("SET SESSION lock_wait_timeout = {PATIENCE_S}"), drop],
        })
    }
}
