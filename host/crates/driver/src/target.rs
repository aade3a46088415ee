//! Where a session goes to: what a driver needs to know, and nothing about configs, files or environment variables.

use std::path::PathBuf;

use noorm_core::secret::Secret;

/// A database to connect to. A driver reads the fields it has a use for.
#[derive(Debug, Clone)]
pub struct Target {
    /// Which driver, as a dialect plugin names it.
    pub driver: String,
    /// Host name or address; one that starts with `/` is the folder of a Unix socket, or its file.
    pub host: Option<String>,
    /// Port, if it is not the database's usual one.
    pub port: Option<u16>,
    /// Name of the database.
    pub database: String,
    /// The database's file, absolute, for databases that are files.
    pub filename: Option<PathBuf>,
    /// Who logs in.
    pub user: Option<String>,
    /// The password that goes with `user`.
    pub password: Option<Secret>,
    /// Encryption of the connection.
    pub ssl: Ssl,
    /// How long connecting may take, all its steps together.
    pub connect_timeout_ms: u64,
    /// How long to wait for another process that holds a database file.
    pub busy_timeout_ms: u64,
    /// What to say with the login, by name: settings of the session that a script cannot reset. A driver refuses a name
    /// that it does not know.
    pub login: Vec<(String, String)>,
    /// What the server shows as the name of the client.
    pub application: String,
    /// Whether a database file that is missing is made. Who only looks wants none.
    pub create: bool,
}

impl Target {
    /// Returns a target of a driver with everything else at its default.
    pub fn new(driver: &str) -> Self {
        Self {
            driver: driver.to_owned(),
            host: None,
            port: None,
            database: String::new(),
            filename: None,
            user: None,
            password: None,
            ssl: Ssl::Off,
            connect_timeout_ms: 10_000,
            busy_timeout_ms: 5_000,
            login: Vec::new(),
            application: "noorm".to_owned(),
            create: true,
        }
    }
}

/// How a connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ssl {
    /// Not at all.
    Off,
    /// TLS; the server's certificate is checked against the operating system's roots.
    On,
    /// TLS with files of the user's, all PEM.
    Custom {
        /// Authorities to trust besides the operating system's.
        ca: Option<PathBuf>,
        /// The client's own certificate; needs `key`.
        cert: Option<PathBuf>,
        /// The private key of `cert`.
        key: Option<PathBuf>,
        /// Whether a server that cannot prove who it is is refused.
        reject_unauthorized: bool,
    },
}
