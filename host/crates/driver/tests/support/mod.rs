//! What the tests of this folder share: a runtime like the product's, and scratch databases on a real server.

#![allow(dead_code, reason = "each test binary uses its part")]

pub(crate) mod connecting;

use std::future::Future;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use noorm_core::secret::Secret;
use noorm_core::value::Scalar;
use noorm_driver::{BatchError, Command, Connection, ServerError, Target, connect};

/// Runs a future the way the product does: on the calling thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// Says visibly that a test is skipped: past the capture of its output, so that it is seen in a run that succeeds.
pub(crate) fn skip(why: &str) {
    let thread = std::thread::current();
    let message = format!("skipped: {}: {why}\n", thread.name().unwrap_or("a test"));
    std::io::stderr().write_all(message.as_bytes()).expect("standard error");
}

/// Returns the server that the environment names.
pub(crate) fn server() -> Target {
    let url = std::env::var("NOORM_TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!(
            "NOORM_TEST_POSTGRES_URL is not set: name a PostgreSQL server whose user may create databases, such as \
             postgres://postgres@127.0.0.1:5432/postgres, or run `tests/all`, which starts one"
        )
    });
    parse("postgres", &url)
        .unwrap_or_else(|| panic!("NOORM_TEST_POSTGRES_URL is not postgres://user[:password]@host[:port]/database"))
}

/// Returns the MariaDB server that the environment names.
pub(crate) fn mariadb() -> Target {
    let url = std::env::var("NOORM_TEST_MARIADB_URL").unwrap_or_else(|_| {
        panic!(
            "NOORM_TEST_MARIADB_URL is not set: name a MariaDB server whose user may create databases, such as \
             mysql://root:password@127.0.0.1:3306/, or run `tests/all`, which starts one"
        )
    });
    parse("mysql", &url).unwrap_or_else(|| panic!("NOORM_TEST_MARIADB_URL is not mysql://user[:password]@host[:port]/"))
}

fn parse(driver: &str, url: &str) -> Option<Target> {
    let (scheme, rest) = url.split_once("://")?;
    // PostgreSQL's scheme has two spellings.
    if scheme != driver && (driver, scheme) != ("postgres", "postgresql") {
        return None;
    }
    let (login, place) = rest.split_once('@')?;
    let (address, database) = place.split_once('/')?;
    let mut target = Target::new(driver);
    target.database = database.split('?').next()?.to_owned();
    let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    target.user = Some(user.to_owned());
    target.password = password.map(|password| Secret::new(password.to_owned()));
    match address.rsplit_once(':') {
        Some((host, port)) => {
            target.host = Some(host.replace("%2F", "/").replace("%2f", "/"));
            target.port = Some(port.parse().ok()?);
        }
        None => target.host = Some(address.replace("%2F", "/").replace("%2f", "/")),
    }
    Some(target)
}

/// A database of one test, dropped at its end.
pub(crate) struct Scratch {
    admin: Target,
    pub(crate) target: Target,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self::on(server())
    }

    /// Makes one on a server.
    pub(crate) fn on(admin: Target) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let mut target = admin.clone();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        target.database = format!("noorm_driver_{}_{number}", std::process::id());
        let scratch = Self { admin, target };
        scratch.administer("CREATE DATABASE").expect("the test server lets this user create databases");
        scratch
    }

    fn administer(&self, verb: &str) -> Result<(), BatchError> {
        let sql = format!("{verb} {}", self.target.database);
        block_on(async {
            let mut connection = open(&self.admin).await;
            connection.run(&[Command::Text(&sql)]).await.map(|_| ())
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let dropped = self.administer("DROP DATABASE IF EXISTS");
        // A test that failed already says what matters.
        assert!(dropped.is_ok() || std::thread::panicking(), "{dropped:?}");
    }
}

/// Opens a session that must open.
pub(crate) async fn open(target: &Target) -> Box<dyn Connection> {
    connect(target).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Runs texts that must succeed.
pub(crate) async fn run(connection: &mut dyn Connection, texts: &[&str]) -> Vec<u64> {
    let batch: Vec<_> = texts.iter().map(|sql| Command::Text(sql)).collect();
    connection.run(&batch).await.unwrap_or_else(|error| panic!("{error}: {:?}", error.error))
}

/// Runs texts of which one must fail.
pub(crate) async fn fail(connection: &mut dyn Connection, texts: &[&str]) -> (usize, ServerError) {
    let batch: Vec<_> = texts.iter().map(|sql| Command::Text(sql)).collect();
    let error = connection.run(&batch).await.expect_err("one of these fails");
    (error.index, error.error)
}

/// Returns the only cell of a query.
pub(crate) async fn one(connection: &mut dyn Connection, sql: &str) -> Scalar {
    let mut rows = connection.query(sql, &[]).await.unwrap_or_else(|error| panic!("{error}"));
    rows.rows.remove(0).remove(0)
}
