//! Bytes → tokens of the statement that is being read, and the pieces that are complete with them. The state holds no more
//! than one dollar tag and one delimiter, so a script of any size needs no memory.
//!
//! Most bytes are skipped: those of quotes and comments eight at a time, those of statements of which enough has been seen
//! a word at a time.

use super::copy::{CopyData, Progress};
use super::fault::Fault;
use super::place::{Counter, Place};
use super::statement::Statement;
use super::syntax::{Ends, Quote, Syntax};
use super::table::{self, Table, class};
use super::text::{LOOK, Stop, Text};
use crate::dialect::exports::noorm::dialect::script::Piece;

/// Where the lexer is.
#[derive(Debug)]
pub(super) enum State {
    Ground,
    /// In a word that is too long to matter.
    LongWord,
    LineComment,
    /// The rest of a line that is skipped.
    SkippedLine,
    BlockComment {
        depth: u32,
    },
    Quoted(Quote),
    /// In a dollar-quoted string.
    DollarBody,
    Copy(CopyData),
}

/// The lexer, and what it has found.
#[derive(Debug)]
pub(super) struct Lexer {
    pub(super) syntax: Syntax,
    pub(super) state: State,
    pub(super) statement: Statement,
    pub(super) counter: Counter,
    pub(super) table: Table,
    /// What is quoted now.
    pub(super) quotes: &'static [Quote],
    pub(super) delimiter: Vec<u8>,
    /// The delimiter of the dollar-quoted string.
    pub(super) tag: Vec<u8>,
    /// Where the quote or comment of the state began: its offset, and its place once its window is left.
    pub(super) opened: (u64, Option<Place>),
    /// How many comments that are code are open.
    pub(super) code: u32,
    /// Whether nothing but blanks precedes on the line.
    pub(super) line_clear: bool,
    /// Whether a short word can matter in any statement.
    heeds_short_words: bool,
    /// Whether the shell's commands matter within a statement.
    heeds_marks: bool,
    /// Where the current piece begins, and its line.
    pub(super) begin: (u64, u32),
    pub(super) pieces: Vec<Piece>,
}

impl Lexer {
    pub(super) fn new(syntax: &Syntax) -> Self {
        let delimiter = b";".to_vec();
        Self {
            syntax: *syntax,
            state: State::Ground,
            statement: Statement::new(),
            counter: Counter::new(),
            table: Table::new(syntax, syntax.quotes, &delimiter),
            quotes: syntax.quotes,
            delimiter,
            tag: Vec::new(),
            opened: (0, None),
            code: 0,
            line_clear: true,
            heeds_short_words: syntax.escape_strings || matches!(syntax.ends, Ends::Line(_)),
            heeds_marks: !table::marks_begin_statements(&syntax.client),
            begin: (0, 1),
            pieces: Vec::new(),
        }
    }

    /// Takes what it can of a window, and returns how much that was. It leaves less than [`LOOK`] bytes and a few, none of
    /// the last window.
    pub(super) fn run(&mut self, text: &Text<'_>) -> Result<usize, Fault> {
        let mut at = 0;
        while at < text.bytes.len() {
            if matches!(self.state, State::Ground) {
                at = self.skip(text, at);
                if at == text.bytes.len() {
                    break;
                }
            }
            at = match self.step(text, at) {
                Ok(next) => next,
                Err(Stop::Wait) => break,
                Err(Stop::Fault(fault)) => return Err(*fault),
            };
        }
        self.leave(text, at);
        Ok(at)
    }

    /// The rest of the window is somebody else's: places in it are settled.
    fn leave(&mut self, text: &Text<'_>, at: usize) {
        let opened = matches!(self.state, State::Quoted(_) | State::BlockComment { .. } | State::DollarBody);
        if opened && self.opened.1.is_none() {
            let start = usize::try_from(self.opened.0.saturating_sub(text.base)).unwrap_or(at).min(at);
            self.opened.1 = Some(self.counter.place(text, start));
        }
        self.counter.leave(text, at);
    }

    /// Skips what cannot matter: blanks, and tokens of a statement of which enough has been seen.
    fn skip(&mut self, text: &Text<'_>, mut at: usize) -> usize {
        let bytes = text.bytes;
        let quiet = self.statement.quiet;
        while let Some(byte) = bytes.get(at) {
            match self.table.entry(*byte) {
                class::BLANK => at += 1,
                class::NEWLINE => {
                    at += 1;
                    self.line_clear = true;
                }
                class::WORD if quiet => {
                    let end = at + self.table.word(&bytes[at..]);
                    let matters = self.heeds_short_words && end - at <= 2;
                    // A delimiter may begin in it.
                    if matters || bytes.get(end).is_none_or(|byte| self.table.is_in_word(*byte)) {
                        return at;
                    }
                    self.token_ends(text, end);
                    at = end;
                }
                class::SYMBOL if quiet => {
                    self.statement.symbol(&self.syntax, *byte);
                    at += 1;
                    self.token_ends(text, at);
                }
                class::MARK if quiet && !self.heeds_marks => {
                    at += 1;
                    self.token_ends(text, at);
                }
                _ => return at,
            }
        }
        at
    }

    fn step(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        match &mut self.state {
            State::Ground => self.token(text, at),
            State::LongWord => self.long_word(text, at),
            State::LineComment | State::SkippedLine => Ok(self.line_comment(text, at)),
            State::BlockComment { depth } => {
                let depth = *depth;
                self.block_comment(text, at, depth)
            }
            State::Quoted(quote) => {
                let quote = *quote;
                self.quoted(text, at, quote)
            }
            State::DollarBody => self.dollar_body(text, at),
            State::Copy(data) => match data.step(text, at)? {
                Progress::More(next) => Ok(next),
                Progress::Done { data, next } => {
                    self.copied(text, data, next);
                    Ok(next)
                }
                Progress::Stray => Err(Fault::copy_line(self.counter.place(text, at)).into()),
            },
        }
    }

    /// What begins at `at` is looked at.
    fn token(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        let byte = text.bytes[at];
        if self.delimits(text, at)? {
            return self.terminator(text, at, self.delimiter.len());
        }
        match self.table.class(byte) {
            class::NEWLINE => {
                self.line_clear = true;
                Ok(at + 1)
            }
            class::BLANK => Ok(at + 1),
            class::WORD => self.word(text, at),
            class::TERMINATOR => self.terminator(text, at, 1),
            class::QUOTE => self.quote(text, at, at),
            class::DASH => self.dash(text, at),
            class::SLASH => self.slash(text, at),
            class::STAR if self.code > 0 && text.peek(at + 1)? == Some(b'/') => {
                self.code -= 1;
                Ok(self.mark(text, at, at + 2))
            }
            class::HASH => {
                self.state = State::LineComment;
                Ok(at + 1)
            }
            class::DOLLAR => self.dollar(text, at),
            class::MARK => self.command(text, at),
            _ => Ok(self.symbol(text, at)),
        }
    }

    /// A byte that stands for itself.
    pub(super) fn symbol(&mut self, text: &Text<'_>, at: usize) -> usize {
        self.token_begins(text, at);
        self.statement.symbol(&self.syntax, text.bytes[at]);
        self.token_ends(text, at + 1);
        at + 1
    }

    /// Bytes that are part of a statement and say nothing about it.
    pub(super) fn mark(&mut self, text: &Text<'_>, at: usize, end: usize) -> usize {
        self.token_begins(text, at);
        self.token_ends(text, end);
        end
    }

    pub(super) fn token_begins(&mut self, text: &Text<'_>, at: usize) {
        if self.statement.is_fresh() {
            self.statement.start = Some((text.offset(at), self.counter.line(text, at)));
        }
        self.line_clear = false;
    }

    pub(super) fn token_ends(&mut self, text: &Text<'_>, end: usize) {
        self.statement.end = text.offset(end);
        self.line_clear = false;
    }

    fn word(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        let most = &text.bytes[at..text.bytes.len().min(at + LOOK)];
        let mut len = 0;
        loop {
            len += self.table.word(&most[len..]);
            let Some(byte) = most.get(len) else { break };
            if !self.table.is_in_word(*byte) || (len > 0 && self.delimits(text, at + len)?) {
                break;
            }
            len += 1;
        }
        let end = at + len;
        if len == LOOK {
            self.state = State::LongWord;
        } else if let Some(byte) = text.peek(end)?
            && self.syntax.escape_strings
            && byte == b'\''
            && most[..len].eq_ignore_ascii_case(b"E")
        {
            return self.quote(text, at, end);
        }
        let word = &most[..len];
        if let Some(next) = self.line_word(text, at, word)? {
            return Ok(next);
        }
        self.token_begins(text, at);
        let (counter, bodies) = (&mut self.counter, self.delimiter == b";");
        self.statement.word(&self.syntax, word, bodies, || counter.place(text, at));
        self.token_ends(text, end);
        Ok(end)
    }

    fn long_word(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        let end = at + self.table.word(&text.bytes[at..]);
        if end > at {
            self.token_ends(text, end);
            return Ok(end);
        }
        if self.table.is_in_word(text.bytes[at]) && !self.delimits(text, at)? {
            self.token_ends(text, at + 1);
            return Ok(at + 1);
        }
        self.state = State::Ground;
        Ok(at)
    }

    /// Whether the delimiter of the script's own begins at `at`.
    fn delimits(&self, text: &Text<'_>, at: usize) -> Result<bool, Stop> {
        if !self.table.may_delimit(text.bytes[at]) {
            return Ok(false);
        }
        for (index, byte) in self.delimiter.iter().enumerate() {
            if text.peek(at + index)? != Some(*byte) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
