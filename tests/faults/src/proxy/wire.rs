//! As much of the protocols as it takes to see where a step ends and whether it was answered.

/// A protocol that the proxy knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// PostgreSQL, version 3 (postgresql.org/docs/current/protocol-message-formats.html).
    Postgres,
    /// MySQL and MariaDB (mariadb.com/kb/en/0-packet).
    Mysql,
}

/// What a client says.
pub(super) struct ClientSide {
    protocol: Protocol,
    /// PostgreSQL's first message has no type.
    has_started: bool,
}

impl ClientSide {
    pub(super) fn new(protocol: Protocol) -> Self {
        Self { protocol, has_started: false }
    }

    /// Returns the length of the next part that can be handed on as a whole, and whether it is a step.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Option<(usize, bool)> {
        match self.protocol {
            Protocol::Postgres if !self.has_started => {
                let length = big_endian(bytes.get(..4)?);
                let part = bytes.get(..length)?;
                self.has_started = true;
                Some((part.len(), false))
            }
            Protocol::Postgres => postgres_step(bytes),
            Protocol::Mysql => {
                let (length, sequence) = mysql_packet(bytes)?;
                // Every command starts its own sequence; what a login says goes on in the server's.
                Some((length, sequence == 0))
            }
        }
    }
}

/// Messages up to the one that the server answers: a query, or the end of a sequence.
fn postgres_step(bytes: &[u8]) -> Option<(usize, bool)> {
    let mut at = 0;
    loop {
        let message = *bytes.get(at)?;
        at += 1 + big_endian(bytes.get(at + 1..at + 5)?);
        bytes.get(..at)?;
        match message {
            b'Q' | b'S' => return Some((at, true)),
            // The login, and the goodbye.
            b'p' | b'X' => return Some((at, false)),
            _ => {}
        }
    }
}

/// What a server owes.
pub(super) struct ServerSide {
    protocol: Protocol,
    /// Messages of PostgreSQL's that say that it is ready for the next step.
    owed: i64,
    /// The start of a message whose rest has not come.
    rest: Vec<u8>,
    /// Whether the last step was a sequence, of which the transfer of data swallows the end.
    was_sequence: bool,
}

impl ServerSide {
    pub(super) fn new(protocol: Protocol) -> Self {
        // A login ends with such a message too.
        Self { protocol, owed: 1, rest: Vec::new(), was_sequence: false }
    }

    /// A step is on its way.
    pub(super) fn asked(&mut self, part: &[u8]) {
        self.owed += 1;
        self.was_sequence = part.first() != Some(&b'Q');
    }

    /// The server says something.
    pub(super) fn heard(&mut self, part: &[u8]) {
        if self.protocol != Protocol::Postgres {
            return;
        }
        self.rest.extend_from_slice(part);
        let mut at = 0;
        while let Some(header) = self.rest.get(at..at + 5) {
            let end = at + 1 + big_endian(&header[1..]);
            if self.rest.len() < end {
                break;
            }
            match header[0] {
                b'Z' => self.owed -= 1,
                // It reads data now, and ignores the end of the sequence.
                b'G' if self.was_sequence => self.owed -= 1,
                _ => {}
            }
            at = end;
        }
        self.rest.drain(..at);
    }

    /// Whether everything was answered; `None` where the protocol is not known well enough to tell.
    pub(super) fn is_complete(&self) -> Option<bool> {
        (self.protocol == Protocol::Postgres).then_some(self.owed <= 0)
    }
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// The length of a packet with its head, and its number in its sequence.
fn mysql_packet(bytes: &[u8]) -> Option<(usize, u8)> {
    let head = bytes.get(..4)?;
    let length = 4 + (usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16);
    bytes.get(..length)?;
    Some((length, head[3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[kind][..], &length.to_be_bytes(), body].concat()
    }

    #[test]
    fn postgres_steps_end_where_the_client_waits() {
        let mut side = ClientSide::new(Protocol::Postgres);
        let start = [&[0, 0, 0, 8][..], &[0, 3, 0, 0]].concat();
        let sequence = [message(b'B', b"x"), message(b'E', b""), message(b'S', b"")].concat();
        let query = message(b'Q', b"SELECT 1\0");
        assert_eq!(side.next(&start[..7]), None);
        assert_eq!(side.next(&start), Some((8, false)));
        assert_eq!(side.next(&message(b'p', b"secret")), Some((11, false)));
        assert_eq!(side.next(&sequence[..sequence.len() - 1]), None);
        assert_eq!(side.next(&[sequence.clone(), query.clone()].concat()), Some((sequence.len(), true)));
        assert_eq!(side.next(&query), Some((query.len(), true)));
    }

    #[test]
    fn postgres_is_ready_when_it_says_so() {
        let mut side = ServerSide::new(Protocol::Postgres);
        let ready = message(b'Z', b"I");
        side.heard(&ready[..3]);
        assert_eq!(side.is_complete(), Some(false));
        side.heard(&ready[3..]);
        assert_eq!(side.is_complete(), Some(true));
        side.asked(&message(b'B', b""));
        side.heard(&message(b'G', b"\0\0\0"));
        assert_eq!(side.is_complete(), Some(true), "the transfer has begun");
        side.asked(&message(b'd', b""));
        assert_eq!(side.is_complete(), Some(false));
        side.heard(&[message(b'C', b"COPY 1\0"), ready].concat());
        assert_eq!(side.is_complete(), Some(true));
    }

    #[test]
    fn mysql_commands_start_a_sequence() {
        let mut side = ClientSide::new(Protocol::Mysql);
        assert_eq!(side.next(&[2, 0, 0, 1, 9, 9]), Some((6, false)));
        assert_eq!(side.next(&[1, 0, 0, 0, 3]), Some((5, true)));
        assert_eq!(side.next(&[2, 0, 0, 0, 3]), None);
    }
}
