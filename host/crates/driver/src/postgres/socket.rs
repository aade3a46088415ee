//! The socket under a session: TCP with keepalives, or a Unix socket. It says which step of connecting failed.
//!
//! It is dialled here and not by tokio-postgres, whose errors do not tell a refusal from a name without an address.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, timeout_at};

use crate::error::{ConnectError, Server};
use crate::target::Target;

const DEFAULT_HOST: &str = "localhost";
const DEFAULT_PORT: u16 = 5432;

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
    pub(super) fn of(target: &Target) -> Self {
        let host = target.host.as_deref().filter(|host| !host.is_empty()).unwrap_or(DEFAULT_HOST);
        let server = Server::of(target, host, target.port.unwrap_or(DEFAULT_PORT));
        Self { server, timeout_ms: target.connect_timeout_ms }
    }

    /// Whether the far end is on this machine, behind a file.
    pub(super) fn is_local_socket(&self) -> bool {
        self.server.host.starts_with('/')
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
    pub(super) async fn dial(&self, deadline: Instant) -> Result<Socket, ConnectError> {
        if self.is_local_socket() {
            let path = PathBuf::from(&self.server.host).join(format!(".s.PGSQL.{}", self.server.port));
            let connected = timeout_at(deadline, UnixStream::connect(path)).await;
            return connected.map_err(|_| self.timeout("connecting"))?.map(Socket::Unix).map_err(|e| self.failure(e));
        }
        let addresses =
            timeout_at(deadline, self.resolve()).await.map_err(|_| self.timeout("resolving its name"))??;
        self.dial_any(&addresses, deadline).await
    }

    async fn resolve(&self) -> Result<Vec<SocketAddr>, ConnectError> {
        // People write IPv6 addresses with brackets, as in URLs.
        let host = self.server.host.trim_start_matches('[').trim_end_matches(']');
        let unknown = |source| ConnectError::UnknownHost { server: self.server.clone(), source };
        let addresses: Vec<_> = tokio::net::lookup_host((host, self.server.port)).await.map_err(unknown)?.collect();
        if addresses.is_empty() {
            return Err(unknown(io::Error::new(io::ErrorKind::NotFound, "the name has no address")));
        }
        Ok(addresses)
    }

    /// Tries one address after another. Each gets its share of the time that is left, so that one that swallows
    /// packets does not use up the next one's.
    async fn dial_any(&self, addresses: &[SocketAddr], deadline: Instant) -> Result<Socket, ConnectError> {
        let mut last = self.timeout("connecting");
        for (tried, address) in addresses.iter().enumerate() {
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(addresses.len() - tried).unwrap_or(1);
            match tokio::time::timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return configure(stream).map(Socket::Tcp).map_err(|error| self.failure(error)),
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
            // A socket file that is missing means the same as a port where nobody listens.
            io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound => ConnectError::Refused { server, source },
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

/// A connected socket.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl AsyncRead for Socket {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Unix(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Self::Unix(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
