//! The lines of data that follow `COPY … FROM stdin;`. They are not SQL, and nothing in them is looked at but the line
//! `\.` that ends them.

use super::fault::Fault;
use super::place::Place;

/// Data on its way.
#[derive(Debug)]
pub(super) enum CopyData {
    /// Between the terminator and the end of its line; the number of dashes seen, two begin a comment.
    Opening { dashes: u8 },
    /// In the lines.
    Lines { start: u64, line_start: u64, marker: Marker },
}

/// How much of the end marker the current line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Nothing,
    Backslash,
    Whole,
    WholeAndReturn,
    Different,
}

impl CopyData {
    /// The state right after the terminator.
    pub(super) const START: Self = Self::Opening { dashes: 0 };

    /// Takes one byte, and returns the data's range when the end marker's line is complete with it.
    pub(super) fn step(&mut self, byte: u8, at: Place) -> Result<Option<(u64, u64)>, Fault> {
        let next = at.offset + 1;
        match self {
            Self::Opening { dashes } => match byte {
                b'\n' => *self = Self::Lines { start: next, line_start: next, marker: Marker::Nothing },
                _ if *dashes >= 2 => {}
                b'-' => *dashes += 1,
                b' ' | b'\t' | b'\r' if *dashes == 0 => {}
                _ => return Err(Fault::copy_line(at)),
            },
            Self::Lines { start, line_start, marker } => match (byte, *marker) {
                (b'\n', Marker::Whole | Marker::WholeAndReturn) => return Ok(Some((*start, *line_start))),
                (b'\n', _) => (*line_start, *marker) = (next, Marker::Nothing),
                (b'\\', Marker::Nothing) => *marker = Marker::Backslash,
                (b'.', Marker::Backslash) => *marker = Marker::Whole,
                (b'\r', Marker::Whole) => *marker = Marker::WholeAndReturn,
                _ => *marker = Marker::Different,
            },
        }
        Ok(None)
    }

    /// Returns the data's range when the script ends at `end`.
    pub(super) fn finish(&self, end: u64) -> (u64, u64) {
        match *self {
            Self::Opening { .. } => (end, end),
            Self::Lines { start, line_start, marker: Marker::Whole | Marker::WholeAndReturn } => (start, line_start),
            Self::Lines { start, .. } => (start, end),
        }
    }
}
