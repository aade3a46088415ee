//! The splitter with the flaw.

use std::cell::RefCell;

use noorm_guest::dialect::exports::noorm::dialect::script::{Guest, GuestSplitter, Piece, Range, Splitter as Handle};
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::split::Splitter;

use crate::flaw::is;
use crate::{Flawed, script};

impl Guest for Flawed {
    type Splitter = FlawedSplitter;
}

/// A script on its way.
#[derive(Debug)]
pub struct FlawedSplitter {
    splitter: RefCell<Splitter>,
    seen: RefCell<Vec<u8>>,
    pushes: RefCell<u32>,
    kept: RefCell<Vec<Piece>>,
}

impl GuestSplitter for FlawedSplitter {
    fn open(path: String, _: Vec<(String, String)>) -> Result<Handle, Failure> {
        let splitter = RefCell::new(Splitter::new(&path, &script::SYNTAX));
        Ok(Handle::new(Self {
            splitter,
            seen: RefCell::default(),
            pushes: RefCell::default(),
            kept: RefCell::default(),
        }))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<Vec<Piece>, Failure> {
        self.seen.borrow_mut().extend_from_slice(&chunk);
        *self.pushes.borrow_mut() += 1;
        assert!(!(is("throughput") && self.seen.borrow().len() > 1_000_000), "enough");
        let pieces = self.tampered(self.splitter.borrow_mut().push(&chunk).map_err(misplaced)?);
        if is("one-piece") {
            self.kept.borrow_mut().extend(pieces);
            return Ok(Vec::new());
        }
        Ok(pieces)
    }

    fn finish(&self) -> Result<Vec<Piece>, Failure> {
        let pieces = self.tampered(self.splitter.borrow_mut().finish().map_err(misplaced)?);
        Ok(if is("one-piece") { joined(self.kept.take().into_iter().chain(pieces).collect()) } else { pieces })
    }
}

impl FlawedSplitter {
    fn tampered(&self, mut pieces: Vec<Piece>) -> Vec<Piece> {
        if is("pieces") {
            pieces.iter_mut().for_each(|piece| piece.line = 1);
        }
        if is("gap") && self.seen.borrow().windows(5).any(|window| window == b"stock") {
            pieces.iter_mut().for_each(|piece| piece.whole.start += 1);
        }
        if is("script-chunks") && *self.pushes.borrow() == 2 {
            pieces.iter_mut().for_each(|piece| piece.attrs.push(("mark".to_owned(), String::new())));
        }
        if is("terminators") {
            pieces = pieces.into_iter().flat_map(|piece| self.cut(piece)).collect();
        }
        pieces
    }

    /// Cuts a piece at a semicolon that stands in a comment.
    fn cut(&self, piece: Piece) -> Vec<Piece> {
        let (start, end) = (piece.body.start, piece.body.end);
        let seen = self.seen.borrow();
        let bytes = |at: u64| usize::try_from(at).unwrap_or_default();
        let body = &seen[bytes(start)..bytes(end)];
        let Some(at) = body.windows(6).position(|window| window == b"a;b */") else { return vec![piece] };
        let middle = start + at as u64 + 2;
        let first = Piece {
            whole: Range { start: piece.whole.start, end: middle },
            body: Range { start, end: middle - 1 },
            ..piece.clone()
        };
        let second =
            Piece { whole: Range { start: middle, end: piece.whole.end }, body: Range { start: middle, end }, ..piece };
        vec![first, second]
    }
}

/// Makes one piece of a script that has something to send.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let is_sent = |piece: &&Piece| piece.kind != "blank";
    let (Some(first), Some(last)) = (pieces.iter().find(is_sent), pieces.iter().rfind(is_sent)) else { return pieces };
    let end = pieces.last().map_or(0, |piece| piece.whole.end);
    let body = Range { start: first.body.start, end: last.body.end };
    vec![Piece { whole: Range { start: 0, end }, body, ..first.clone() }]
}

/// Puts what is said of a script on another line.
fn misplaced(mut failure: Failure) -> Failure {
    if let Failure::Invalid(diagnostics) = &mut failure
        && is("places")
    {
        diagnostics.iter_mut().filter_map(|one| one.span.as_mut()).for_each(|span| span.line += 1);
    }
    failure
}
