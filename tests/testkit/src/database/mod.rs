//! A database of a test's own, and what is in it, asked without noorm.

mod mariadb;
mod postgres;
mod sqlite;

pub use mariadb::MariadbDatabase;
pub use postgres::PostgresDatabase;
pub use sqlite::SqliteFile;

use std::path::PathBuf;

/// The databases that the suites run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the project folder.
    Sqlite,
    /// A database on the server that `NOORM_TEST_POSTGRES_URL` names.
    Postgres,
    /// A database on the server that `NOORM_TEST_MARIADB_URL` names.
    Mariadb,
}

/// One test's database.
pub enum Database {
    /// A file in the project folder.
    Sqlite(SqliteFile),
    /// A database on the PostgreSQL server of the tests.
    Postgres(PostgresDatabase),
    /// A database on the MariaDB server of the tests.
    Mariadb(MariadbDatabase),
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
}

impl Database {
    /// Makes an empty database; `file` is where one that is a file will be.
    pub fn create(engine: Engine, file: PathBuf) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite(SqliteFile::new(file)),
            Engine::Postgres => Self::Postgres(PostgresDatabase::create()),
            Engine::Mariadb => Self::Mariadb(MariadbDatabase::create()),
        }
    }

    /// Makes an empty database on the server that `url` names.
    pub fn create_on(engine: Engine, url: &str) -> Self {
        match engine {
            Engine::Sqlite => panic!("a file is on no server"),
            Engine::Postgres => Self::Postgres(PostgresDatabase::create_on(url)),
            Engine::Mariadb => Self::Mariadb(MariadbDatabase::create_on(url)),
        }
    }

    /// Returns how a config reaches this database, unless it is a file.
    pub fn address(&self) -> Option<Address> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => Some(database.address()),
            Self::Mariadb(database) => Some(database.address()),
        }
    }

    /// Whether DDL takes part in transactions.
    pub fn has_transactional_ddl(&self) -> bool {
        !matches!(self, Self::Mariadb(_))
    }

    /// Returns the rows of a query as text; NULL is `NULL`.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(database) => database.query(sql),
            Self::Postgres(database) => database.query(sql),
            Self::Mariadb(database) => database.query(sql),
        }
    }

    /// Runs statements of which no rows are wanted.
    #[track_caller]
    pub fn script(&self, sql: &str) {
        match self {
            Self::Sqlite(database) => database.script(sql),
            Self::Postgres(_) | Self::Mariadb(_) => drop(self.query(sql)),
        }
    }

    /// Tells which engine this is, for the few texts that differ.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
            Self::Mariadb(_) => Engine::Mariadb,
        }
    }

    /// Returns the full name of one of noorm's own tables: `tracking("executions")`.
    pub fn tracking(&self, table: &str) -> String {
        match self {
            Self::Sqlite(_) | Self::Mariadb(_) => format!("__noorm_{table}__"),
            Self::Postgres(_) => format!("noorm.__noorm_{table}__"),
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
            Self::Mariadb(_) => {
                format!(
                    "SELECT 1 FROM information_schema.tables WHERE table_schema = database() AND table_name = '{name}'"
                )
            }
        };
        !self.query(&sql).is_empty()
    }
}
