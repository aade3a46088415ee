//! A database of a test's own, and what is in it, asked without noorm.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{NoTls, SimpleQueryMessage};

const NEEDS_SERVER: &str = "NOORM_TEST_POSTGRES_URL is not set: run `tests/all`, or \
     `export NOORM_TEST_POSTGRES_URL=$(tests/databases/postgres up -c fsync=off)` before `cargo test`";

/// The databases that the suites run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in the project folder.
    Sqlite,
    /// A database on the server that `NOORM_TEST_POSTGRES_URL` names.
    Postgres,
}

/// One test's database.
pub enum Database {
    /// A file in the project folder.
    Sqlite(SqliteFile),
    /// A database on the test server.
    Postgres(PostgresDatabase),
}

impl Database {
    /// Returns the rows of a query as text; NULL is `NULL`.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(database) => database.query(sql),
            Self::Postgres(database) => database.query(sql),
        }
    }

    /// Tells which engine this is, for the few texts that differ.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Returns the full name of one of noorm's own tables: `tracking("executions")`.
    pub fn tracking(&self, table: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("__noorm_{table}__"),
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
        };
        !self.query(&sql).is_empty()
    }
}

/// A SQLite file, which need not exist yet.
pub struct SqliteFile {
    path: PathBuf,
}

impl SqliteFile {
    /// Names the file.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Returns the rows of a query as text; NULL is `NULL`. A file that is missing is an empty database, and stays missing.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let connection = if self.path.exists() {
            rusqlite::Connection::open(&self.path).unwrap()
        } else {
            rusqlite::Connection::open_in_memory().unwrap()
        };
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|at| Ok(text(row.get_ref(at)?))).collect()).unwrap();
        rows.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

fn text(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// A database on the test server; dropped, whoever is connected, when the value is dropped.
pub struct PostgresDatabase {
    server: tokio_postgres::Config,
    name: String,
}

impl PostgresDatabase {
    /// Creates an empty database.
    pub fn create() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let url = std::env::var("NOORM_TEST_POSTGRES_URL").expect(NEEDS_SERVER);
        let server: tokio_postgres::Config = url.parse().expect("NOORM_TEST_POSTGRES_URL is a URL of PostgreSQL");
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = Self { server, name: format!("noorm_test_{}_{count}", std::process::id()) };
        // A test process that was killed may have left one, and process numbers come again.
        database.on_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name));
        database.on_server(&format!("CREATE DATABASE {}", database.name));
        database
    }

    /// Returns the database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the server's host name or address.
    pub fn host(&self) -> String {
        match self.server.get_hosts().first() {
            Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
            _ => "127.0.0.1".to_owned(),
        }
    }

    /// Returns the server's port.
    pub fn port(&self) -> u16 {
        self.server.get_ports().first().copied().unwrap_or(5432)
    }

    /// Returns the user that tests connect as.
    pub fn user(&self) -> &str {
        self.server.get_user().unwrap_or("postgres")
    }

    /// Returns that user's password, empty if there is none.
    pub fn password(&self) -> String {
        String::from_utf8_lossy(self.server.get_password().unwrap_or_default()).into_owned()
    }

    /// Returns the rows of a query, or of the last of several, as text; NULL is `NULL`.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let mut config = self.server.clone();
        config.dbname(&self.name);
        query(&config, sql)
    }

    #[track_caller]
    fn on_server(&self, sql: &str) {
        query(&self.server, sql);
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // A second panic while a failed test unwinds would hide the first.
        if !std::thread::panicking() {
            self.on_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

#[track_caller]
fn query(config: &tokio_postgres::Config, sql: &str) -> Vec<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(async {
        let (client, connection) = config.connect(NoTls).await?;
        let connection = tokio::spawn(connection);
        let answer = client.simple_query(sql).await;
        drop(client);
        // Only after this has the server forgotten the session, and a database can be dropped.
        let _ = connection.await;
        answer
    });
    let messages = answer.unwrap_or_else(|error| panic!("{sql}: {error}: {:?}", error.as_db_error()));
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    rows.map(|row| (0..row.len()).map(|at| row.get(at).unwrap_or("NULL").to_owned()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_has_an_empty_database_of_its_own() {
        let (one, other) = (PostgresDatabase::create(), PostgresDatabase::create());
        one.query("CREATE TABLE a (id integer, name text); INSERT INTO a VALUES (1, NULL)");
        assert_eq!(one.query("SELECT id, name FROM a"), [["1", "NULL"]]);
        assert_eq!(other.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), [["0"]]);
        let name = one.name().to_owned();
        drop(one);
        let found = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        assert!(other.query(&found).is_empty(), "a dropped value drops its database");
    }

    #[test]
    fn a_sqlite_file_that_is_missing_is_empty_and_stays_missing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.db");
        let database = Database::Sqlite(SqliteFile::new(path.clone()));
        assert!(!database.has_table("a"));
        assert!(!path.exists());
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE a (id); INSERT INTO a VALUES (1.5)")
            .unwrap();
        assert!(database.has_table("a"));
        assert_eq!(database.query("SELECT id, NULL FROM a"), [["1.5", "NULL"]]);
    }
}
