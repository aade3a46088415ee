//! The first exchange with a server: who encrypts what. No login and no TLS happens here.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::endpoint::Endpoint;
use crate::error::ConnectError;

/// Bytes before the body of every packet.
pub(super) const HEADER_LENGTH: usize = 8;
/// The packet type of PRELOGIN messages, and of TLS handshakes, which travel in them.
pub(super) const PRELOGIN: u8 = 0x12;
/// The packet type of everything that a server answers.
pub(super) const ANSWER: u8 = 0x04;
/// The status of a message's last packet.
pub(super) const END_OF_MESSAGE: u8 = 0x01;

/// A PRELOGIN answer is some dozen bytes long.
const ANSWER_LENGTH_MAX: usize = 4096;

const VERSION: u8 = 0x00;
const ENCRYPTION: u8 = 0x01;
const INSTANCE: u8 = 0x02;
const THREAD: u8 = 0x03;
const MARS: u8 = 0x04;
const TERMINATOR: u8 = 0xff;

const ENCRYPT_OFF: u8 = 0;
const ENCRYPT_ON: u8 = 1;
const ENCRYPT_NOT_SUPPORTED: u8 = 2;
const ENCRYPT_REQUIRED: u8 = 3;

/// How much of a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Nothing.
    Nothing,
    /// The login, so that the password does not travel in the clear; nothing after it.
    Login,
    /// Everything.
    Everything,
}

/// Agrees with the server on encryption. Without `required`, only the login is meant to be encrypted, or more if the
/// server insists, or nothing if it cannot.
pub(super) async fn agree(
    socket: &mut TcpStream,
    required: bool,
    endpoint: &Endpoint,
) -> Result<Encryption, ConnectError> {
    let wish = if required { ENCRYPT_ON } else { ENCRYPT_OFF };
    let answered = exchange(socket, &packet(PRELOGIN, &message(wish))).await;
    let answer = answered.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidData => protocol(endpoint, error.to_string()),
        _ => endpoint.failure(error),
    })?;
    match (encryption(&answer), required) {
        (Some(ENCRYPT_ON | ENCRYPT_REQUIRED), _) => Ok(Encryption::Everything),
        (Some(ENCRYPT_OFF), false) => Ok(Encryption::Login),
        (Some(ENCRYPT_NOT_SUPPORTED), false) => Ok(Encryption::Nothing),
        (Some(ENCRYPT_OFF | ENCRYPT_NOT_SUPPORTED), true) => {
            Err(ConnectError::TlsMissing { server: endpoint.server.clone() })
        }
        _ => Err(protocol(endpoint, "the PRELOGIN answer does not say what is encrypted".to_owned())),
    }
}

/// Returns the answer that tiberius gets to its own PRELOGIN: no encryption, as far as it is concerned.
pub(super) fn answer_for_client() -> Vec<u8> {
    packet(ANSWER, &message(ENCRYPT_NOT_SUPPORTED))
}

fn protocol(endpoint: &Endpoint, message: String) -> ConnectError {
    ConnectError::Protocol { server: endpoint.server.clone(), message }
}

async fn exchange(socket: &mut TcpStream, request: &[u8]) -> io::Result<Vec<u8>> {
    socket.write_all(request).await?;
    let mut header = [0; HEADER_LENGTH];
    socket.read_exact(&mut header).await?;
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    let body = length.checked_sub(HEADER_LENGTH).filter(|body| *body <= ANSWER_LENGTH_MAX);
    let (ANSWER, Some(body)) = (header[0], body) else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer to the first packet is not a PRELOGIN"));
    };
    let mut answer = vec![0; body];
    socket.read_exact(&mut answer).await?;
    Ok(answer)
}

/// Frames a message that fits one packet.
fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(HEADER_LENGTH + body.len()).expect("a PRELOGIN message is short");
    let mut packet = vec![kind, END_OF_MESSAGE];
    packet.extend(length.to_be_bytes());
    packet.extend([0, 0, 1, 0]);
    packet.extend(body);
    packet
}

/// Lists options with their places, then their values.
fn message(encryption: u8) -> Vec<u8> {
    let options: [(u8, &[u8]); 5] = [
        (VERSION, &[0; 6]),
        (ENCRYPTION, &[encryption]),
        // No instance, no thread, no multiple result sets at a time.
        (INSTANCE, &[0]),
        (THREAD, &[0; 4]),
        (MARS, &[0]),
    ];
    let mut message = Vec::new();
    let mut offset = options.len() * 5 + 1;
    for (option, value) in options {
        message.push(option);
        for number in [offset, value.len()] {
            message.extend(u16::try_from(number).expect("options are short").to_be_bytes());
        }
        offset += value.len();
    }
    message.push(TERMINATOR);
    options.iter().for_each(|(_, value)| message.extend(*value));
    message
}

/// Finds the encryption option of a PRELOGIN message.
fn encryption(message: &[u8]) -> Option<u8> {
    let mut entries = message.chunks_exact(5).take_while(|entry| entry[0] != TERMINATOR);
    let entry = entries.find(|entry| entry[0] == ENCRYPTION)?;
    message.get(usize::from(u16::from_be_bytes([entry[1], entry[2]]))).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encryption_option_is_written_and_found() {
        for level in [ENCRYPT_OFF, ENCRYPT_ON, ENCRYPT_NOT_SUPPORTED, ENCRYPT_REQUIRED] {
            assert_eq!(encryption(&message(level)), Some(level));
        }
        assert_eq!(encryption(&[]), None);
        assert_eq!(encryption(&[TERMINATOR]), None);
        // Its place lies beyond the message.
        assert_eq!(encryption(&[ENCRYPTION, 0, 200, 0, 1, TERMINATOR]), None);
    }
}
