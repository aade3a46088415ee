//! Who this dialect is.

use noorm_guest::dialect::exports::noorm::dialect::describe::{Descriptor, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn describe() -> Descriptor {
        Descriptor {
            name: "dialect-sqlite".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "SQLite 3.35 and later".to_owned(),
            dialect: "sqlite".to_owned(),
            driver: "sqlite".to_owned(),
            attrs: Vec::new(),
        }
    }
}
