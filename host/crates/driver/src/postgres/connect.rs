//! Opening a session with a PostgreSQL server: dial, TLS, login. Every step has its own error and shares one time limit.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout_at;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{MakeTlsConnect, NoTls, TlsConnect};
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::connection::PostgresConnection;
use super::error::login_error;
use super::interrupt::PostgresInterrupt;
use super::session::Session;
use super::socket::{Socket, dial};
use super::status::{TransactionStatus, Watched, WatchedTls};
use crate::endpoint::Endpoint;
use crate::error::ConnectError;
use crate::target::Target;
use crate::tls;

const DEFAULT_PORT: u16 = 5432;

/// Connects and logs in.
pub(crate) async fn connect(target: &Target) -> Result<PostgresConnection, ConnectError> {
    let endpoint = Endpoint::of(target, DEFAULT_PORT);
    // A file that TLS needs and cannot use is found before anybody is called.
    let tls = match endpoint.is_local_socket() {
        true => None,
        false => tls::client_config(&target.ssl)?.map(MakeRustlsConnect::new),
    };
    let config = config(target, tls.is_some())?;
    let deadline = endpoint.deadline();
    let socket = dial(&endpoint, deadline).await?;
    let status = TransactionStatus::new();
    let login = async {
        match connector(tls.as_ref(), &endpoint) {
            None => log_in(&config, Watched::new(socket, status.clone()), NoTls).await,
            Some(connector) => log_in(&config, socket, WatchedTls { connector, status: status.clone() }).await,
        }
    };
    let (client, session) = timeout_at(deadline, login)
        .await
        .map_err(|_| endpoint.timeout("logging in"))?
        .map_err(|error| login_error(error, &endpoint))?;
    let interrupt = PostgresInterrupt::new(client.cancel_token(), endpoint, tls);
    Ok(PostgresConnection::new(client, session, status, Arc::new(interrupt)))
}

/// Returns what encrypts a stream to this endpoint.
pub(super) fn connector(
    tls: Option<&MakeRustlsConnect>,
    endpoint: &Endpoint,
) -> Option<<MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect> {
    tls.map(|tls| match MakeTlsConnect::<Socket>::make_tls_connect(&mut tls.clone(), endpoint.bare_host()) {
        Ok(connector) => connector,
        Err(never) => match never {},
    })
}

async fn log_in<S, T>(config: &Config, stream: S, tls: T) -> Result<(Client, Session), tokio_postgres::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<S>,
    T::Stream: Send + 'static,
{
    let (client, connection) = config.connect_raw(stream, tls).await?;
    Ok((client, Session::start(connection)))
}

fn config(target: &Target, tls: bool) -> Result<Config, ConnectError> {
    let mut config = Config::new();
    config.dbname(&target.database).application_name(&target.application);
    config.ssl_mode(if tls { SslMode::Require } else { SslMode::Disable });
    // Without a user, the name of the account that runs this is used, as psql does.
    if let Some(user) = &target.user {
        config.user(user);
    }
    if let Some(password) = &target.password {
        config.password(password.expose());
    }
    for (name, value) in &target.login {
        match name.as_str() {
            "options" => config.options(value),
            _ => return Err(ConnectError::UnknownLogin { driver: target.driver.clone(), name: name.clone() }),
        };
    }
    Ok(config)
}
