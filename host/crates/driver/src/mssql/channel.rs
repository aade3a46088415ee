//! The stream under the packets: encrypted, not encrypted, or encrypted up to the end of the login.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::error::tls_error;
use super::handshake::HandshakeStream;
use super::prelogin::Encryption;
use crate::endpoint::Endpoint;
use crate::error::ConnectError;

type Encrypted = Box<TlsStream<HandshakeStream<TcpStream>>>;

/// A connected stream.
#[derive(Debug)]
pub(super) enum Channel {
    /// Nothing is encrypted.
    Plain(TcpStream),
    /// Everything is.
    Encrypted(Encrypted),
    /// The login is.
    Login(Encrypted),
    /// The moment between the two, and after a failure in it.
    Gone,
}

impl Channel {
    /// Encrypts as much of a socket as was agreed on.
    pub(super) async fn open(
        socket: TcpStream,
        encryption: Encryption,
        tls: rustls::ClientConfig,
        endpoint: &Endpoint,
    ) -> Result<Self, ConnectError> {
        if encryption == Encryption::Nothing {
            return Ok(Self::Plain(socket));
        }
        let name = ServerName::try_from(endpoint.bare_host().to_owned()).map_err(|_| ConnectError::TlsSettings {
            message: format!("`{}` is not a name that a certificate can have", endpoint.server.host),
        })?;
        let connector = TlsConnector::from(Arc::new(tls));
        let connected = connector.connect(name, HandshakeStream::new(socket)).await;
        let mut stream = connected.map_err(|error| tls_error(&error, endpoint))?;
        stream.get_mut().0.handshake_is_over();
        let stream = Box::new(stream);
        Ok(if encryption == Encryption::Everything { Self::Encrypted(stream) } else { Self::Login(stream) })
    }

    /// Ends the encryption if it was meant for the login only. The login has been sent.
    pub(super) fn login_was_sent(&mut self) {
        *self = match std::mem::replace(self, Self::Gone) {
            Self::Login(stream) => Self::Plain(stream.into_inner().0.into_inner()),
            other => other,
        };
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the connection is gone")
}

impl AsyncRead for Channel {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Encrypted(stream) | Self::Login(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }
}

impl AsyncWrite for Channel {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Encrypted(stream) | Self::Login(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Encrypted(stream) | Self::Login(stream) => Pin::new(stream).poll_flush(cx),
            Self::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Encrypted(stream) | Self::Login(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Gone => Poll::Ready(Ok(())),
        }
    }
}
