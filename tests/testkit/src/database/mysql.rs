//! A database on the MariaDB or the MySQL server of the tests, asked without noorm.

use std::sync::atomic::{AtomicU32, Ordering};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder, Row, Value};

use super::{Address, Engine};

/// A database on the test server; dropped when the value is dropped.
pub struct MysqlDatabase {
    engine: Engine,
    server: Opts,
    name: String,
}

impl MysqlDatabase {
    /// Creates an empty database on the server that `url` names; `engine` is what the tests take it for.
    pub fn create_on(engine: Engine, url: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = Opts::from_url(url).expect("the server has a URL of MySQL");
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = Self { engine, server, name: format!("noorm_test_{}_{count}", std::process::id()) };
        // A test process that was killed may have left one, and process numbers come again.
        database.on_server(&format!("DROP DATABASE IF EXISTS {0}; CREATE DATABASE {0}", database.name));
        database
    }

    /// Returns the engine that the tests take it for.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Returns the database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how a config reaches it.
    pub fn address(&self) -> Address {
        Address {
            dialect: self.engine.dialect(),
            host: self.server.ip_or_hostname().to_owned(),
            port: self.server.tcp_port(),
            database: self.name.clone(),
            user: self.server.user().unwrap_or("root").to_owned(),
            password: self.server.pass().unwrap_or_default().to_owned(),
            ssl: "",
        }
    }

    /// Returns the rows of a query, or of several, as text; NULL is `NULL`.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        self.try_query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Returns the rows of a query, or of several, as text, or what the server says against it.
    pub(crate) fn try_query(&self, sql: &str) -> Result<Vec<Vec<String>>, String> {
        query(OptsBuilder::from_opts(self.server.clone()).db_name(Some(&self.name)), sql)
    }

    #[track_caller]
    fn on_server(&self, sql: &str) {
        if let Err(error) = query(OptsBuilder::from_opts(self.server.clone()), sql) {
            panic!("{sql}: {error}");
        }
    }
}

impl Drop for MysqlDatabase {
    fn drop(&mut self) {
        // A second panic while a failed test unwinds would hide the first.
        if !std::thread::panicking() {
            // Whoever still has a transaction open there holds this up, but not for ever.
            self.on_server(&format!("SET lock_wait_timeout = 10; DROP DATABASE IF EXISTS {}", self.name));
        }
    }
}

fn query(options: OptsBuilder, sql: &str) -> Result<Vec<Vec<String>>, String> {
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
    let rows = answer.map_err(|error| error.to_string())?;
    Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect())
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

    fn create() -> MysqlDatabase {
        MysqlDatabase::create_on(Engine::Mariadb, &Engine::Mariadb.server())
    }

    #[test]
    fn each_test_has_an_empty_database_of_its_own() {
        let (one, other) = (create(), create());
        one.query("CREATE TABLE a (id integer, name text); INSERT INTO a VALUES (1, NULL)");
        assert_eq!(one.query("SELECT id, name FROM a"), [["1", "NULL"]]);
        assert!(other.query("SHOW TABLES").is_empty());
        let name = one.name().to_owned();
        drop(one);
        assert!(other.query(&format!("SHOW DATABASES LIKE '{name}'")).is_empty(), "a dropped value drops its database");
    }

    #[test]
    fn an_error_in_a_later_statement_is_seen() {
        let database = create();
        let query = AssertUnwindSafe(|| database.query("SELECT 1; SELECT nosuch"));
        assert!(catch_unwind(query).is_err());
    }

    #[test]
    fn tables_are_found_by_name() {
        let database = Database::Mysql(create());
        assert!(!database.has_table("a"));
        database.query("CREATE TABLE a (id integer)");
        assert!(database.has_table("a"));
        assert_eq!(database.tracking("executions"), "__noorm_executions__");
    }
}
