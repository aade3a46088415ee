//! Where one statement of a script ends and the next begins: bytes cut anywhere in, pieces out, in bounded memory. A
//! dialect says what differs in a [`Syntax`]. This is not a parser: what a statement means is for the server to say.

mod blocks;
mod copy;
mod fault;
mod lexer;
mod line;
mod pieces;
mod place;
mod setting;
mod skip;
mod statement;
mod stretch;
mod syntax;
mod table;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod text;
mod word;

pub use syntax::{Batch, Body, Client, Comments, Ends, Mark, MarkPlace, Quote, Remark, Setting, Syntax, Transaction};

use fault::Fault;
use lexer::Lexer;
use text::{LOOK, Text};

use crate::dialect::exports::noorm::dialect::script::Piece;
use crate::dialect::noorm::types::report::Failure;

/// The UTF-8 byte-order mark, which is blank.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A script on its way. Once it has failed, every further call fails alike.
#[derive(Debug)]
pub struct Splitter {
    path: String,
    lexer: Lexer,
    /// Bytes that wait for those after them.
    carry: Vec<u8>,
    /// Where they begin.
    base: u64,
    /// Whether the byte-order mark, or that there is none, has been seen.
    begun: bool,
    fault: Option<Fault>,
}

impl Splitter {
    /// Starts a script. `path` is for messages only.
    pub fn new(path: &str, syntax: &Syntax) -> Self {
        let lexer = Lexer::new(syntax);
        Self { path: path.to_owned(), lexer, carry: Vec::new(), base: 0, begun: false, fault: None }
    }

    /// Takes the next bytes, and returns the pieces that are complete with them.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Vec<Piece>, Failure> {
        self.answer(|splitter| splitter.take(chunk))
    }

    /// Takes the end of the script, and returns the remaining pieces.
    pub fn finish(&mut self) -> Result<Vec<Piece>, Failure> {
        self.answer(|splitter| {
            let rest = std::mem::take(&mut splitter.carry);
            let used = splitter.run(&rest, true)?;
            // What precedes has been counted; the window is what is left, which is nothing.
            splitter.lexer.finish(&Text { bytes: &rest[used..], base: splitter.base, last: true })
        })
    }

    fn answer(&mut self, work: impl FnOnce(&mut Self) -> Result<(), Fault>) -> Result<Vec<Piece>, Failure> {
        if self.fault.is_none() {
            self.fault = work(self).err();
        }
        match &self.fault {
            Some(fault) => Err(fault.clone().into_failure(&self.path)),
            None => Ok(std::mem::take(&mut self.lexer.pieces)),
        }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Fault> {
        let mut chunk = chunk;
        while !self.carry.is_empty() && !chunk.is_empty() {
            // Enough of the chunk to settle all that waits.
            let mut window = std::mem::take(&mut self.carry);
            let (waited, taken) = (window.len(), chunk.len().min(LOOK));
            window.extend_from_slice(&chunk[..taken]);
            let used = self.run(&window, false)?;
            if used >= waited {
                chunk = &chunk[used - waited..];
            } else {
                window.drain(..used);
                self.carry = window;
                chunk = &chunk[taken..];
            }
        }
        if !chunk.is_empty() {
            let used = self.run(chunk, false)?;
            self.carry.extend_from_slice(&chunk[used..]);
        }
        Ok(())
    }

    /// Takes what it can of a window, and returns how much that was.
    fn run(&mut self, bytes: &[u8], last: bool) -> Result<usize, Fault> {
        let mut used = 0;
        if !self.begun {
            let seen = bytes.iter().zip(MARK).take_while(|(byte, mark)| **byte == *mark).count();
            if seen == bytes.len() && seen < MARK.len() && !last {
                return Ok(0);
            }
            self.begun = true;
            if seen == MARK.len() {
                used = seen;
                self.lexer.counter.skip_mark(seen as u64);
            }
        }
        let text = Text { bytes: &bytes[used..], base: used as u64 + self.base, last };
        used += self.lexer.run(&text)?;
        self.base += used as u64;
        Ok(used)
    }
}
