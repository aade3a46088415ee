//! Where the reader stands in a file: the place, the record, the quotes. `csv-core` cuts cells and says neither where they
//! stood nor whether a quote is open. This does not collect cells.

use noorm_guest::position::Position;
use noorm_guest::problem::Problem;

use crate::style::Style;

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing yet: line ends here are empty lines.
    Between,
    /// The first byte of a cell.
    Cell,
    /// A cell without quotes, in which a quote is a character like others.
    Plain,
    /// A cell in quotes.
    Quoted,
    /// After a quote in such a cell: its end, or the first of two.
    Quote,
    /// A line that is skipped.
    Comment,
}

/// Follows the bytes of a file, in chunks that are cut anywhere.
#[derive(Debug)]
pub(crate) struct Cursor {
    at: Position,
    state: State,
    record: Position,
    delimiter: u8,
    quote_mark: Option<u8>,
    comment: Option<u8>,
    quote: Position,
    /// For each cell of the record whether it stood in quotes, where that is asked for.
    quoted: Option<Vec<bool>>,
    /// Where the cells of the first record begin; later records are not looked at so closely.
    names: Vec<Position>,
    is_first: bool,
}

impl Cursor {
    /// Starts at a file's first byte, or behind its byte-order mark.
    pub(crate) fn new(offset: u64, style: &Style) -> Self {
        let at = Position { offset, line: 1, column: 1 };
        Self {
            at,
            state: State::Between,
            record: at,
            delimiter: style.delimiter,
            quote_mark: style.quote,
            comment: style.comment,
            quote: at,
            quoted: style.looks_at_cells().then(Vec::new),
            names: Vec::new(),
            is_first: true,
        }
    }

    /// Returns where the record begins that was read last.
    pub(crate) fn record(&self) -> Position {
        self.record
    }

    /// Returns where a cell of the first record begins, counted from 0.
    pub(crate) fn name(&self, cell: usize) -> Position {
        self.names.get(cell).copied().unwrap_or(self.record)
    }

    /// Returns whether a cell of the record that was read last stood in quotes.
    pub(crate) fn is_quoted(&self, cell: usize) -> bool {
        self.quoted.as_ref().and_then(|quoted| quoted.get(cell)).copied().unwrap_or(false)
    }

    /// Returns where the quote stands that is still open.
    pub(crate) fn open_quote(&self) -> Option<Position> {
        (self.state == State::Quoted).then_some(self.quote)
    }

    /// Takes the next bytes. Text after a closing quote is refused: `csv-core` would drop the quote and go on, which
    /// makes `5 disk"` of `"5" disk"`.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        for byte in bytes {
            self.step(*byte)?;
            self.at = after(self.at, *byte);
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<(), Problem> {
        let is_end = matches!(byte, b'\r' | b'\n');
        let is_quote = self.quote_mark == Some(byte);
        if self.state == State::Between && !is_end {
            if self.comment == Some(byte) {
                self.state = State::Comment;
                return Ok(());
            }
            self.record = self.at;
            self.state = State::Cell;
            if let Some(quoted) = &mut self.quoted {
                quoted.clear();
            }
            self.begin_cell(self.at);
        }
        self.state = match self.state {
            State::Quoted if is_quote => State::Quote,
            State::Quote if is_quote => State::Quoted,
            State::Quoted => State::Quoted,
            State::Between => State::Between,
            State::Comment if byte == b'\n' => State::Between,
            State::Comment => State::Comment,
            _ if byte == self.delimiter => {
                self.begin_cell(after(self.at, byte));
                State::Cell
            }
            _ if is_end => {
                self.is_first = false;
                State::Between
            }
            State::Cell if is_quote => {
                self.quote = self.at;
                if let Some(last) = self.quoted.as_mut().and_then(|quoted| quoted.last_mut()) {
                    *last = true;
                }
                State::Quoted
            }
            State::Quote => return Err(self.stray()),
            State::Cell | State::Plain => State::Plain,
        };
        Ok(())
    }

    fn begin_cell(&mut self, at: Position) {
        if self.is_first {
            self.names.push(at);
        }
        if let Some(quoted) = &mut self.quoted {
            quoted.push(false);
        }
    }

    fn stray(&self) -> Problem {
        Problem::new("stray-quote", "the quoted cell ends before this character, and the next one has not begun")
            .at(self.at)
            .help("double a quote that is part of the cell")
    }
}

fn after(at: Position, byte: u8) -> Position {
    let offset = at.offset + 1;
    match byte {
        b'\n' => Position { offset, line: at.line.saturating_add(1), column: 1 },
        // A continuation byte does not begin a character.
        0x80..=0xbf => Position { offset, ..at },
        _ => Position { offset, column: at.column.saturating_add(1), ..at },
    }
}
