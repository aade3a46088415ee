//! A dialect that nobody bundled: `acme`, which is SQLite under another name. It shares the bundled dialect's modules and
//! not its crate, whose exports would come along.

#[path = "../../../../../plugins/dialect-sqlite/src/database.rs"]
mod database;
#[path = "../../../../../plugins/dialect-sqlite/src/effect.rs"]
mod effect;
#[path = "../../../../../plugins/dialect-sqlite/src/errors.rs"]
mod errors;
#[path = "../../../../../plugins/dialect-sqlite/src/literals.rs"]
mod literals;
#[path = "../../../../../plugins/dialect-sqlite/src/lock.rs"]
mod lock;
#[path = "../../../../../plugins/dialect-sqlite/src/naming.rs"]
mod naming;
// The bundled dialect offers its lexical rules to others.
#[allow(unreachable_pub)]
#[path = "../../../../../plugins/dialect-sqlite/src/script.rs"]
mod script;
#[path = "../../../../../plugins/dialect-sqlite/src/server.rs"]
mod server;
#[path = "../../../../../plugins/dialect-sqlite/src/tracking/mod.rs"]
mod tracking;
#[path = "../../../../../plugins/dialect-sqlite/src/transaction.rs"]
mod transaction;

use noorm_guest::dialect::exports::noorm::dialect::describe::{Descriptor, Guest};

/// The dialect.
#[derive(Debug)]
pub struct Dialect;

impl Guest for Dialect {
    fn describe() -> Descriptor {
        Descriptor {
            name: "dialect-acme".to_owned(),
            version: "0.1.0".to_owned(),
            summary: "SQLite under another name".to_owned(),
            dialect: "acme".to_owned(),
            driver: "sqlite".to_owned(),
            attrs: Vec::new(),
        }
    }
}

noorm_guest::export_dialect!(Dialect);
