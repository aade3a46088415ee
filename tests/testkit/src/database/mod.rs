//! A database of a test's own, and what is in it, asked without noorm.

mod engine;
mod mssql;
mod mysql;
mod postgres;
mod sqlite;

pub use engine::Engine;
pub use mssql::MssqlDatabase;
pub use mysql::MysqlDatabase;
pub use postgres::PostgresDatabase;
pub use sqlite::SqliteFile;

use std::path::PathBuf;

use crate::Capability;

/// One test's database.
pub enum Database {
    /// A file in the project folder.
    Sqlite(SqliteFile),
    /// A database on a PostgreSQL server.
    Postgres(PostgresDatabase),
    /// A database on a MariaDB or MySQL server.
    Mysql(MysqlDatabase),
    /// A database on a SQL Server.
    Mssql(MssqlDatabase),
}

/// How a config reaches a database on a server.
pub struct Address {
    /// The dialect's name in a config.
    pub dialect: &'static str,
    /// The server's host name or address.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The user that tests connect as.
    pub user: String,
    /// That user's password, empty if there is none.
    pub password: String,
    /// The flag of `config add` that says how the connection is encrypted, empty if it is not.
    pub ssl: &'static str,
}

impl Database {
    /// Makes an empty database on the server of the tests; `file` is where one that is a file will be.
    pub fn create(engine: Engine, file: PathBuf) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite(SqliteFile::new(file)),
            _ => Self::create_on(engine, &engine.server()),
        }
    }

    /// Makes an empty database on the server that `url` names.
    pub fn create_on(engine: Engine, url: &str) -> Self {
        match engine {
            Engine::Sqlite => panic!("a file is on no server"),
            Engine::Postgres => Self::Postgres(PostgresDatabase::create_on(url)),
            Engine::Mariadb | Engine::Mysql => Self::Mysql(MysqlDatabase::create_on(engine, url)),
            Engine::Mssql => Self::Mssql(MssqlDatabase::create_on(url)),
        }
    }

    /// Tells which engine this is, for the few texts that differ.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
            Self::Mysql(database) => database.engine(),
            Self::Mssql(_) => Engine::Mssql,
        }
    }

    /// Returns how a config reaches this database, unless it is a file.
    pub fn address(&self) -> Option<Address> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => Some(database.address()),
            Self::Mysql(database) => Some(database.address()),
            Self::Mssql(database) => Some(database.address()),
        }
    }

    /// Whether DDL takes part in transactions.
    pub fn has_transactional_ddl(&self) -> bool {
        match self {
            Self::Sqlite(_) | Self::Postgres(_) => true,
            Self::Mysql(_) => false,
            // An engine that is compatible may not have it, and noorm does not rely on it where it does not know the engine.
            Self::Mssql(_) => {
                let needs = [Capability::KnownProduct, Capability::TransactionalDdl];
                needs.iter().all(|need| need.found_in(self).is_ok())
            }
        }
    }

    /// Returns the rows of a query as text; NULL is `NULL`.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(database) => database.query(sql),
            Self::Postgres(database) => database.query(sql),
            Self::Mysql(database) => database.query(sql),
            Self::Mssql(database) => database.query(sql),
        }
    }

    /// Runs statements of which no rows are wanted.
    #[track_caller]
    pub fn script(&self, sql: &str) {
        match self {
            Self::Sqlite(database) => database.script(sql),
            _ => drop(self.query(sql)),
        }
    }

    /// Returns the full name of one of noorm's own tables: `tracking("executions")`.
    pub fn tracking(&self, table: &str) -> String {
        match self {
            Self::Sqlite(_) | Self::Mysql(_) => format!("__noorm_{table}__"),
            Self::Postgres(_) | Self::Mssql(_) => format!("noorm.__noorm_{table}__"),
        }
    }

    /// Tells whether the user's schema has a table of this name.
    #[track_caller]
    pub fn has_table(&self, name: &str) -> bool {
        let sql = match self {
            Self::Sqlite(_) => {
                format!("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '{name}'")
            }
            Self::Postgres(_) => {
                format!("SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = '{name}'")
            }
            Self::Mysql(_) => {
                format!(
                    "SELECT 1 FROM information_schema.tables WHERE table_schema = database() AND table_name = '{name}'"
                )
            }
            Self::Mssql(_) => {
                format!("SELECT 1 FROM sys.tables WHERE schema_id = SCHEMA_ID('dbo') AND name = '{name}'")
            }
        };
        !self.query(&sql).is_empty()
    }
}
