//! Databases as a whole: making and removing them from the one that every server has.

use noorm_guest::dialect::exports::noorm::dialect::database::Guest;
use noorm_guest::dialect::exports::noorm::dialect::tracking::Query;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::quoted;
use crate::server::{Product, product};

impl Guest for Dialect {
    fn maintenance() -> Result<String, Failure> {
        Ok("master".to_owned())
    }

    /// A server shows the databases that the login may use in the list, by their numbers, or both.
    fn exists(_options: Vec<(String, String)>) -> Result<Query, Failure> {
        Ok(Query {
            sql: "SELECT COUNT(*) AS present FROM sys.databases WHERE name = @P1 OR database_id = DB_ID(@P1)"
                .to_owned(),
            parameters: vec!["database".to_owned()],
            columns: vec!["present".to_owned()],
            attrs: Vec::new(),
        })
    }

    fn create(name: String, _options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        Ok(vec![format!("CREATE DATABASE {}", quoted(&name)?)])
    }

    /// Whoever is connected keeps a database of SQL Server's. In Azure nobody does, and the setting is refused.
    fn destroy(name: String, options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        let name = quoted(&name)?;
        let alone = format!("ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
        let alone = (product(&options) == Product::SqlServer).then_some(alone);
        Ok(alone.into_iter().chain([format!("DROP DATABASE {name}")]).collect())
    }
}
