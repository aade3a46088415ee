//! A database on the MariaDB server of the tests, asked without noorm.

use std::sync::atomic::{AtomicU32, Ordering};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Row, Value};

use super::Address;

const NEEDS_SERVER: &str = "NOORM_TEST_MARIADB_URL is not set: run `tests/all`, or \
     `export NOORM_TEST_MARIADB_URL=$(tests/databases/mariadb up --sync-binlog=0)` before `cargo test`";

/// A database on the test server; dropped when the value is dropped.
pub struct MariadbDatabase {
    server: Opts,
    name: String,
}

impl MariadbDatabase {
    /// Creates an empty database on the server of the tests.
    pub fn create() -> Self {
        Self::create_on(&std::env::var("NOORM_TEST_MARIADB_URL").expect(NEEDS_SERVER))
    }

    /// Creates an empty database on a server of the caller's.
    pub fn create_on(url: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = Opts::from_url(url).expect("the server has a URL of MariaDB");
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = Self { server, name: format!("noorm_test_{}_{count}", std::process::id()) };
        // A test process that was killed may have left one, and process numbers come again.
        database.on_server(&format!("CREATE OR REPLACE DATABASE {}", database.name));
        database
    }

    /// Returns the database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how a config reaches it.
    pub fn address(&self) -> Address {
        Address {
            dialect: "mysql",
            host: self.server.ip_or_hostname().to_owned(),
            port: self.server.tcp_port(),
            database: self.name.clone(),
            user: self.server.user().unwrap_or("root").to_owned(),
            password: self.server.pass().unwrap_or_default().to_owned(),
        }
    }

    /// Returns the rows of a query, or of several, as text; NULL is `NULL`.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        query(OptsBuilder::from_opts(self.server.clone()).db_name(Some(&self.name)), sql)
    }

    #[track_caller]
    fn on_server(&self, sql: &str) {
        query(OptsBuilder::from_opts(self.server.clone()), sql);
    }
}

impl Drop for MariadbDatabase {
    fn drop(&mut self) {
        // A second panic while a failed test unwinds would hide the first.
        if !std::thread::panicking() {
            // Whoever still has a transaction open there holds this up, but not for ever.
            self.on_server(&format!("SET lock_wait_timeout = 10; DROP DATABASE IF EXISTS {}", self.name));
        }
    }
}

#[track_caller]
fn query(options: OptsBuilder, sql: &str) -> Vec<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer: mysql_async::Result<Vec<Row>> = runtime.block_on(async {
        let mut connection = Conn::new(options.prefer_socket(false)).await?;
        let mut results = connection.query_iter(sql).await?;
        let mut rows = Vec::new();
        while results.columns().is_some() {
            rows.append(&mut results.collect().await?);
        }
        // An error in a later statement waits to be taken.
        results.drop_result().await?;
        connection.disconnect().await?;
        Ok(rows)
    });
    let rows = answer.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect()
}

fn text(value: Value) -> String {
    match value {
        Value::NULL => "NULL".to_owned(),
        Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        // Unprepared statements answer in text.
        other => panic!("{other:?} is no text"),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::Database;

    #[test]
    fn each_test_has_an_empty_database_of_its_own() {
        let (one, other) = (MariadbDatabase::create(), MariadbDatabase::create());
        one.query("CREATE TABLE a (id integer, name text); INSERT INTO a VALUES (1, NULL)");
        assert_eq!(one.query("SELECT id, name FROM a"), [["1", "NULL"]]);
        assert!(other.query("SHOW TABLES").is_empty());
        let name = one.name().to_owned();
        drop(one);
        assert!(other.query(&format!("SHOW DATABASES LIKE '{name}'")).is_empty(), "a dropped value drops its database");
    }

    #[test]
    fn an_error_in_a_later_statement_is_seen() {
        let database = MariadbDatabase::create();
        let query = AssertUnwindSafe(|| database.query("SELECT 1; SELECT nosuch"));
        assert!(catch_unwind(query).is_err());
    }

    #[test]
    fn tables_are_found_by_name() {
        let database = Database::Mariadb(MariadbDatabase::create());
        assert!(!database.has_table("a"));
        database.query("CREATE TABLE a (id integer)");
        assert!(database.has_table("a"));
        assert_eq!(database.tracking("executions"), "__noorm_executions__");
    }
}
