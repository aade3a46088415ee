//! Packets and the messages that they make up.

use std::io::{self, Read, Write};

/// Bytes before the body of a packet.
pub const HEADER_LENGTH: usize = 8;
/// The packet length before another one is agreed on.
pub const PACKET_LENGTH: usize = 4096;

/// Packet type of a statement.
pub const BATCH: u8 = 0x01;
/// Packet type of a call of a procedure, which statements with values are.
pub const RPC: u8 = 0x03;
/// Packet type of whatever a server sends.
pub const ANSWER: u8 = 0x04;
/// Packet type of a request to stop.
pub const ATTENTION: u8 = 0x06;
/// Packet type of a login.
pub const LOGIN: u8 = 0x10;
/// Packet type of the first exchange.
pub const PRELOGIN: u8 = 0x12;

const END_OF_MESSAGE: u8 = 0x01;

/// A message without the headers of its packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packets {
    /// The type of its packets.
    pub kind: u8,
    /// The server's number of the session; 0 from clients.
    pub process: u16,
    /// What the packets hold, one after another.
    pub body: Vec<u8>,
}

/// Reads one message. None: the other side hung up between messages.
pub fn read(stream: &mut impl Read) -> io::Result<Option<Packets>> {
    Ok(read_whole(stream)?.map(|(message, _)| message))
}

/// Reads one message, and returns its packets, too, as they came.
pub(crate) fn read_whole(stream: &mut impl Read) -> io::Result<Option<(Packets, Vec<u8>)>> {
    let (mut body, mut whole) = (Vec::new(), Vec::new());
    loop {
        let mut header = [0; HEADER_LENGTH];
        let first = stream.read(&mut header[..1])?;
        if first == 0 {
            return if whole.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        stream.read_exact(&mut header[1..])?;
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let Some(length) = length.checked_sub(HEADER_LENGTH) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a packet is shorter than its header"));
        };
        let start = body.len();
        body.resize(start + length, 0);
        stream.read_exact(&mut body[start..])?;
        whole.extend(header);
        whole.extend(&body[start..]);
        if header[1] & END_OF_MESSAGE != 0 {
            let process = u16::from_be_bytes([header[4], header[5]]);
            return Ok(Some((Packets { kind: header[0], process, body }, whole)));
        }
    }
}

impl Packets {
    /// Makes an answer.
    pub fn answer(process: u16, body: Vec<u8>) -> Self {
        Self { kind: ANSWER, process, body }
    }

    /// Cuts the message into packets.
    pub fn bytes(&self, packet_length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut pieces = self.body.chunks(packet_length - HEADER_LENGTH).peekable();
        let mut number = 1_u8;
        loop {
            let piece = pieces.next().unwrap_or_default();
            let is_last = pieces.peek().is_none();
            bytes.extend([self.kind, if is_last { END_OF_MESSAGE } else { 0 }]);
            bytes.extend(u16::try_from(HEADER_LENGTH + piece.len()).unwrap().to_be_bytes());
            bytes.extend(self.process.to_be_bytes());
            bytes.extend([number, 0]);
            bytes.extend(piece);
            number = number.wrapping_add(1);
            if is_last {
                return bytes;
            }
        }
    }

    /// Sends the message.
    pub fn write(&self, stream: &mut impl Write, packet_length: usize) -> io::Result<()> {
        stream.write_all(&self.bytes(packet_length))?;
        stream.flush()
    }
}

/// Finds an option of a PRELOGIN message: where its value is.
pub fn prelogin_option(body: &[u8], option: u8) -> Option<std::ops::Range<usize>> {
    const TERMINATOR: u8 = 0xff;
    let mut entries = body.chunks_exact(5).take_while(|entry| entry[0] != TERMINATOR);
    let entry = entries.find(|entry| entry[0] == option)?;
    let number = |at: usize| usize::from(u16::from_be_bytes([entry[at], entry[at + 1]]));
    let place = number(1)..number(1) + number(3);
    (place.end <= body.len()).then_some(place)
}

/// The PRELOGIN option that says who sends: its version.
pub const VERSION_OPTION: u8 = 0;
/// The PRELOGIN option that says what is encrypted.
pub const ENCRYPTION_OPTION: u8 = 1;
/// The PRELOGIN option that numbers the client's thread.
pub const THREAD_OPTION: u8 = 3;
/// The PRELOGIN option that numbers the client's attempts.
pub const TRACE_OPTION: u8 = 5;

/// Makes a server's PRELOGIN answer.
pub fn prelogin_answer(encryption: u8) -> Vec<u8> {
    let mut body = vec![VERSION_OPTION, 0, 11, 0, 6, ENCRYPTION_OPTION, 0, 17, 0, 1, 0xff];
    body.extend([16, 0, 0x10, 0x27, 0, 0, encryption]);
    body
}

#[test]
fn messages_survive_being_cut() {
    for length in [0, 1, 4088, 4089, 10_000] {
        let message = Packets::answer(51, vec![7; length]);
        let bytes = message.bytes(PACKET_LENGTH);
        assert_eq!(read(&mut bytes.as_slice()).unwrap(), Some(message));
    }
    assert_eq!(read(&mut [].as_slice()).unwrap(), None);
    assert!(read(&mut [4, 1, 0, 9].as_slice()).is_err());
}

#[test]
fn prelogin_options_are_found() {
    let answer = prelogin_answer(3);
    assert_eq!(answer[prelogin_option(&answer, ENCRYPTION_OPTION).unwrap()], [3]);
    assert_eq!(answer[prelogin_option(&answer, VERSION_OPTION).unwrap()], [16, 0, 0x10, 0x27, 0, 0]);
    assert_eq!(prelogin_option(&answer, THREAD_OPTION), None);
}
