//! Who this dialect is.

use noorm_guest::dialect::exports::noorm::dialect::describe::{Descriptor, Guest};

use crate::Dialect;

impl Guest for Dialect {
    fn describe() -> Descriptor {
        Descriptor {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: env!("CARGO_PKG_DESCRIPTION").to_owned(),
            // What a config's `dialect` says.
            dialect: "{{word}}".to_owned(),
            // Which of the host's drivers speaks to the server: sqlite, postgres, mysql or mssql.
            driver: "sqlite".to_owned(),
            attrs: Vec::new(),
        }
    }
}
