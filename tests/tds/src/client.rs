//! One connection of a client, encrypted or not.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use crate::tls::{self, Encrypted};

/// The server's end of it.
pub(crate) enum Client {
    Plain(TcpStream),
    Encrypted(Box<Encrypted>),
    Gone,
}

impl Client {
    /// Starts TLS.
    pub(crate) fn encrypt(&mut self) -> io::Result<()> {
        if let Self::Plain(socket) = std::mem::replace(self, Self::Gone) {
            *self = Self::Encrypted(Box::new(tls::accept(socket)?));
        }
        Ok(())
    }

    /// Ends TLS.
    pub(crate) fn decrypt(&mut self) {
        *self = match std::mem::replace(self, Self::Gone) {
            Self::Encrypted(stream) => Self::Plain(tls::end(*stream)),
            other => other,
        };
    }
}

impl Read for Client {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buf),
            Self::Encrypted(stream) => stream.read(buf),
            Self::Gone => Ok(0),
        }
    }
}

impl Write for Client {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(buf),
            Self::Encrypted(stream) => stream.write(buf),
            Self::Gone => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
            Self::Gone => Ok(()),
        }
    }
}
