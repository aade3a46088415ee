//! Who this dialect is.

use noorm_guest::dialect::exports::noorm::dialect::describe::{Descriptor, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn describe() -> Descriptor {
        Descriptor {
            name: "dialect-mssql".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "SQL Server 2016 and later, Azure SQL, Babelfish".to_owned(),
            dialect: "mssql".to_owned(),
            driver: "mssql".to_owned(),
            attrs: Vec::new(),
        }
    }
}
