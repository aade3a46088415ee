//! Follows the tokens of an answer, which arrives in arbitrary cuts, past the rows between them.

use super::columns::{Body, Length, Reader, Stop, body, column, type_info};
use super::messages::Message;

/// More columns than any server sends. Beyond it, a description is not one.
const COLUMNS_MAX: usize = 4096;

/// What a server says about a feature is some bytes long, and is waited for as a whole.
const FEATURE_LENGTH_MAX: u64 = 64 * 1024;

/// The first version of the protocol with row counts of eight bytes.
const VERSION_MIN: u8 = 0x72;

const DONE_COUNT: usize = 0x10;
const DONE_ATTENTION: usize = 0x20;
const COMMAND_SELECT: usize = 0xc1;

/// What an answer says that somebody here wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// A transaction was opened, or ended.
    Transaction(bool),
    /// An error.
    Error(Message),
    /// A message that is no error.
    Info(Message),
    /// A statement that changed so many rows.
    Changed(u64),
    /// A statement that returned so many rows.
    Returned(u64),
    /// The request was stopped because it was asked for.
    Stopped,
}

/// Follows one answer at a time.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    /// What arrived and is too short to be understood.
    rest: Vec<u8>,
    /// How much of a value is still to come.
    skip: u64,
    /// Whether a value comes in chunks.
    in_chunks: bool,
    columns: Vec<Length>,
    /// The next column of a row.
    column: Option<usize>,
    /// Which columns of the row are null, one bit each; empty if the row does not say.
    nulls: Vec<u8>,
    /// A value that stands alone.
    value: Option<Length>,
    unknown: Option<u8>,
}

impl Scanner {
    /// Starts a new answer.
    pub(super) fn start(&mut self) {
        *self = Self::default();
    }

    /// Returns the byte that made no sense, after which nothing of this answer is understood.
    pub(super) fn unknown(&self) -> Option<u8> {
        self.unknown
    }

    /// Reads on.
    pub(super) fn feed(&mut self, bytes: &[u8], listener: &mut impl FnMut(Said)) {
        if self.unknown.is_some() {
            return;
        }
        let mut rest = std::mem::take(&mut self.rest);
        rest.extend(bytes);
        let mut at = 0;
        loop {
            let left = rest.len() - at;
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(left);
            self.skip -= skipped as u64;
            at += skipped;
            if at == rest.len() {
                break;
            }
            let mut reader = Reader::new(&rest[at..]);
            match self.step(&mut reader, listener) {
                Ok(()) => at += reader.read(),
                Err(Stop::Incomplete) => break,
                Err(Stop::Unknown(byte)) => {
                    self.unknown = Some(byte);
                    return;
                }
            }
        }
        rest.drain(..at);
        self.rest = rest;
    }

    /// Reads one thing. Nothing changes if it is incomplete.
    fn step(&mut self, reader: &mut Reader<'_>, listener: &mut impl FnMut(Said)) -> Result<(), Stop> {
        if self.in_chunks {
            self.skip = reader.long()?;
            self.in_chunks = self.skip > 0;
            return Ok(());
        }
        if let Some(length) = self.value {
            self.pass(length, reader)?;
            self.value = None;
            return Ok(());
        }
        if let Some(index) = self.column {
            let Some(length) = self.columns.get(index).copied() else {
                self.column = None;
                return Ok(());
            };
            let is_null = self.nulls.get(index / 8).is_some_and(|bits| bits >> (index % 8) & 1 == 1);
            if !is_null {
                self.pass(length, reader)?;
            }
            self.column = Some(index + 1);
            return Ok(());
        }
        self.token(reader, listener)
    }

    fn pass(&mut self, length: Length, reader: &mut Reader<'_>) -> Result<(), Stop> {
        match body(length, reader)? {
            Body::Bytes(bytes) => self.skip = bytes,
            Body::Chunks => self.in_chunks = true,
        }
        Ok(())
    }

    fn token(&mut self, reader: &mut Reader<'_>, listener: &mut impl FnMut(Said)) -> Result<(), Stop> {
        let token = reader.byte()?;
        match token {
            // COLMETADATA
            0x81 => self.columns = columns(reader)?,
            // ROW
            0xd1 => {
                self.column = Some(0);
                self.nulls.clear();
            }
            // NBCROW
            0xd2 => {
                self.nulls = reader.take(self.columns.len().div_ceil(8))?.to_vec();
                self.column = Some(0);
            }
            // RETURNVALUE: number, name, status, type of the user's, flags
            0xac => {
                reader.take(2)?;
                reader.short_text()?;
                reader.take(1 + 4 + 2)?;
                self.value = Some(type_info(reader)?);
            }
            // RETURNSTATUS, OFFSET
            0x79 | 0x78 => self.skip = 4,
            // TABNAME, COLINFO, ORDER, SSPI
            0xa4 | 0xa5 | 0xa9 | 0xed => self.skip = reader.short()? as u64,
            // SESSIONSTATE, FEDAUTHINFO
            0xe4 | 0xee => self.skip = reader.long()?,
            // FEATUREEXTACK
            0xae => while feature(reader)? {},
            0xad => login(counted(reader)?)?,
            0xe3 => {
                if let Some(said) = environment(counted(reader)?) {
                    listener(said);
                }
            }
            0xaa => listener(Said::Error(message(counted(reader)?)?)),
            0xab => listener(Said::Info(message(counted(reader)?)?)),
            0xfd..=0xff => done(reader, listener)?,
            unknown => return Err(Stop::Unknown(unknown)),
        }
        Ok(())
    }
}

fn counted<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Stop> {
    let length = reader.short()?;
    reader.take(length)
}

fn columns(reader: &mut Reader<'_>) -> Result<Vec<Length>, Stop> {
    const NONE: usize = 0xffff;
    match reader.short()? {
        NONE => Ok(Vec::new()),
        count if count > COLUMNS_MAX => Err(Stop::Unknown(0x81)),
        count => (0..count).map(|_| column(reader)).collect(),
    }
}

fn feature(reader: &mut Reader<'_>) -> Result<bool, Stop> {
    const TERMINATOR: u8 = 0xff;
    if reader.byte()? == TERMINATOR {
        return Ok(false);
    }
    let length = reader.long()?;
    if length > FEATURE_LENGTH_MAX {
        return Err(Stop::Unknown(0xae));
    }
    reader.take(usize::try_from(length).map_err(|_| Stop::Unknown(0xae))?).map(|_| true)
}

/// Reads LOGINACK: interface, version, and more.
fn login(body: &[u8]) -> Result<(), Stop> {
    match body.get(1) {
        Some(version) if *version >= VERSION_MIN => Ok(()),
        _ => Err(Stop::Unknown(0xad)),
    }
}

/// Reads ENVCHANGE.
fn environment(body: &[u8]) -> Option<Said> {
    match body.first()? {
        // begun, enlisted in a distributed one
        8 | 11 => Some(Said::Transaction(true)),
        // committed, rolled back, left to a distributed one, ended
        9 | 10 | 12 | 17 => Some(Said::Transaction(false)),
        _ => None,
    }
}

/// A body that ends before its message does will not get longer: it was counted.
fn message(body: &[u8]) -> Result<Message, Stop> {
    Message::read(body).map_err(|_| Stop::Unknown(0xaa))
}

fn done(reader: &mut Reader<'_>, listener: &mut impl FnMut(Said)) -> Result<(), Stop> {
    let (status, command, rows) = (reader.short()?, reader.short()?, reader.longest()?);
    if status & DONE_COUNT != 0 {
        listener(if command == COMMAND_SELECT { Said::Returned(rows) } else { Said::Changed(rows) });
    }
    if status & DONE_ATTENTION != 0 {
        listener(Said::Stopped);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_arrives_is_fatal() {
        let mut random = 1_u64;
        let tokens = [0x81, 0xd1, 0xd2, 0xac, 0x79, 0xa9, 0xe4, 0xae, 0xad, 0xe3, 0xaa, 0xab, 0xfd, 0xff];
        for _ in 0..20_000 {
            let mut scanner = Scanner::default();
            let mut heard = 0;
            for _ in 0..8 {
                let bytes: Vec<u8> = (0..12)
                    .map(|_| {
                        // The generator of Knuth's MMIX; its high bits are the better ones.
                        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                        let [.., byte] = (random >> 33).to_be_bytes();
                        // Small numbers and tokens lead further in than any byte would.
                        if byte < 128 { byte % 4 } else { tokens[usize::from(byte) % tokens.len()] }
                    })
                    .collect();
                scanner.feed(&bytes, &mut |_| heard += 1);
            }
            assert!(scanner.rest.len() <= 96 && heard <= 96);
        }
    }

    #[test]
    fn what_is_too_long_or_too_old_is_not_waited_for() {
        let check = |bytes: &[u8], expected: Option<u8>| {
            let mut scanner = Scanner::default();
            scanner.feed(bytes, &mut |said| panic!("{said:?}"));
            assert_eq!(scanner.unknown(), expected, "{bytes:x?}");
        };
        check(&[0xae, 1, 0, 0, 2, 0], Some(0xae));
        check(&[0xae, 1, 1, 0, 0, 0, 7, 0xff], None);
        check(&[0x81, 0, 0x20], Some(0x81));
        // Version 7.1, of SQL Server 2000.
        check(&[0xad, 5, 0, 1, 0x71, 0, 0, 1], Some(0xad));
        check(&[0xad, 5, 0, 1, 0x74, 0, 0, 4], None);
        check(&[0xaa, 2, 0, 1, 2], Some(0xaa));
    }
}
