//! Who this dialect is.

use noorm_guest::dialect::exports::noorm::dialect::describe::{Descriptor, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn describe() -> Descriptor {
        Descriptor {
            name: "dialect-mysql".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "MySQL 8.0.13, MariaDB 10.11, and later".to_owned(),
            dialect: "mysql".to_owned(),
            driver: "mysql".to_owned(),
            attrs: Vec::new(),
        }
    }
}
