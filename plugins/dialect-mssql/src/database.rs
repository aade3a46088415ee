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

    /// Whoever is connected keeps a database of SQL Server's. It has one place for a session then, which anybody may take: so
    /// it is one text, and goes back to many where the end is refused. In Azure nobody keeps it, and the setting is refused.
    fn destroy(name: String, options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        let name = quoted(&name)?;
        if product(&options) != Product::SqlServer {
            return Ok(vec![format!("DROP DATABASE {name}")]);
        }
        Ok(vec![format!(
            "ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE;\n\
             BEGIN TRY\n    DROP DATABASE {name};\nEND TRY\n\
             BEGIN CATCH\n    ALTER DATABASE {name} SET MULTI_USER;\n    THROW;\nEND CATCH"
        )])
    }
}
