//! The bytes at hand: a window of the script. What cannot be decided without the bytes after it waits for them, so that
//! where a script is cut decides nothing.

use super::fault::Fault;

/// The most bytes that anything may have to look ahead; what is longer than this is never a keyword, a command or a tag.
pub(super) const LOOK: usize = 512;

/// A window of the script.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    /// Where the window begins in the script.
    pub(super) base: u64,
    /// Whether the script ends with it.
    pub(super) last: bool,
}

/// Why the lexer goes no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// The next bytes decide.
    Wait,
    /// The script is wrong.
    Fault(Box<Fault>),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl Text<'_> {
    /// The script's offset of a place in the window.
    pub(super) fn offset(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// The byte at a place, `None` at the end of the script.
    pub(super) fn peek(&self, at: usize) -> Result<Option<u8>, Stop> {
        match self.bytes.get(at) {
            Some(byte) => Ok(Some(*byte)),
            None if self.last => Ok(None),
            None => Err(Stop::Wait),
        }
    }

    /// The first place from `at` on whose byte is no blank of the same line.
    pub(super) fn after_blanks(&self, mut at: usize) -> Result<usize, Stop> {
        while matches!(self.peek(at)?, Some(b' ' | b'\t' | b'\r' | 0x0b | 0x0c)) {
            at += 1;
        }
        Ok(at)
    }
}
