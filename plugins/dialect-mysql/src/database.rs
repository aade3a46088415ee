//! Databases as a whole. A session needs none to be logged in, so that there is none to go to while one is made.

use noorm_guest::dialect::exports::noorm::dialect::database::Guest;
use noorm_guest::dialect::exports::noorm::dialect::tracking::Query;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::quoted;
use crate::tracking::TEXT_VALUE;

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

    /// Nobody's session keeps a database; a transaction that is open on one of its tables is waited for.
    fn destroy(name: String, _options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        Ok(vec![format!("DROP DATABASE {}", quoted(&name)?)])
    }
}
