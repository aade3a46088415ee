//! Statements of a script, one by one, with their places: what a quirk's rules look at.

use std::ops;

use super::{Diagnostic, Failure, Options, Piece, Severity, Span};
use crate::subject::{Name, NameQuotes, Subject};

/// The UTF-8 byte-order mark, which no person sees.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Looks at a statement: refuses it with what [`Statement::error`] makes, or changes its piece.
pub type Rule = fn(&Statement<'_>, &mut Piece) -> Result<(), Diagnostic>;

/// One statement of a script.
#[derive(Debug)]
pub struct Statement<'a> {
    /// What would be sent.
    pub text: &'a str,
    /// The facts and the wishes; none where a script is split without a server.
    pub options: &'a Options,
    path: &'a str,
    start: Place,
}

impl Statement<'_> {
    /// Returns what the statement makes or removes, as far as its first words tell. `quotes` are those of names.
    pub fn subject(&self, quotes: &NameQuotes) -> Option<Subject> {
        Subject::of(self.text, quotes)
    }

    /// Returns where a name of the statement's subject stands in its text, quotes aside.
    pub fn place_of(&self, name: &Name) -> ops::Range<usize> {
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let stands_alone = |start: &usize| {
            let (before, rest) = self.text.split_at(*start);
            !before.ends_with(is_part) && !rest[name.text.len()..].starts_with(is_part)
        };
        let mut places = self.text.match_indices(&name.text).map(|(start, _)| start);
        places.find(stands_alone).map_or(0..0, |start| start..start + name.text.len())
    }

    /// Says what is wrong with a part of the statement, in bytes of its text, and what to do about it.
    pub fn error(&self, code: &str, message: String, part: ops::Range<usize>, help: &str) -> Diagnostic {
        let at = self.start.after(&self.text.as_bytes()[..part.start]);
        let span = Span {
            input: self.path.to_owned(),
            start: at.offset,
            end: at.offset + part.len() as u64,
            line: at.line,
            column: at.column,
        };
        Diagnostic {
            severity: Severity::Error,
            code: code.to_owned(),
            message,
            span: Some(span),
            help: Some(help.to_owned()),
            attrs: Vec::new(),
        }
    }
}

/// A place in a script: line and column are counted from 1.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    line: u32,
    column: u32,
}

impl Place {
    const START: Self = Self { offset: 0, line: 1, column: 1 };

    /// Returns the place behind some bytes that stand here.
    fn after(mut self, bytes: &[u8]) -> Self {
        let shown = if self.offset == 0 { bytes.strip_prefix(MARK).unwrap_or(bytes) } else { bytes };
        for byte in shown {
            match byte {
                b'\n' => (self.line, self.column) = (self.line.saturating_add(1), 1),
                // A continuation byte does not begin a character.
                byte if byte & 0xc0 != 0x80 => self.column = self.column.saturating_add(1),
                _ => {}
            }
        }
        self.offset += bytes.len() as u64;
        self
    }
}

/// Refusals of one script that are told: whoever has more mends these first.
const REFUSALS_MAX: usize = 100;

/// Keeps the text of a script until its pieces are known.
#[derive(Debug)]
pub(super) struct Reader {
    path: String,
    options: Options,
    /// What no piece has covered yet.
    text: Vec<u8>,
    /// Where it begins.
    start: Place,
    /// What the rules refused so far.
    wrong: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn new(path: String, options: Options) -> Self {
        Self { path, options, text: Vec::new(), start: Place::START, wrong: Vec::new() }
    }

    pub(super) fn take(&mut self, chunk: &[u8]) {
        self.text.extend_from_slice(chunk);
    }

    /// Shows the pieces to the rules, and passes them on until one is refused. Then the script is read to its end all the same:
    /// what is told of it may not depend on the chunks that it comes in.
    pub(super) fn judge(&mut self, rules: &[Rule], mut pieces: Vec<Piece>) -> Result<Vec<Piece>, Failure> {
        let (first, mut start) = (self.start.offset, self.start);
        let mut read = 0;
        for piece in &mut pieces {
            let at =
                |offset: u64| usize::try_from(offset.saturating_sub(first)).unwrap_or(usize::MAX).min(self.text.len());
            let (body, end) = (at(piece.body.start)..at(piece.body.end), at(piece.whole.end));
            let text = self.text.get(body.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
            if let Some(text) = text.filter(|_| piece.kind == "statement" || piece.kind == "copy-in") {
                let start = start.after(&self.text[read.min(body.start)..body.start]);
                let statement = Statement { text, options: &self.options, path: &self.path, start };
                self.wrong.extend(rules.iter().filter_map(|rule| rule(&statement, piece).err()));
            }
            start = start.after(&self.text[read.min(end)..end]);
            read = end;
        }
        self.text.drain(..read);
        self.start = start;
        if self.wrong.len() > REFUSALS_MAX {
            return self.end();
        }
        Ok(if self.wrong.is_empty() { pieces } else { Vec::new() })
    }

    /// Says what the rules refused.
    pub(super) fn end(&mut self) -> Result<Vec<Piece>, Failure> {
        self.wrong.truncate(REFUSALS_MAX);
        if self.wrong.is_empty() { Ok(Vec::new()) } else { Err(Failure::Invalid(std::mem::take(&mut self.wrong))) }
    }
}
