//! Where the splitter stands in a script. Counting happens byte by byte, so that a place never depends on how the script
//! was cut; it does not look at the text again.

/// A place in a script: offset from 0, line and column from 1, the column in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Place {
    /// The place before the first byte.
    pub(super) const START: Self = Self { offset: 0, line: 1, column: 1 };

    /// Returns the place after `byte`.
    pub(super) fn after(self, byte: u8) -> Self {
        let offset = self.offset + 1;
        match byte {
            b'\n' => Self { offset, line: self.line.saturating_add(1), column: 1 },
            // A continuation byte does not begin a character.
            0x80..=0xbf => Self { offset, ..self },
            _ => Self { offset, column: self.column.saturating_add(1), ..self },
        }
    }
}
