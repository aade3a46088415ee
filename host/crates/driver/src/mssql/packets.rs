//! The borders of packets in a stream that arrives in arbitrary cuts. What is in the packets is somebody else's business.

use std::io;

use super::prelogin::{END_OF_MESSAGE, HEADER_LENGTH};

/// Follows one direction of a stream.
#[derive(Debug, Default)]
pub(super) struct Packets {
    header: [u8; HEADER_LENGTH],
    header_filled: usize,
    body_left: usize,
}

/// What the next bytes of a stream of packets are.
#[derive(Debug)]
pub(super) enum Piece {
    /// Part of a header, which is complete with them or is not.
    Header { length: usize, is_complete: bool },
    /// Part of a body.
    Body { length: usize },
}

impl Packets {
    /// Takes the next piece off `bytes`, which are not empty.
    pub(super) fn next(&mut self, bytes: &[u8]) -> io::Result<Piece> {
        if self.body_left > 0 {
            let length = self.body_left.min(bytes.len());
            self.body_left -= length;
            return Ok(Piece::Body { length });
        }
        let length = (HEADER_LENGTH - self.header_filled).min(bytes.len());
        self.header[self.header_filled..][..length].copy_from_slice(&bytes[..length]);
        self.header_filled += length;
        let is_complete = self.header_filled == HEADER_LENGTH;
        if is_complete {
            self.header_filled = 0;
            let whole = usize::from(u16::from_be_bytes([self.header[2], self.header[3]]));
            let too_short = || io::Error::new(io::ErrorKind::InvalidData, "a packet is shorter than its header");
            self.body_left = whole.checked_sub(HEADER_LENGTH).ok_or_else(too_short)?;
        }
        Ok(Piece::Header { length, is_complete })
    }

    /// Whether the last piece was the end of a packet.
    pub(super) fn is_at_border(&self) -> bool {
        self.body_left == 0 && self.header_filled == 0
    }

    /// Whether the packet is its message's last.
    pub(super) fn is_last(&self) -> bool {
        self.header[1] & END_OF_MESSAGE != 0
    }

    /// Whether a header is cut.
    pub(super) fn is_in_header(&self) -> bool {
        self.header_filled > 0
    }

    /// Returns the type of the packet.
    pub(super) fn kind(&self) -> u8 {
        self.header[0]
    }

    /// Returns the number that the server gives the session.
    pub(super) fn process(&self) -> u16 {
        u16::from_be_bytes([self.header[4], self.header[5]])
    }
}
