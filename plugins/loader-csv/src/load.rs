//! Reads rows from chunks that are cut anywhere.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};

use csv_core::{ReadRecordResult, Reader as Machine, ReaderBuilder};
use noorm_guest::batch::BatchBuilder;
use noorm_guest::problem::Problem;
use noorm_guest::rows::exports::noorm::loader::rows::{Batch, Guest, GuestReader, Opening, Reader};
use noorm_guest::rows::noorm::types::report::Failure;

use crate::Plugin;
use crate::cursor::Cursor;
use crate::style::Style;

/// The UTF-8 byte-order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

impl Guest for Plugin {
    type Reader = CsvReader;
}

/// One file on its way through.
#[derive(Debug)]
pub struct CsvReader {
    path: String,
    rows: RefCell<Rows>,
}

impl GuestReader for CsvReader {
    fn open(opening: Opening) -> Result<Reader, Failure> {
        let style = Style::read(&opening.options).map_err(|problem| problem.into_rows_failure(&opening.path))?;
        let rows = Rows::new(style, opening.max_batch_rows, opening.max_batch_bytes);
        Ok(Reader::new(Self { path: opening.path, rows: RefCell::new(rows) }))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<(), Failure> {
        self.rows.borrow_mut().push(&chunk).map_err(|problem| problem.into_rows_failure(&self.path))
    }

    fn finish(&self) -> Result<(), Failure> {
        self.rows.borrow_mut().finish().map_err(|problem| problem.into_rows_failure(&self.path))
    }

    fn columns(&self) -> Option<Vec<String>> {
        self.rows.borrow().columns()
    }

    fn next(&self) -> Result<Option<Batch>, Failure> {
        Ok(self.rows.borrow_mut().take())
    }
}

/// A row whose cells were looked at.
struct Cells {
    text: String,
    ends: Vec<usize>,
    nulls: Vec<usize>,
}

/// The state between two chunks.
#[derive(Debug)]
pub struct Rows {
    style: Style,
    machine: Machine,
    cursor: Cursor,
    /// Bytes of the record that is being read, and the ends of its cells.
    record: Vec<u8>,
    ends: Vec<usize>,
    record_len: usize,
    ends_len: usize,
    /// What may be the beginning of a byte-order mark; `None` once that is settled.
    mark: Option<Vec<u8>>,
    columns: Option<Vec<String>>,
    batch: BatchBuilder,
    ready: VecDeque<Batch>,
}

impl Rows {
    /// Starts a file. Limits are rows and bytes of text in one batch.
    pub fn new(style: Style, max_rows: u32, max_bytes: u32) -> Self {
        let mut machine = ReaderBuilder::new()
            .delimiter(style.delimiter)
            .quote(style.quote.unwrap_or(b'"'))
            .quoting(style.quote.is_some())
            .comment(style.comment)
            .build();
        // The machine looks for a byte-order mark in what it is given first, and misses one that is cut. Asked once
        // without room for an answer it takes nothing, and looks no more. A letter never means anything.
        let _ = machine.read_record(b"x", &mut [], &mut []);
        Self {
            machine,
            cursor: Cursor::new(0, &style),
            style,
            record: vec![0; 1024],
            ends: vec![0; 64],
            record_len: 0,
            ends_len: 0,
            mark: Some(Vec::new()),
            columns: None,
            batch: BatchBuilder::new(max_rows, max_bytes),
            ready: VecDeque::new(),
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Problem> {
        let Some(mut held) = self.mark.take() else {
            return self.feed(chunk);
        };
        held.extend_from_slice(chunk);
        if held.len() < MARK.len() && MARK.starts_with(&held) {
            self.mark = Some(held);
            return Ok(());
        }
        match held.strip_prefix(MARK) {
            Some(rest) => {
                self.cursor = Cursor::new(MARK.len() as u64, &self.style);
                self.feed(rest)
            }
            None => self.feed(&held),
        }
    }

    /// No more bytes will come.
    pub fn finish(&mut self) -> Result<(), Problem> {
        if let Some(held) = self.mark.take() {
            self.feed(&held)?;
        }
        if let Some(at) = self.cursor.open_quote() {
            let problem = Problem::new("open-quote", "a quoted cell begins here and does not end").at(at);
            return Err(problem.help("close the quote, or double it to mean a quote"));
        }
        // The machine takes an empty input as the end, once for the last record and once more for the end itself.
        while !matches!(self.read(&[])?.0, ReadRecordResult::End) {}
        self.columns.get_or_insert_default();
        self.ready.extend(self.batch.take());
        Ok(())
    }

    /// Returns the names of the columns, once they are known.
    pub fn columns(&self) -> Option<Vec<String>> {
        self.columns.clone()
    }

    /// Hands over a batch, if one is ready.
    pub fn take(&mut self) -> Option<Batch> {
        self.ready.pop_front()
    }

    /// An empty chunk is not the end: the machine must not see it.
    fn feed(&mut self, mut input: &[u8]) -> Result<(), Problem> {
        while !input.is_empty() {
            let (_, read) = self.read(input)?;
            input = &input[read..];
        }
        Ok(())
    }

    /// Lets the machine read until a record ends, the input does, or it needs more room.
    fn read(&mut self, input: &[u8]) -> Result<(ReadRecordResult, usize), Problem> {
        let (result, read, wrote, ended) =
            self.machine.read_record(input, &mut self.record[self.record_len..], &mut self.ends[self.ends_len..]);
        self.cursor.take(&input[..read])?;
        self.record_len += wrote;
        self.ends_len += ended;
        match result {
            ReadRecordResult::OutputFull => self.record.resize(self.record.len() * 2, 0),
            ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            ReadRecordResult::Record => self.row()?,
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
        }
        Ok((result, read))
    }

    fn row(&mut self) -> Result<(), Problem> {
        let ends = &self.ends[..self.ends_len];
        let text = std::str::from_utf8(&self.record[..self.record_len]).ok();
        // Two halves of a character in two cells are not text, though together they are.
        let Some(text) = text.filter(|text| ends.iter().all(|end| text.is_char_boundary(*end))) else {
            return Err(self.problem("invalid-utf8", "this row is not valid UTF-8").help("save the file as UTF-8"));
        };
        let columns = match &self.columns {
            Some(columns) => columns.len(),
            None if self.style.has_header => {
                self.columns = Some(self.header(text, ends)?);
                (self.record_len, self.ends_len) = (0, 0);
                return Ok(());
            }
            None => {
                self.columns = Some((1..=ends.len()).map(|number| format!("c{number}")).collect());
                ends.len()
            }
        };
        if columns != ends.len() {
            return Err(self.ragged(ends.len(), columns));
        }
        if !self.batch.has_room_for(text.len()) {
            self.ready.extend(self.batch.take());
        }
        if self.style.looks_at_cells() {
            let cells = self.cells(text, ends)?;
            self.batch.push_row_with_nulls(cells.text.as_bytes(), &cells.ends, &cells.nulls);
        } else {
            self.batch.push_row(text.as_bytes(), ends);
        }
        (self.record_len, self.ends_len) = (0, 0);
        Ok(())
    }

    /// Looks at each cell of a row: which are null, and what is left of those without quotes.
    fn cells(&self, text: &str, ends: &[usize]) -> Result<Cells, Problem> {
        let mut cells = Cells { text: String::with_capacity(text.len()), ends: Vec::new(), nulls: Vec::new() };
        let mut start = 0;
        for (index, end) in ends.iter().enumerate() {
            let mut cell = &text[start..*end];
            start = *end;
            if !self.cursor.is_quoted(index) {
                if self.style.is_trimmed {
                    cell = cell.trim_matches([' ', '\t']);
                    if self.style.quote.is_some_and(|quote| cell.as_bytes().first() == Some(&quote)) {
                        let message =
                            format!("in cell {} a quote stands behind blanks, where it opens nothing", index + 1);
                        return Err(self.problem("stray-quote", message).help("take the blanks before it away"));
                    }
                }
                if self.style.null.as_deref() == Some(cell) {
                    cells.nulls.push(index);
                    cell = "";
                }
            }
            cells.text.push_str(cell);
            cells.ends.push(cells.text.len());
        }
        Ok(cells)
    }

    fn ragged(&self, found: usize, expected: usize) -> Problem {
        let what = if self.style.has_header { "the first line names" } else { "the first row has" };
        let message = format!("this row has {found} cells and {what} {expected}");
        let help = match self.style.quote {
            Some(_) => "add or remove cells; a cell with a delimiter in it stands in quotes",
            None => "add or remove cells",
        };
        self.problem("ragged-row", message).help(help)
    }

    fn header(&self, text: &str, ends: &[usize]) -> Result<Vec<String>, Problem> {
        let mut columns: Vec<String> = Vec::with_capacity(ends.len());
        let mut seen = HashSet::with_capacity(ends.len());
        let mut start = 0;
        for (index, end) in ends.iter().enumerate() {
            let name = text[start..*end].trim();
            start = *end;
            let at = self.cursor.name(index);
            if name.is_empty() {
                let problem = Problem::new("empty-column", format!("column {} has no name", index + 1)).at(at);
                return Err(problem.help("the first line names the columns"));
            }
            if !seen.insert(name) {
                let problem = Problem::new("duplicate-column", format!("two columns are called `{name}`")).at(at);
                return Err(problem.help("rename one of them"));
            }
            columns.push(name.to_owned());
        }
        Ok(columns)
    }

    fn problem(&self, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::new(code, message).at(self.cursor.record())
    }
}

#[cfg(test)]
// Said, so that a guest of the tests can take this module over.
#[path = "load/tests.rs"]
mod tests;
