//! A database on the PostgreSQL server of the tests, asked without noorm.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::{Address, Engine};

/// A database on the test server; dropped, whoever is connected, when the value is dropped.
pub struct PostgresDatabase {
    server: tokio_postgres::Config,
    name: String,
}

impl PostgresDatabase {
    /// Creates an empty database on the server that `url` names.
    pub fn create_on(url: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server: tokio_postgres::Config = url.parse().expect("the server has a URL of PostgreSQL");
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

    /// Returns how a config reaches it.
    pub fn address(&self) -> Address {
        let host = match self.server.get_hosts().first() {
            Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
            _ => "127.0.0.1".to_owned(),
        };
        Address {
            dialect: Engine::Postgres.dialect(),
            host,
            port: self.server.get_ports().first().copied().unwrap_or(5432),
            database: self.name.clone(),
            user: self.server.get_user().unwrap_or("postgres").to_owned(),
            password: String::from_utf8_lossy(self.server.get_password().unwrap_or_default()).into_owned(),
            ssl: "",
        }
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
        let create = || PostgresDatabase::create_on(&Engine::Postgres.server());
        let (one, other) = (create(), create());
        one.query("CREATE TABLE a (id integer, name text); INSERT INTO a VALUES (1, NULL)");
        assert_eq!(one.query("SELECT id, name FROM a"), [["1", "NULL"]]);
        assert_eq!(other.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), [["0"]]);
        let name = one.name().to_owned();
        drop(one);
        let found = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        assert!(other.query(&found).is_empty(), "a dropped value drops its database");
    }
}
