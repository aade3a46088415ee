//! The lines of data that follow `COPY … FROM stdin;`. They are not SQL, and nothing in them is looked at but the line
//! `\.` that ends them.

use super::skip;
use super::text::{Stop, Text};

/// Data on its way.
#[derive(Debug)]
pub(super) enum CopyData {
    /// Between the terminator and the end of its line; the number of dashes seen, two begin a comment.
    Opening { dashes: u8 },
    /// In the lines. `inside`: the next byte does not begin one.
    Lines { start: u64, inside: bool },
}

/// What a window holds of the data.
pub(super) enum Progress {
    /// All of it up to this place.
    More(usize),
    /// The rest of it: the data's range, and the place after the end marker's line.
    Done { data: (u64, u64), next: usize },
    /// Something stands here that is neither blank nor comment nor on a line of its own.
    Stray,
}

impl CopyData {
    /// The state right after the terminator.
    pub(super) const START: Self = Self::Opening { dashes: 0 };

    /// Takes what it can of the window from `at` on.
    pub(super) fn step(&mut self, text: &Text<'_>, at: usize) -> Result<Progress, Stop> {
        match self {
            Self::Opening { dashes } => {
                match text.bytes[at] {
                    b'\n' => *self = Self::Lines { start: text.offset(at + 1), inside: false },
                    _ if *dashes >= 2 => {}
                    b'-' => *dashes += 1,
                    b' ' | b'\t' | b'\r' if *dashes == 0 => {}
                    _ => return Ok(Progress::Stray),
                }
                Ok(Progress::More(at + 1))
            }
            Self::Lines { start, inside } => {
                if !*inside && let Some(next) = end_marker(text, at)? {
                    return Ok(Progress::Done { data: (*start, text.offset(at)), next });
                }
                let newline = skip::find(&text.bytes[at..], b'\n');
                *inside = newline.is_none();
                Ok(Progress::More(newline.map_or(text.bytes.len(), |newline| at + newline + 1)))
            }
        }
    }

    /// Returns the data's range when the script ends at `end`.
    pub(super) fn finish(&self, end: u64) -> (u64, u64) {
        match *self {
            Self::Opening { .. } => (end, end),
            Self::Lines { start, .. } => (start, end),
        }
    }
}

/// The place after the line `\.`, if that is what begins at `at`.
fn end_marker(text: &Text<'_>, at: usize) -> Result<Option<usize>, Stop> {
    let mut next = at;
    for byte in [b'\\', b'.'] {
        if text.peek(next)? != Some(byte) {
            return Ok(None);
        }
        next += 1;
    }
    if text.peek(next)? == Some(b'\r') {
        next += 1;
    }
    Ok(match text.peek(next)? {
        None => Some(next),
        Some(b'\n') => Some(next + 1),
        Some(_) => None,
    })
}
