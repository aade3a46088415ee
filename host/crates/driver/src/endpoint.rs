//! Where a network driver dials, and how long that may take. It opens no socket; it names what goes wrong with one.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::{ConnectError, Server};
use crate::target::Target;

const DEFAULT_HOST: &str = "localhost";

/// Beyond this a time limit is none, and an instant that far away may not exist.
const PATIENCE_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// A firewall forgets an idle connection within minutes, and a long statement looks idle.
pub(crate) const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);

/// The far end of a session.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// How messages name it.
    pub(crate) server: Server,
    /// How long all the steps together may take.
    pub(crate) timeout_ms: u64,
}

impl Endpoint {
    /// Reads the far end out of a target.
    pub(crate) fn of(target: &Target, default_port: u16) -> Self {
        let host = target.host.as_deref().filter(|host| !host.is_empty()).unwrap_or(DEFAULT_HOST);
        let server = Server::of(target, host, target.port.unwrap_or(default_port));
        Self { server, timeout_ms: target.connect_timeout_ms }
    }

    /// Whether the far end is on this machine, behind a file.
    pub(crate) fn is_local_socket(&self) -> bool {
        self.server.host.starts_with('/')
    }

    /// Returns the host as names and certificates have it: people write IPv6 addresses with brackets, as in URLs.
    pub(crate) fn bare_host(&self) -> &str {
        self.server.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Returns the instant at which patience ends.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.timeout_ms).min(PATIENCE_MAX)
    }

    /// Returns the error of a step that took too long.
    pub(crate) fn timeout(&self, stage: &'static str) -> ConnectError {
        ConnectError::Timeout { server: self.server.clone(), timeout_ms: self.timeout_ms, stage }
    }

    /// Returns the addresses of the host, of which there is at least one.
    pub(crate) async fn resolve(&self, deadline: Instant) -> Result<Vec<SocketAddr>, ConnectError> {
        let unknown = |source| ConnectError::UnknownHost { server: self.server.clone(), source };
        let lookup = tokio::net::lookup_host((self.bare_host(), self.server.port));
        let found = timeout_at(deadline, lookup).await.map_err(|_| self.timeout("resolving its name"))?;
        let addresses: Vec<_> = found.map_err(unknown)?.collect();
        if addresses.is_empty() {
            return Err(unknown(io::Error::new(io::ErrorKind::NotFound, "the name has no address")));
        }
        Ok(addresses)
    }

    /// Names the failure of a socket.
    pub(crate) fn failure(&self, source: io::Error) -> ConnectError {
        let server = self.server.clone();
        match source.kind() {
            // A socket file that is missing means the same as a port where nobody listens.
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => ConnectError::Refused { server, source },
            io::ErrorKind::TimedOut => self.timeout("connecting"),
            _ => ConnectError::Unreachable { server, source },
        }
    }
}

/// Returns until when to try the next of so many addresses: each gets its share of the time that is left, so that one
/// that swallows packets does not use up the next one's.
pub(crate) fn share(deadline: Instant, addresses_left: usize) -> Instant {
    let left = deadline.saturating_duration_since(Instant::now());
    Instant::now() + left / u32::try_from(addresses_left).unwrap_or(1).max(1)
}
