//! Collects rows into the flat batches of `noorm:loader/rows`.

use crate::linked_rows::exports::noorm::loader::rows::Batch as LinkedBatch;
use crate::rows::exports::noorm::loader::rows::Batch;

/// Rows on their way to the host, bounded by the limits that the host gave.
#[derive(Debug)]
pub struct BatchBuilder {
    max_rows: u32,
    max_bytes: usize,
    rows: u32,
    text: Vec<u8>,
    ends: Vec<u32>,
    nulls: Vec<u32>,
}

impl BatchBuilder {
    /// Starts an empty batch. Limits are rows and bytes of text.
    pub fn new(max_rows: u32, max_bytes: u32) -> Self {
        Self {
            max_rows: max_rows.max(1),
            max_bytes: max_bytes as usize,
            rows: 0,
            text: Vec::new(),
            ends: Vec::new(),
            nulls: Vec::new(),
        }
    }

    /// Adds one row. `ends` are the ends of its cells in `text`, counted from the row's first byte.
    pub fn push_row(&mut self, text: &[u8], ends: &[usize]) {
        let base = self.text.len();
        self.text.extend_from_slice(text);
        self.ends.extend(ends.iter().map(|end| u32::try_from(base + end).unwrap_or(u32::MAX)));
        self.rows += 1;
    }

    /// Adds one row in which the cells of these indexes are null. They are empty in `text`, and ascending.
    pub fn push_row_with_nulls(&mut self, text: &[u8], ends: &[usize], nulls: &[usize]) {
        let first = self.ends.len();
        self.nulls.extend(nulls.iter().map(|null| u32::try_from(first + null).unwrap_or(u32::MAX)));
        self.push_row(text, ends);
    }

    /// Whether a row of so many bytes of text may follow. Where it may not, hand the batch over first: a batch may be
    /// larger than its limit only if it is one row.
    pub fn has_room_for(&self, text_len: usize) -> bool {
        self.rows == 0 || (self.rows < self.max_rows && self.text.len() + text_len <= self.max_bytes)
    }

    /// Hands over the rows collected so far; `None` when there are none.
    pub fn take(&mut self) -> Option<Batch> {
        if self.rows == 0 {
            return None;
        }
        let rows = std::mem::take(&mut self.rows);
        let text = std::mem::take(&mut self.text);
        let ends = std::mem::take(&mut self.ends);
        let nulls = std::mem::take(&mut self.nulls);
        Some(Batch { rows, text, ends, nulls })
    }

    /// Does the same in a loader that reads other files of the project.
    pub fn take_linked(&mut self) -> Option<LinkedBatch> {
        let Batch { rows, text, ends, nulls } = self.take()?;
        Some(LinkedBatch { rows, text, ends, nulls })
    }
}
