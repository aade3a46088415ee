//! Batches of rows, checked cell by cell and turned into values.
//!
//! A batch is three lists that have to agree. What does not agree is the guest's fault, and nothing is
//! read past what was checked.

use std::collections::BTreeSet;

use noorm_core::value::Value;

use crate::bindings::rows::exports::noorm::loader::rows::Batch;

/// Rows of one batch.
pub(crate) const BATCH_ROWS_MAX: u32 = 1024;

/// Bytes of text of one batch, unless one row alone is longer.
pub(crate) const BATCH_BYTES_MAX: u32 = 256 * 1024;

/// The rows so far, under their columns.
pub(crate) struct Table {
    columns: Vec<String>,
    names_len: usize,
    rows: Vec<Value>,
}

impl Table {
    /// Starts a table. Rows become maps, so two columns cannot share a name.
    pub(crate) fn new(columns: Vec<String>) -> Result<Self, String> {
        if columns.is_empty() {
            return Err("rows without columns".to_owned());
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = columns.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(format!("two columns named {twice:?}"));
        }
        let names_len = columns.iter().map(String::len).sum();
        Ok(Self { columns, names_len, rows: Vec::new() })
    }

    /// Returns the bytes that a batch will take on this side, as far as its own numbers say.
    pub(crate) fn cost(&self, batch: &Batch) -> u64 {
        let row = size_of::<Value>() + self.columns.len() * size_of::<(String, Value)>() + self.names_len;
        // A batch that claims more rows than it may is refused by `take`.
        let rows = u64::from(batch.rows.clamp(1, BATCH_ROWS_MAX)).saturating_mul(row as u64);
        rows.saturating_add(batch.text.len() as u64)
    }

    /// Adds a batch, or says what is wrong with it and adds none of it.
    pub(crate) fn take(&mut self, batch: &Batch) -> Result<(), String> {
        let cells = check(batch, self.columns.len())?;
        let mut nulls = batch.nulls.iter().map(|null| *null as usize).peekable();
        let mut cells = cells.into_iter().enumerate();
        for _ in 0..batch.rows {
            let row = self.columns.iter().zip(cells.by_ref()).map(|(column, (index, text))| {
                let is_null = nulls.next_if_eq(&index).is_some();
                let value = if is_null { Value::Null } else { Value::Text(text.to_owned()) };
                (column.clone(), value)
            });
            self.rows.push(Value::Map(row.collect()));
        }
        Ok(())
    }

    pub(crate) fn into_rows(self) -> Vec<Value> {
        self.rows
    }
}

/// Returns the cells of a batch, once its lists agree with each other.
fn check(batch: &Batch, columns: usize) -> Result<Vec<&str>, String> {
    let (rows, text_len) = (batch.rows, batch.text.len());
    if rows == 0 {
        return Err("a batch without rows".to_owned());
    }
    if rows > BATCH_ROWS_MAX {
        return Err(format!("a batch of {rows} rows where {BATCH_ROWS_MAX} were asked for"));
    }
    if rows > 1 && text_len > BATCH_BYTES_MAX as usize {
        return Err(format!("a batch of {text_len} bytes where {BATCH_BYTES_MAX} were asked for"));
    }
    let cells = rows as usize * columns;
    if batch.ends.len() != cells {
        return Err(format!("{} cells for {rows} rows of {columns} columns", batch.ends.len()));
    }
    let text = str::from_utf8(&batch.text).map_err(|error| format!("cells are not UTF-8: {error}"))?;
    let mut start = 0;
    let mut taken = Vec::with_capacity(cells);
    for end in &batch.ends {
        let end = *end as usize;
        let cell =
            text.get(start..end).ok_or_else(|| format!("a cell {start}..{end} in a text of {text_len} bytes"))?;
        taken.push(cell);
        start = end;
    }
    if start != text_len {
        return Err(format!("cells end at byte {start} of {text_len}"));
    }
    let ascending = batch.nulls.windows(2).all(|pair| pair[0] < pair[1]);
    let empty = batch.nulls.iter().all(|null| taken.get(*null as usize).is_some_and(|c| c.is_empty()));
    if !ascending || !empty {
        return Err("nulls that are not ascending, or not empty cells".to_owned());
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(rows: u32, text: &str, ends: &[u32], nulls: &[u32]) -> Batch {
        Batch { rows, text: text.into(), ends: ends.into(), nulls: nulls.into() }
    }

    fn table() -> Table {
        Table::new(vec!["a".into(), "b".into()]).expect("two columns")
    }

    #[test]
    fn cells_become_rows() {
        let mut table = table();
        table.take(&batch(2, "1xé", &[1, 2, 4, 4], &[3])).expect("lists agree");
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(
            table.into_rows(),
            [
                Value::Map(vec![("a".into(), text("1")), ("b".into(), text("x"))]),
                Value::Map(vec![("a".into(), text("é")), ("b".into(), Value::Null)]),
            ]
        );
    }

    #[test]
    fn lists_that_disagree_are_refused() {
        let bad = [
            batch(0, "", &[], &[]),
            batch(u32::MAX, "", &[], &[]),
            batch(1, "ab", &[1], &[]),
            batch(1, "ab", &[2, 1], &[]),
            batch(1, "ab", &[1, 3], &[]),
            batch(1, "abc", &[1, 2], &[]),
            batch(1, "é", &[1, 2], &[]),
            batch(1, "a", &[1, 1], &[0]),
            batch(1, "a", &[1, 1], &[2]),
            batch(1, "", &[0, 0], &[1, 0]),
            batch(1, "", &[0, 0], &[1, 1]),
            batch(1, "", &[0, u32::MAX], &[]),
        ];
        for batch in bad {
            let mut table = table();
            assert!(table.take(&batch).is_err(), "{batch:?}");
            assert!(table.into_rows().is_empty());
        }
        let not_text = Batch { rows: 1, text: vec![0xff], ends: vec![0, 1], nulls: Vec::new() };
        assert!(table().take(&not_text).is_err());
    }

    #[test]
    fn columns_have_names_of_their_own() {
        assert!(Table::new(Vec::new()).is_err());
        assert!(Table::new(vec!["a".into(), "a".into()]).is_err());
    }
}
