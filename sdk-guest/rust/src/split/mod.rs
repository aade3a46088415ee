//! Where one statement of a script ends and the next begins: bytes cut anywhere in, pieces out, in bounded memory. A
//! dialect says what differs in a [`Syntax`]. This is not a parser: what a statement means is for the server to say.

mod copy;
mod fault;
mod lexer;
mod place;
mod statement;
mod syntax;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use syntax::{Body, Client, Quote, Syntax, Transaction};

use copy::CopyData;
use fault::Fault;
use lexer::Lexer;
use place::Place;
use statement::Statement;

use crate::dialect::exports::noorm::dialect::script::{Piece, Range};
use crate::dialect::noorm::types::report::Failure;

/// The UTF-8 byte-order mark, which is blank.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A script on its way. Once it has failed, every further call fails alike.
#[derive(Debug)]
pub struct Splitter {
    path: String,
    syntax: &'static Syntax,
    lexer: Lexer,
    statement: Statement,
    copy: Option<CopyData>,
    /// Where the next byte stands.
    at: Place,
    /// Where the current piece begins.
    begin: Place,
    /// Bytes of a byte-order mark that are held back, `None` once it is clear whether there is one.
    mark: Option<usize>,
    fault: Option<Fault>,
}

impl Splitter {
    /// Starts a script. `path` is for messages only.
    pub fn new(path: &str, syntax: &'static Syntax) -> Self {
        Self {
            path: path.to_owned(),
            syntax,
            lexer: Lexer::new(),
            statement: Statement::new(),
            copy: None,
            at: Place::START,
            begin: Place::START,
            mark: Some(0),
            fault: None,
        }
    }

    /// Takes the next bytes, and returns the pieces that are complete with them.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<Piece>, Failure> {
        self.answer(|splitter, pieces| chunk.iter().try_for_each(|byte| splitter.byte(*byte, pieces)))
    }

    /// Takes the end of the script, and returns the remaining pieces.
    pub fn finish(&mut self) -> Result<Vec<Piece>, Failure> {
        self.answer(|splitter, pieces| {
            splitter.release_mark(pieces)?;
            splitter.end(pieces)
        })
    }

    fn answer(
        &mut self,
        work: impl FnOnce(&mut Self, &mut Vec<Piece>) -> Result<(), Fault>,
    ) -> Result<Vec<Piece>, Failure> {
        let mut pieces = Vec::new();
        if self.fault.is_none() {
            self.fault = work(self, &mut pieces).err();
        }
        match &self.fault {
            Some(fault) => Err(fault.clone().into_failure(&self.path)),
            None => Ok(pieces),
        }
    }

    fn byte(&mut self, byte: u8, pieces: &mut Vec<Piece>) -> Result<(), Fault> {
        let Some(held) = self.mark else { return self.step(byte, pieces) };
        if byte != MARK[held] {
            self.release_mark(pieces)?;
            return self.step(byte, pieces);
        }
        self.mark = Some(held + 1);
        if held + 1 == MARK.len() {
            self.mark = None;
            self.at.offset = MARK.len() as u64;
        }
        Ok(())
    }

    /// What was held back is not a byte-order mark.
    fn release_mark(&mut self, pieces: &mut Vec<Piece>) -> Result<(), Fault> {
        let held = self.mark.take().unwrap_or(0);
        MARK[..held].iter().try_for_each(|byte| self.step(*byte, pieces))
    }

    fn step(&mut self, byte: u8, pieces: &mut Vec<Piece>) -> Result<(), Fault> {
        let at = self.at;
        self.at = at.after(byte);
        if let Some(copy) = &mut self.copy {
            if let Some(data) = copy.step(byte, at)? {
                self.copy = None;
                pieces.push(self.piece("copy-in", Some(data)));
            }
            return Ok(());
        }
        let (statement, syntax) = (&mut self.statement, self.syntax);
        let fresh = statement.start.is_none();
        let mut ended = false;
        self.lexer.step(syntax, byte, at, fresh, &mut |(token, start, end)| {
            ended |= statement.take(syntax, token, start, end);
        })?;
        if !ended || self.statement.start.is_none() {
            // A lone terminator is blank.
        } else if self.statement.copies {
            self.copy = Some(CopyData::START);
        } else {
            pieces.push(self.piece("statement", None));
        }
        Ok(())
    }

    fn end(&mut self, pieces: &mut Vec<Piece>) -> Result<(), Fault> {
        let end = self.at.offset;
        let (statement, syntax) = (&mut self.statement, self.syntax);
        self.lexer.finish(syntax, end, &mut |(token, start, end)| {
            // No terminator can be found here: it would have been a byte.
            statement.take(syntax, token, start, end);
        })?;
        if let Some(copy) = self.copy.take() {
            pieces.push(self.piece("copy-in", Some(copy.finish(end))));
        } else if let Some(start) = self.statement.open_body() {
            return Err(Fault::unterminated("body", "`END;`", start));
        } else if self.statement.copies {
            pieces.push(self.piece("copy-in", Some((end, end))));
        } else if self.statement.start.is_some() {
            pieces.push(self.piece("statement", None));
        } else if end > self.begin.offset {
            pieces.push(self.piece("blank", None));
        }
        Ok(())
    }

    /// The piece that ends here; the next one begins.
    fn piece(&mut self, kind: &str, data: Option<(u64, u64)>) -> Piece {
        let begin = std::mem::replace(&mut self.begin, self.at);
        let statement = std::mem::replace(&mut self.statement, Statement::new());
        let range = |start, end| Range { start, end };
        let start = statement.start.unwrap_or(begin);
        let end = if statement.start.is_some() { statement.end } else { start.offset };
        Piece {
            whole: range(begin.offset, self.at.offset),
            body: range(start.offset, end),
            line: start.line,
            kind: kind.to_owned(),
            data: data.map(|(start, end)| range(start, end)),
            transaction: statement.transaction(self.syntax).to_owned(),
            attrs: Vec::new(),
        }
    }
}
