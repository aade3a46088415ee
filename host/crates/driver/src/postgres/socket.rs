//! The socket under a session: TCP with keepalives, or a Unix socket. It says which step of connecting failed.
//!
//! It is dialled here and not by tokio-postgres, whose errors do not tell a refusal from a name without an address.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, timeout_at};

use crate::endpoint::{Endpoint, KEEPALIVE_IDLE, share};
use crate::error::ConnectError;

const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 6;

/// Connects.
pub(super) async fn dial(endpoint: &Endpoint, deadline: Instant) -> Result<Socket, ConnectError> {
    if endpoint.is_local_socket() {
        let path = socket_file(endpoint);
        let connected = timeout_at(deadline, UnixStream::connect(path)).await;
        let connected = connected.map_err(|_| endpoint.timeout("connecting"))?;
        return connected.map(Socket::Unix).map_err(|error| endpoint.failure(error));
    }
    let addresses = endpoint.resolve(deadline).await?;
    let mut last = endpoint.timeout("connecting");
    for (tried, address) in addresses.iter().enumerate() {
        match timeout_at(share(deadline, addresses.len() - tried), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return configure(stream).map(Socket::Tcp).map_err(|error| endpoint.failure(error)),
            Ok(Err(error)) => last = endpoint.failure(error),
            Err(_) => last = endpoint.timeout("connecting"),
        }
    }
    Err(last)
}

/// Returns the file of a socket, of which a target names the path or, as usual, the folder.
fn socket_file(endpoint: &Endpoint) -> PathBuf {
    let path = PathBuf::from(&endpoint.server.host);
    if path.is_dir() { path.join(format!(".s.PGSQL.{}", endpoint.server.port)) } else { path }
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
