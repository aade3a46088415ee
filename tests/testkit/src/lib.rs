//! What every test of the built binary stands on: a sandbox with nothing of the machine in it, databases of the test's
//! own, and the text form in which output is compared. It starts no database (`tests/databases` does) and knows nothing
//! of what noorm does.
#![allow(clippy::unwrap_used)] // A test kit reports what is wrong by panicking.

mod binary;
mod capability;
mod corpus;
mod database;
mod https_server;
mod native;
mod output;
mod pooler;
mod project;
mod redact;
mod registry;
mod sandbox;
mod sent;
mod server;
mod skip;
mod suite;
mod terminal;
mod words;

pub use capability::Capability;
pub use corpus::corpus;
pub use database::{Address, Database, Engine, MssqlDatabase, MysqlDatabase, PostgresDatabase, SqliteFile};
pub use https_server::{CUT_AFTER, HttpsServer};
pub use noorm_chance::{Chance, PARTS};
pub use output::Output;
pub use pooler::Pooler;
pub use project::Project;
pub use redact::redact;
pub use registry::{Minisign, Registry, shared_registry};
pub use sandbox::{NOW, Sandbox};
pub use sent::{run_by_sqlite3, sent_by_mariadb, sent_by_psql};
pub use skip::skip;
pub use suite::{for_each_database, for_each_database_with, on, on_each};
pub use terminal::Terminal;
