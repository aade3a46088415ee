//! A database on the SQL Server of the tests, or on an engine that is compatible with it, asked without noorm.

mod server;
mod shared;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use self::server::Server;
use self::shared::Turn;
use super::{Address, Engine};

/// A database on the test server; dropped when the value is dropped. Where the server makes none, the one of the URL, for
/// one test at a time.
pub struct MssqlDatabase {
    server: Server,
    name: String,
    /// Held while the test works in a database that is not its own.
    turn: Option<Turn>,
}

impl MssqlDatabase {
    /// Creates an empty database on the server that `url` names.
    #[track_caller]
    pub fn create_on(url: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = Server::of(url);
        if let Err(why) = Self::makes_databases(&server) {
            let turn = Turn::take();
            shared::empty(&server, &why);
            return Self { name: server.database.clone(), server, turn: Some(turn) };
        }
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("noorm_test_{}_{count}", std::process::id());
        // A test process that was killed may have left one, and process numbers come again.
        if !server.rows(&format!("SELECT 1 FROM sys.databases WHERE name = N'{name}'")).is_empty() {
            drop_database(&server, &name);
        }
        create_database(&server, &name).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { server, name, turn: None }
    }

    /// Tells whether a server makes databases for the user of the tests, or what it says instead. It is tried once.
    fn makes_databases(server: &Server) -> Result<(), String> {
        static TRIED: OnceLock<Result<(), String>> = OnceLock::new();
        let attempt = || {
            let name = format!("noorm_test_{}_probe", std::process::id());
            create_database(server, &name)?;
            // It has to be one that can be worked in.
            let worked = server.in_database(&name).try_rows("CREATE TABLE a (id int); SELECT id FROM a");
            drop_database(server, &name);
            worked.map(drop)
        };
        TRIED.get_or_init(attempt).clone()
    }

    /// Tells whether each test has a database of its own, or why not.
    pub(crate) fn can_be_many(url: &str) -> Result<(), String> {
        Self::makes_databases(&Server::of(url))
    }

    /// Tells whether a server frees what a client held that went while a statement ran, or not.
    pub(crate) fn notices_lost_clients(url: &str) -> Result<(), String> {
        const PATIENCE: Duration = Duration::from_secs(5);
        let server = Server::of(url);
        let take = "DECLARE @got int; EXEC @got = sp_getapplock @Resource = N'noorm lost client', \
                    @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = 0;";
        server.abandon(&format!("{take} WAITFOR DELAY '00:00:30'"), Duration::from_secs(1))?;
        let gone = Instant::now();
        loop {
            let rows = server.try_rows(&format!("{take} SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END"))?;
            match rows.concat().first() {
                Some(got) if got == "1" => return Ok(()),
                _ if gone.elapsed() > PATIENCE => return Err("what it ran goes on, with its locks".to_owned()),
                _ => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Returns the database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns how a config reaches it.
    pub fn address(&self) -> Address {
        Address {
            dialect: Engine::Mssql.dialect(),
            host: self.server.host.clone(),
            port: self.server.port,
            database: self.name.clone(),
            user: self.server.user.clone(),
            password: self.server.password.clone(),
            ssl: self.server.encryption.flag(),
        }
    }

    /// Returns the rows of a query, or of several, as text; NULL is `NULL`. A line `GO` ends a batch.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        self.try_query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Returns the rows of a query, or of several, as text, or what the server says against it.
    pub(crate) fn try_query(&self, sql: &str) -> Result<Vec<Vec<String>>, String> {
        self.server.in_database(&self.name).try_rows(sql)
    }
}

impl Drop for MssqlDatabase {
    fn drop(&mut self) {
        // A second panic while a failed test unwinds would hide the first. What is shared is emptied by the next test.
        if self.turn.is_none() && !std::thread::panicking() {
            drop_database(&self.server, &self.name);
        }
    }
}

/// Creates a database. One at a time: a new one is a copy of another, for which the server wants that one for itself.
fn create_database(server: &Server, name: &str) -> Result<(), String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    const ATTEMPTS: u32 = 20;
    const IN_USE: &str = "1807";
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let create = || server.try_rows(&format!("CREATE DATABASE {name}")).map(drop);
    for _ in 1..ATTEMPTS {
        // Another process makes one.
        match create() {
            Err(error) if error.contains(IN_USE) => std::thread::sleep(Duration::from_millis(500)),
            other => return other,
        }
    }
    create()
}

/// Drops a database, whoever is connected.
#[track_caller]
fn drop_database(server: &Server, name: &str) {
    const ATTEMPTS: u32 = 20;
    for attempt in 1..=ATTEMPTS {
        let dropped = server.try_rows(&format!("DROP DATABASE {name}")).or_else(|_| {
            let alone = format!("ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
            server.try_rows(&format!("{alone}\nGO\nDROP DATABASE {name}"))
        });
        match dropped {
            Ok(_) => return,
            Err(error) => assert!(attempt < ATTEMPTS, "{name} is not dropped: {error}"),
        }
        // Not every engine sends others away, and a client that has ended is noticed a moment later.
        std::thread::sleep(Duration::from_millis(250));
    }
}
