//! The TCP socket under a session, with keepalives. It says which step of connecting failed.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use crate::error::{ConnectError, Server};
use crate::target::Target;

const DEFAULT_HOST: &str = "localhost";
const DEFAULT_PORT: u16 = 1433;

/// A firewall forgets an idle connection within minutes, and a long statement looks idle.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 6;

/// Beyond this a time limit is none, and an instant that far away may not exist.
const PATIENCE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Where to dial, and how long it may take.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pub(super) server: Server,
    pub(super) timeout_ms: u64,
}

impl Endpoint {
    /// Reads the far end out of a target.
    pub(super) fn of(target: &Target) -> Result<Self, ConnectError> {
        let host = target.host.as_deref().filter(|host| !host.is_empty()).unwrap_or(DEFAULT_HOST);
        let server = Server::of(target, host, target.port.unwrap_or(DEFAULT_PORT));
        if host.contains('\\') {
            let text = "named instances are not looked up; set `host` to the machine and `port` to the instance's port";
            let source = io::Error::new(io::ErrorKind::InvalidInput, text);
            return Err(ConnectError::UnknownHost { server, source });
        }
        Ok(Self { server, timeout_ms: target.connect_timeout_ms })
    }

    /// Returns the place that a server sends its clients on to.
    pub(super) fn routed(&self, host: &str, port: u16) -> Self {
        // The instance behind a backslash adds nothing: the port is given.
        let host = host.split('\\').next().unwrap_or(host).to_owned();
        let server = Server { host, port, database: self.server.database.clone() };
        Self { server, timeout_ms: self.timeout_ms }
    }

    /// Returns the host without the brackets that people write around IPv6 addresses, as in URLs.
    pub(super) fn host(&self) -> &str {
        self.server.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Returns the instant at which patience ends.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.timeout_ms).min(PATIENCE_MAX)
    }

    /// Returns the error of a step that took too long.
    pub(super) fn timeout(&self, stage: &'static str) -> ConnectError {
        ConnectError::Timeout { server: self.server.clone(), timeout_ms: self.timeout_ms, stage }
    }

    /// Connects.
    pub(super) async fn dial(&self, deadline: Instant) -> Result<TcpStream, ConnectError> {
        let addresses =
            timeout_at(deadline, self.resolve()).await.map_err(|_| self.timeout("resolving its name"))??;
        self.dial_any(&addresses, deadline).await
    }

    async fn resolve(&self) -> Result<Vec<SocketAddr>, ConnectError> {
        let unknown = |source| ConnectError::UnknownHost { server: self.server.clone(), source };
        let found = tokio::net::lookup_host((self.host(), self.server.port)).await;
        let addresses: Vec<_> = found.map_err(unknown)?.collect();
        if addresses.is_empty() {
            return Err(unknown(io::Error::new(io::ErrorKind::NotFound, "the name has no address")));
        }
        Ok(addresses)
    }

    /// Tries one address after another. Each gets its share of the time that is left, so that one that swallows
    /// packets does not use up the next one's.
    async fn dial_any(&self, addresses: &[SocketAddr], deadline: Instant) -> Result<TcpStream, ConnectError> {
        let mut last = self.timeout("connecting");
        for (tried, address) in addresses.iter().enumerate() {
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(addresses.len() - tried).unwrap_or(1);
            match tokio::time::timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return configure(stream).map_err(|error| self.failure(error)),
                Ok(Err(error)) => last = self.failure(error),
                Err(_) => last = self.timeout("connecting"),
            }
        }
        Err(last)
    }

    /// Names the failure of a socket.
    pub(super) fn failure(&self, source: io::Error) -> ConnectError {
        let server = self.server.clone();
        match source.kind() {
            io::ErrorKind::ConnectionRefused => ConnectError::Refused { server, source },
            io::ErrorKind::TimedOut => self.timeout("connecting"),
            _ => ConnectError::Unreachable { server, source },
        }
    }
}

fn configure(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    let keepalive =
        TcpKeepalive::new().with_time(KEEPALIVE_IDLE).with_interval(KEEPALIVE_INTERVAL).with_retries(KEEPALIVE_RETRIES);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    Ok(stream)
}
