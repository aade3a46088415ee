//! Where things stand in a script. Lines are counted when somebody asks, columns when something is wrong; what was asked
//! depends on the text only, never on how it was cut.

use super::skip;
use super::text::Text;

/// A place in a script: offset from 0, line and column from 1, the column in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// Counts forward through the windows of a script.
#[derive(Debug)]
pub(super) struct Counter {
    /// Where the script's first line begins: after a byte-order mark.
    origin: u64,
    /// Up to where lines are counted.
    counted: u64,
    line: u32,
    /// Characters that the current line has before the window.
    carried: u32,
}

impl Counter {
    pub(super) fn new() -> Self {
        Self { origin: 0, counted: 0, line: 1, carried: 0 }
    }

    /// The script begins with a byte-order mark of so many bytes.
    pub(super) fn skip_mark(&mut self, bytes: u64) {
        (self.origin, self.counted) = (bytes, bytes);
    }

    /// The line of a place that no earlier question was beyond.
    pub(super) fn line(&mut self, text: &Text<'_>, at: usize) -> u32 {
        let from = self.counted.saturating_sub(text.base);
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(at);
        self.line = self.line.saturating_add(skip::lines(&text.bytes[from..at]));
        self.counted = self.counted.max(text.offset(at));
        self.line
    }

    /// All of a place that no earlier question was beyond.
    pub(super) fn place(&mut self, text: &Text<'_>, at: usize) -> Place {
        let line = self.line(text, at);
        let start = usize::try_from(self.origin.saturating_sub(text.base)).unwrap_or(usize::MAX).min(at);
        let before = &text.bytes[start..at];
        let column = match before.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => skip::characters(&before[newline + 1..]),
            None => self.carried.saturating_add(skip::characters(before)),
        };
        Place { offset: text.offset(at), line, column: column.saturating_add(1) }
    }

    /// The window is left at `at`, where the next one begins.
    pub(super) fn leave(&mut self, text: &Text<'_>, at: usize) {
        self.carried = self.place(text, at).column - 1;
    }
}
