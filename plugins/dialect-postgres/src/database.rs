//! Databases as a whole: making and removing them from the one that every server has.

use noorm_guest::dialect::exports::noorm::dialect::database::Guest;
use noorm_guest::dialect::exports::noorm::dialect::tracking::Query;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::quoted;
use crate::server::{Product, product, version};

impl Guest for Dialect {
    fn maintenance() -> Result<String, Failure> {
        Ok("postgres".to_owned())
    }

    fn exists(_options: Vec<(String, String)>) -> Result<Query, Failure> {
        Ok(Query {
            sql: "SELECT count(*)::bigint AS present FROM pg_catalog.pg_database WHERE datname = $1::text".to_owned(),
            parameters: vec!["database".to_owned()],
            columns: vec!["present".to_owned()],
            attrs: Vec::new(),
        })
    }

    fn create(name: String, _options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        Ok(vec![format!("CREATE DATABASE {}", quoted(&name)?)])
    }

    fn destroy(name: String, options: Vec<(String, String)>) -> Result<Vec<String>, Failure> {
        let name = quoted(&name)?;
        // Whoever is connected would keep it (postgresql.org/docs/current/sql-dropdatabase.html, since version 13).
        let forced = product(&options) == Product::Postgres && version(&options).is_none_or(|version| version >= 13);
        Ok(vec![format!("DROP DATABASE {name}{}", if forced { " WITH (FORCE)" } else { "" })])
    }
}
