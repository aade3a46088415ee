//! What goes wrong between noorm and a database: connecting, and running.
//!
//! Messages name the host, the port and the database, never a password. They do not judge an error code: that is a
//! dialect's work.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::target::Target;

/// The far end of a connection, for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Host name, address, or the file or folder of a socket.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Database.
    pub database: String,
    /// Who logs in; `None` is the account that runs this.
    pub user: Option<String>,
}

impl Server {
    /// Returns the far end of a target.
    pub(crate) fn of(target: &Target, host: &str, port: u16) -> Self {
        Self { host: host.to_owned(), port, database: target.database.clone(), user: target.user.clone() }
    }

    fn who(&self) -> String {
        match &self.user {
            Some(user) => format!("`{user}`"),
            None => "the account that runs this".to_owned(),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` port {}", self.host, self.port)?;
        // A session need not have one.
        if self.database.is_empty() { Ok(()) } else { write!(f, " (database `{}`)", self.database) }
    }
}

/// Why no session could be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No driver has this name.
    #[error("no driver is called `{driver}`")]
    UnknownDriver {
        /// The name that was asked for.
        driver: String,
    },
    /// The driver cannot do without this field.
    #[error("the driver `{driver}` needs a `{field}`, and none is set")]
    MissingField {
        /// The driver.
        driver: String,
        /// The field of the connection settings.
        field: &'static str,
    },
    /// The driver's databases are no files.
    #[error("a database of the driver `{driver}` is not a file")]
    NoFile {
        /// The driver.
        driver: String,
    },
    /// The driver has no such login parameter.
    #[error("the driver `{driver}` knows no login parameter `{name}`")]
    UnknownLogin {
        /// The driver.
        driver: String,
        /// The parameter, as the dialect plugin names it.
        name: String,
    },
    /// Nobody listens there.
    #[error("the connection to {server} was refused")]
    Refused {
        /// Where.
        server: Server,
        /// The operating system's reason.
        #[source]
        source: io::Error,
    },
    /// The host has no address.
    #[error("the host name of {server} could not be resolved")]
    UnknownHost {
        /// Where.
        server: Server,
        /// The resolver's reason.
        #[source]
        source: io::Error,
    },
    /// The network does not lead there, or the connection broke while it was being set up.
    #[error("{server} could not be reached")]
    Unreachable {
        /// Where.
        server: Server,
        /// The operating system's reason.
        #[source]
        source: io::Error,
    },
    /// No answer in time.
    #[error("{server} did not answer within {timeout_ms} ms while {stage}")]
    Timeout {
        /// Where.
        server: Server,
        /// How long it may take.
        timeout_ms: u64,
        /// What was under way.
        stage: &'static str,
    },
    /// The server does not let this user in.
    #[error("{server} refused the login of {}: {message}", server.who())]
    Authentication {
        /// Where.
        server: Server,
        /// The server's code, if the refusal is the server's.
        code: Option<String>,
        /// Why.
        message: String,
    },
    /// The server has no such database.
    #[error("{server} has no such database: {message}")]
    MissingDatabase {
        /// Where.
        server: Server,
        /// The server's message.
        message: String,
    },
    /// The server knows the user, and does not let it into this database.
    #[error("{server} may not be used by {}: {message}", server.who())]
    Forbidden {
        /// Where.
        server: Server,
        /// The server's code.
        code: String,
        /// The server's message.
        message: String,
    },
    /// The server turns the session down for another reason.
    #[error("{server} turned the session down: {message}")]
    Rejected {
        /// Where.
        server: Server,
        /// The server's code.
        code: String,
        /// The server's message.
        message: String,
        /// The server's hint.
        hint: Option<String>,
    },
    /// The server speaks no TLS, and the settings ask for it.
    #[error("{server} does not offer TLS, and the connection settings ask for it")]
    TlsMissing {
        /// Where.
        server: Server,
    },
    /// The server's certificate does not prove who it is.
    #[error("the certificate of {server} was not accepted: {message}")]
    Certificate {
        /// Where.
        server: Server,
        /// Why.
        message: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// The server wants a certificate of the client's, or another one.
    #[error("{server} did not accept the client's certificate: {message}")]
    ClientCertificate {
        /// Where.
        server: Server,
        /// Why.
        message: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// The TLS handshake failed.
    #[error("TLS with {server} failed: {message}")]
    Tls {
        /// Where.
        server: Server,
        /// Why.
        message: String,
    },
    /// A file that the TLS settings name is of no use.
    #[error("the {what} `{}` cannot be used: {message}", path.display())]
    TlsFile {
        /// Which of the files: `CA file`, `certificate`, `key`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The TLS settings contradict each other, or the operating system has no roots.
    #[error("TLS cannot be set up: {message}")]
    TlsSettings {
        /// Why.
        message: String,
    },
    /// The database's file is missing, and the target does not ask to make it.
    #[error("the database file `{}` does not exist", path.display())]
    MissingFile {
        /// The file.
        path: PathBuf,
    },
    /// The database's file cannot be used.
    #[error("the database file `{}` cannot be used: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
        /// What to do about it.
        hint: String,
    },
    /// What came back is not what the protocol foresees.
    #[error("{server} does not speak the expected protocol: {message}")]
    Protocol {
        /// Where.
        server: Server,
        /// What came back.
        message: String,
    },
}

impl ConnectError {
    /// Returns what to try next.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::UnknownDriver { .. } => {
                let known: Vec<String> = crate::drivers().iter().map(|name| format!("`{name}`")).collect();
                return Some(format!("the drivers are {}", known.join(", ")));
            }
            Self::UnknownLogin { .. } | Self::NoFile { .. } => "tell the author of the dialect plugin",
            Self::MissingField { field, .. } => {
                return Some(format!("set `{field}` in the connection settings, or NOORM_{}", field.to_uppercase()));
            }
            Self::Refused { .. } => "is the server running, and is the port right?",
            Self::UnknownHost { .. } => "check the spelling of the host, and the network",
            Self::Unreachable { .. } => "check the network, the firewall and the port",
            Self::Timeout { .. } => "check the host and the port; a firewall may be dropping the packets",
            Self::Authentication { .. } => "check the user and the password",
            Self::MissingDatabase { .. } => "check the name, or make the database: `noorm db create`",
            Self::Forbidden { .. } => "grant the user a right on the database, or check the database's name",
            Self::Rejected { hint, .. } => return hint.clone(),
            Self::TlsMissing { .. } => "turn TLS on at the server, or turn `ssl` off in the connection settings",
            Self::Certificate { hint, .. } | Self::ClientCertificate { hint, .. } => hint,
            Self::Tls { .. } => "check that the port is the database's and that client and server share a TLS version",
            Self::TlsFile { .. } => "the file must be readable, in PEM format and without a passphrase",
            Self::TlsSettings { .. } => "check the `ssl` block of the connection settings",
            Self::MissingFile { .. } => "check the path; the first command that changes the database makes the file",
            Self::File { hint, .. } => hint,
            Self::Protocol { .. } => "is it another program that listens on this port?",
        };
        Some(hint.to_owned())
    }
}

/// What a database answered to a statement instead of a result.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("{message}")]
pub struct ServerError {
    /// The database's own code: a SQLSTATE, the name of a result code.
    pub code: String,
    /// The database's message.
    pub message: String,
    /// More about this case.
    pub detail: Option<String>,
    /// The database's advice.
    pub hint: Option<String>,
    /// Where in the statement's text, in bytes from its start.
    pub position: Option<usize>,
    /// Whether the session is gone.
    pub closed: bool,
    /// Whether an interrupter stopped the statement.
    pub interrupted: bool,
}

/// The first command of a batch that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("command {index} of the batch failed")]
pub struct BatchError {
    /// Its place in the batch, from 0. Every command before it succeeded.
    pub index: usize,
    /// What the database answered.
    #[source]
    pub error: ServerError,
}
