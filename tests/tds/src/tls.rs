//! The server's side of TLS: the handshake in PRELOGIN packets, and plain records after it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::packet::{PRELOGIN, Packets, read};

/// So short that a handshake takes several packets, as it does with a long chain of certificates.
const HANDSHAKE_PACKET_LENGTH: usize = 100;

/// Returns a file of this crate's fixtures.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A stream of TLS records.
pub(crate) struct Records {
    socket: TcpStream,
    is_handshake: bool,
    arrived: Vec<u8>,
}

impl Read for Records {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.is_handshake && self.arrived.is_empty() {
            self.arrived = read(&mut self.socket)?.map(|message| message.body).unwrap_or_default();
        }
        if self.arrived.is_empty() {
            return self.socket.read(buf);
        }
        let length = buf.len().min(self.arrived.len());
        buf[..length].copy_from_slice(&self.arrived[..length]);
        self.arrived.drain(..length);
        Ok(length)
    }
}

impl Write for Records {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if self.is_handshake {
            let packets = Packets { kind: PRELOGIN, process: 0, body: buf.to_vec() };
            packets.write(&mut self.socket, HANDSHAKE_PACKET_LENGTH)?;
            return Ok(buf.len());
        }
        self.socket.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// A stream whose handshake is over.
pub(crate) type Encrypted = StreamOwned<ServerConnection, Records>;

/// Does the handshake, with the latest version that the client offers.
pub(crate) fn accept(socket: TcpStream) -> io::Result<Encrypted> {
    let certificate = CertificateDer::from_pem_file(fixture("server.pem")).expect("the certificate of the fixtures");
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).expect("the key of the fixtures");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("they are there")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    let mut connection = ServerConnection::new(Arc::new(config)).expect("a sound configuration");
    let mut records = Records { socket, is_handshake: true, arrived: Vec::new() };
    while connection.is_handshaking() {
        connection.complete_io(&mut records)?;
    }
    records.is_handshake = false;
    Ok(StreamOwned::new(connection, records))
}

/// Ends the encryption: the rest is in the clear.
pub(crate) fn end(stream: Encrypted) -> TcpStream {
    stream.into_parts().1.socket
}
