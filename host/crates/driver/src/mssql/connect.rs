//! Opening a session with a SQL Server: dial, PRELOGIN, TLS, login. Every step has its own error and shares one time limit.
//!
//! With `ssl` off, the login is encrypted if the server can do that, as other clients do, so that the password does not
//! travel in the clear; nobody proves who he is by it. A server that insists on more gets more.

use tiberius::error::Error;
use tiberius::{AuthMethod, Client, Config, EncryptionLevel};
use tokio::time::{Instant, timeout_at};
use tokio_util::compat::TokioAsyncWriteCompatExt;

use super::channel::Channel;
use super::connection::MssqlConnection;
use super::error::login_error;
use super::prelogin;
use super::session::Session;
use super::socket::{address, dial, routed};
use super::wire::Wire;
use crate::endpoint::Endpoint;
use crate::error::ConnectError;
use crate::target::{Ssl, Target};
use crate::tls::Material;

/// How often a server may send us on. The gateway of a hosted database does it once.
const REDIRECTS_MAX: usize = 2;

/// Servers know TLS 1.3 with a later version of the protocol only. What it sends after a handshake would end up among the
/// packets, where the encryption ends with the login.
const TLS_VERSIONS: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS12];

/// What most clients ask for, instead of half of it: fewer packets for large scripts.
const PACKET_LENGTH: u32 = 8000;

/// Connects and logs in.
pub(crate) async fn connect(target: &Target) -> Result<MssqlConnection, ConnectError> {
    let mut endpoint = address(target)?;
    // What TLS needs and cannot use is found before anybody is called.
    let (tls, is_required) = tls_config(&target.ssl)?;
    let deadline = endpoint.deadline();
    for _ in 0..=REDIRECTS_MAX {
        let config = config(target, &endpoint)?;
        let channel = open(&endpoint, tls.clone(), is_required, deadline).await?;
        let session = Session::default();
        let wire = Wire::new(channel, session.clone());
        let login = timeout_at(deadline, Client::connect(config, wire.compat_write()));
        match login.await.map_err(|_| endpoint.timeout("logging in"))? {
            Ok(client) => {
                session.logged_in();
                return Ok(MssqlConnection::new(client, session));
            }
            Err(Error::Routing { host, port }) => endpoint = routed(&endpoint, &host, port),
            Err(error) => return Err(login_error(&error, &session.take_outcome(), &endpoint)),
        }
    }
    let message = format!("clients were sent on more than {REDIRECTS_MAX} times");
    Err(ConnectError::Protocol { server: endpoint.server, message })
}

/// Returns how TLS is done, and whether it has to be.
fn tls_config(ssl: &Ssl) -> Result<(rustls::ClientConfig, bool), ConnectError> {
    let unverified = Ssl::Custom { ca: None, cert: None, key: None, reject_unauthorized: false };
    let (ssl, is_required) = match ssl {
        Ssl::Off => (&unverified, false),
        Ssl::Custom { cert, key, .. } if cert.is_some() || key.is_some() => {
            let message = "SQL Server takes no client certificates; leave `cert` and `key` out".to_owned();
            return Err(ConnectError::TlsSettings { message });
        }
        ssl => (ssl, true),
    };
    let material = Material::read(ssl)?.expect("every one of these asks for TLS");
    Ok((material.client_config_of(TLS_VERSIONS)?, is_required))
}

async fn open(
    endpoint: &Endpoint,
    tls: rustls::ClientConfig,
    is_required: bool,
    deadline: Instant,
) -> Result<Channel, ConnectError> {
    let mut socket = dial(endpoint, deadline).await?;
    let opened = timeout_at(deadline, async {
        let encryption = prelogin::agree(&mut socket, is_required, endpoint).await?;
        Channel::open(socket, encryption, tls, endpoint).await
    });
    opened.await.map_err(|_| endpoint.timeout("agreeing on encryption"))?
}

fn config(target: &Target, endpoint: &Endpoint) -> Result<Config, ConnectError> {
    let missing = |field| ConnectError::MissingField { driver: target.driver.clone(), field };
    if let Some((name, _)) = target.login.first() {
        return Err(ConnectError::UnknownLogin { driver: target.driver.clone(), name: name.clone() });
    }
    let user = target.user.as_deref().filter(|user| !user.is_empty()).ok_or_else(|| missing("user"))?;
    let password = target.password.as_ref().map_or("", |password| password.expose());
    let mut config = Config::new();
    config.host(endpoint.bare_host());
    config.port(endpoint.server.port);
    config.authentication(AuthMethod::sql_server(user, password));
    config.application_name(&target.application);
    if !target.database.is_empty() {
        config.database(&target.database);
    }
    config.packet_size(PACKET_LENGTH);
    // Encryption is done below the stream that tiberius gets.
    config.encryption(EncryptionLevel::NotSupported);
    // The time limit of connecting is this file's; a statement of a script may take hours.
    config.handshake_timeout(None);
    config.command_timeout(None);
    // A row that a script returns and nobody reads must not make it fail.
    config.lossy_utf16_decoding(true);
    Ok(config)
}
