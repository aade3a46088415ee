//! Who this dialect is.

use noorm_guest::dialect::exports::noorm::dialect::describe::{Descriptor, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn describe() -> Descriptor {
        Descriptor {
            name: "dialect-postgres".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "PostgreSQL 12 and later".to_owned(),
            dialect: "postgres".to_owned(),
            driver: "postgres".to_owned(),
            attrs: Vec::new(),
        }
    }
}
