//! Opening a session with a MySQL or MariaDB server: dial, TLS, login. All steps share one time limit.
//!
//! mysql_async dials by itself, so that one step cannot be told from the next where nobody answers.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use mysql_async::{ClientIdentity, Conn, OptsBuilder, SslOpts};
use tokio::time::{Instant, timeout_at};

use super::connection::MysqlConnection;
use super::error::login_error;
use super::interrupt::MysqlInterrupt;
use crate::endpoint::{Endpoint, KEEPALIVE_IDLE, share};
use crate::error::ConnectError;
use crate::target::{Ssl, Target};
use crate::tls::Material;

const DEFAULT_PORT: u16 = 3306;

/// The socket's name where a target names its folder alone.
const SOCKET_FILE: &str = "mysqld.sock";

/// Texts that stay prepared: noorm's own, of which there are a few dozen.
const STATEMENTS_KEPT: usize = 256;

/// The most that the protocol allows. The server has a limit of its own and says so; the client need not ask for it.
const PACKET_MAX: usize = 1 << 30;

/// Connects and logs in.
pub(crate) async fn connect(target: &Target) -> Result<MysqlConnection, ConnectError> {
    let login = Login::of(target)?;
    let session = login.open(login.endpoint.deadline()).await?;
    let interrupt = MysqlInterrupt::new(login, session.id());
    Ok(MysqlConnection::new(session, Arc::new(interrupt)))
}

/// Everything that it takes to log in, and to log in once more. It holds the password.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) endpoint: Endpoint,
    options: OptsBuilder,
}

impl Login {
    fn of(target: &Target) -> Result<Self, ConnectError> {
        if let Some((name, _)) = target.login.first() {
            return Err(ConnectError::UnknownLogin { driver: target.driver.clone(), name: name.clone() });
        }
        let Some(user) = &target.user else {
            return Err(ConnectError::MissingField { driver: target.driver.clone(), field: "user" });
        };
        let endpoint = Endpoint::of(target, DEFAULT_PORT);
        let options = OptsBuilder::default()
            .ip_or_hostname(endpoint.bare_host())
            .tcp_port(endpoint.server.port)
            .user(Some(user))
            .pass(target.password.as_ref().map(|password| password.expose()))
            .db_name(Some(&target.database).filter(|database| !database.is_empty()))
            .connect_attribute("program_name", &target.application)
            .tcp_nodelay(true)
            .tcp_keepalive(Some(KEEPALIVE_IDLE))
            .stmt_cache_size(STATEMENTS_KEPT)
            // An UPDATE counts the rows that it finds, as with other databases, whether or not their values differ.
            .client_found_rows(true)
            // What mysql_async would ask the server for at each login: the place of its socket, its limits.
            .prefer_socket(false)
            .max_allowed_packet(Some(PACKET_MAX))
            .wait_timeout(Some(0));
        let options = match endpoint.is_local_socket() {
            true => options.socket(Some(socket_file(&endpoint.server.host).to_string_lossy())),
            // A file that TLS needs and cannot use is found before anybody is called.
            false => options.ssl_opts(encryption(&target.ssl)?),
        };
        Ok(Self { endpoint, options })
    }

    /// Returns the same login without a default database, which only costs rights and time where none is used.
    pub(super) fn without_database(mut self) -> Self {
        self.options = self.options.db_name(None::<String>);
        self
    }

    /// Opens a session.
    pub(super) async fn open(&self, deadline: Instant) -> Result<Conn, ConnectError> {
        if self.endpoint.is_local_socket() {
            return self.attempt(self.options.clone(), deadline).await;
        }
        let addresses = self.endpoint.resolve(deadline).await?;
        let mut last = self.endpoint.timeout("connecting");
        for (tried, address) in addresses.iter().enumerate() {
            let options = self.options.clone().resolved_ips(Some([address.ip()]));
            match self.attempt(options, share(deadline, addresses.len() - tried)).await {
                Err(error) if is_nobody_there(&error) => last = error,
                outcome => return outcome,
            }
        }
        Err(last)
    }

    async fn attempt(&self, options: OptsBuilder, deadline: Instant) -> Result<Conn, ConnectError> {
        // mysql_async panics over some answers that no honest server gives. The half-open session is dropped.
        let login = AssertUnwindSafe(Conn::new(options)).catch_unwind();
        match timeout_at(deadline, login).await {
            Ok(Ok(Ok(session))) => Ok(session),
            Ok(Ok(Err(error))) => Err(login_error(error, &self.endpoint)),
            Ok(Err(_)) => {
                let (server, message) = (self.endpoint.server.clone(), "its answer to the login makes no sense");
                Err(ConnectError::Protocol { server, message: message.to_owned() })
            }
            Err(_) => Err(self.endpoint.timeout("connecting or logging in")),
        }
    }
}

/// Whether another address of the same host may do better.
fn is_nobody_there(error: &ConnectError) -> bool {
    matches!(error, ConnectError::Refused { .. } | ConnectError::Unreachable { .. } | ConnectError::Timeout { .. })
}

/// Returns the file of a socket, of which a target names the path or the folder.
fn socket_file(host: &str) -> PathBuf {
    let path = Path::new(host);
    if path.is_dir() { path.join(SOCKET_FILE) } else { path.to_owned() }
}

/// Returns the settings of the same TLS as the other drivers'. mysql_async reads files by itself.
fn encryption(ssl: &Ssl) -> Result<Option<SslOpts>, ConnectError> {
    let Some(material) = Material::read(ssl)? else { return Ok(None) };
    // Made to be checked: whether the files fit together.
    material.client_config()?;
    let mut options = SslOpts::default();
    options = match material.roots {
        Some(roots) => options
            .with_disable_built_in_roots(true)
            .with_root_certs(roots.iter().map(|root| root.to_vec().into()).collect()),
        // The built-in roots stay: nothing is checked against them, but mysql_async does not start without any.
        None => options.with_danger_accept_invalid_certs(true),
    };
    if let Ssl::Custom { cert: Some(cert), key: Some(key), .. } = ssl {
        let identity = ClientIdentity::new(cert.clone().into(), key.clone().into());
        options = options.with_client_identity(Some(identity));
    }
    Ok(Some(options))
}
