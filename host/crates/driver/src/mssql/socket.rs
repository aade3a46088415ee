//! The TCP socket under a session, with keepalives. It says which step of connecting failed.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use crate::endpoint::{Endpoint, KEEPALIVE_IDLE, share};
use crate::error::{ConnectError, Server};
use crate::target::Target;

const DEFAULT_PORT: u16 = 1433;

const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 6;

/// Reads the far end out of a target.
pub(super) fn address(target: &Target) -> Result<Endpoint, ConnectError> {
    let endpoint = Endpoint::of(target, DEFAULT_PORT);
    if endpoint.server.host.contains('\\') {
        let text = "named instances are not looked up; set `host` to the machine and `port` to the instance's port";
        let source = io::Error::new(io::ErrorKind::InvalidInput, text);
        return Err(ConnectError::UnknownHost { server: endpoint.server, source });
    }
    Ok(endpoint)
}

/// Returns the place that a server sends its clients on to.
pub(super) fn routed(endpoint: &Endpoint, host: &str, port: u16) -> Endpoint {
    // The instance behind a backslash adds nothing: the port is given.
    let host = host.split('\\').next().unwrap_or(host).to_owned();
    let server = Server { host, port, ..endpoint.server.clone() };
    Endpoint { server, timeout_ms: endpoint.timeout_ms }
}

/// Connects.
pub(super) async fn dial(endpoint: &Endpoint, deadline: Instant) -> Result<TcpStream, ConnectError> {
    let addresses = endpoint.resolve(deadline).await?;
    let mut last = endpoint.timeout("connecting");
    for (tried, address) in addresses.iter().enumerate() {
        match timeout_at(share(deadline, addresses.len() - tried), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return configure(stream).map_err(|error| endpoint.failure(error)),
            Ok(Err(error)) => last = endpoint.failure(error),
            Err(_) => last = endpoint.timeout("connecting"),
        }
    }
    Err(last)
}

fn configure(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    let keepalive =
        TcpKeepalive::new().with_time(KEEPALIVE_IDLE).with_interval(KEEPALIVE_INTERVAL).with_retries(KEEPALIVE_RETRIES);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    Ok(stream)
}
