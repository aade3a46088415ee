//! Splitting a script: bytes in chunks to the guest, pieces back, each checked against the text.
//!
//! The host sends the text between two offsets to a database because a guest said so. Offsets that leave
//! a gap, overlap or cut a character would send what nobody wrote, so they are the guest's fault.

use std::ops::Range;

use crate::bindings::dialect::Dialect as Exports;
use crate::bindings::dialect::exports::noorm::dialect::script as wit;
use crate::error::PluginError;
use crate::limits::LimitKind;
use crate::plugin::Plugin;
use crate::sandbox::Sandbox;

/// Bytes that go to the guest in one call.
const CHUNK_BYTES: usize = 128 * 1024;

/// The attribute that says how many times to send a body.
const REPEAT: &str = "repeat";

/// The attribute that says what ended a piece.
const ENDED_BY: &str = "ended-by";

/// More than anybody means.
const REPEAT_MAX: u32 = 100_000;

/// One piece of a script, in bytes of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// All of it: the pieces follow each other without a gap.
    pub whole: Range<usize>,
    /// What to send.
    pub body: Range<usize>,
    /// Line of `body.start`, counted from 1.
    pub line: u32,
    /// What to do with it.
    pub kind: PieceKind,
    /// What to transfer, for `CopyIn`.
    pub data: Option<Range<usize>>,
    /// How it stands to transactions.
    pub transaction: PieceTransaction,
    /// How many times to send the body.
    pub repeat: u32,
    /// What `transaction.around` is to know of it.
    pub marks: Vec<(String, String)>,
}

/// What to do with a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Send the body.
    Statement,
    /// Send the body, then transfer the data.
    CopyIn,
    /// Nothing.
    Blank,
    /// Nothing, since what it asks for stands around the transaction.
    Hoisted,
}

/// How a piece stands to transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceTransaction {
    /// Runs in one.
    Inside,
    /// The server refuses to run it in one.
    Outside,
    /// Starts one.
    Begin,
    /// Ends one and keeps it.
    Commit,
    /// Ends one and forgets it.
    Rollback,
}

/// Splits `text` with a fresh splitter of the guest's.
pub(crate) fn split(
    plugin: &Plugin,
    sandbox: &mut Sandbox<Exports>,
    path: &str,
    text: &str,
    options: &[(String, String)],
) -> Result<Vec<Piece>, PluginError> {
    let len = text.len();
    let splitter = sandbox.answer("script.splitter.open", len, |world, store| {
        world.noorm_dialect_script().splitter().call_open(store, path, options)
    })?;
    let mut pieces = Pieces { plugin, text, taken: Vec::new() };
    for chunk in text.as_bytes().chunks(CHUNK_BYTES) {
        let function = "script.splitter.push";
        let more = sandbox.answer(function, len, |world, store| {
            world.noorm_dialect_script().splitter().call_push(store, splitter, chunk)
        })?;
        pieces.take(function, more)?;
    }
    let function = "script.splitter.finish";
    let rest = sandbox
        .answer(function, len, |world, store| world.noorm_dialect_script().splitter().call_finish(store, splitter))?;
    pieces.take(function, rest)?;
    sandbox.call("script.splitter.drop", |_, store| splitter.resource_drop(store))?;
    pieces.end(function)
}

/// The pieces so far: a prefix of the text, without a gap.
struct Pieces<'a> {
    plugin: &'a Plugin,
    text: &'a str,
    taken: Vec<Piece>,
}

impl Pieces<'_> {
    fn take(&mut self, function: &str, more: Vec<wit::Piece>) -> Result<(), PluginError> {
        let used = (self.taken.len() + more.len()).saturating_mul(size_of::<Piece>()) as u64;
        let allowed = self.plugin.limits().output_bytes;
        if used > allowed {
            return Err(self.plugin.exceeds(function, LimitKind::Output, allowed, used));
        }
        for piece in more {
            let start = self.taken.last().map_or(0, |last| last.whole.end);
            let piece = check(self.text, start, &piece).map_err(|what| self.plugin.nonsense(function, what))?;
            self.taken.push(piece);
        }
        Ok(())
    }

    fn end(self, function: &str) -> Result<Vec<Piece>, PluginError> {
        let end = self.taken.last().map_or(0, |last| last.whole.end);
        if end != self.text.len() {
            let what = format!("the pieces end at byte {end} of {}", self.text.len());
            return Err(self.plugin.nonsense(function, what));
        }
        Ok(self.taken)
    }
}

/// Checks one piece that has to start at `start`.
fn check(text: &str, start: usize, piece: &wit::Piece) -> Result<Piece, String> {
    let whole = inside(text, "whole", 0..text.len(), &piece.whole)?;
    if whole.start != start || whole.is_empty() {
        return Err(format!("a piece {whole:?} where one has to start at byte {start}"));
    }
    let body = inside(text, "body", whole.clone(), &piece.body)?;
    let data = piece.data.as_ref();
    let data = data.map(|data| inside(text, "data", body.end..whole.end, data)).transpose()?;
    let kind = match piece.kind.as_str() {
        "statement" => PieceKind::Statement,
        "copy-in" => PieceKind::CopyIn,
        "blank" => PieceKind::Blank,
        "hoisted" => PieceKind::Hoisted,
        other => return Err(format!("a piece of the kind {other:?}")),
    };
    if body.is_empty() != (kind == PieceKind::Blank) {
        return Err(format!("a {} whose body is {body:?}", piece.kind));
    }
    if data.is_some() != (kind == PieceKind::CopyIn) {
        return Err(format!("a {} whose data is {data:?}", piece.kind));
    }
    let transaction = match piece.transaction.as_str() {
        "inside" => PieceTransaction::Inside,
        "outside" => PieceTransaction::Outside,
        "begin" => PieceTransaction::Begin,
        "commit" => PieceTransaction::Commit,
        "rollback" => PieceTransaction::Rollback,
        other => return Err(format!("a piece whose transaction is {other:?}")),
    };
    if piece.line == 0 {
        return Err("a piece on line 0".to_owned());
    }
    let mut repeat = 1;
    let mut marks = Vec::new();
    for (name, value) in &piece.attrs {
        match name.as_str() {
            REPEAT => repeat = repeats(value)?,
            ENDED_BY => {}
            _ => marks.push((name.clone(), value.clone())),
        }
    }
    Ok(Piece { whole, body, line: piece.line, kind, data, transaction, repeat, marks })
}

/// Reads how many times a body is to be sent.
fn repeats(value: &str) -> Result<u32, String> {
    let repeat = value.parse().ok().filter(|repeat| (1..=REPEAT_MAX).contains(repeat));
    repeat.ok_or_else(|| format!("a piece that is to be sent {value:?} times, which is not 1 to {REPEAT_MAX}"))
}

/// Returns a range of the guest's, if it is inside `bounds` and cuts no character.
fn inside(text: &str, name: &str, bounds: Range<usize>, range: &wit::Range) -> Result<Range<usize>, String> {
    let at = |offset| usize::try_from(offset).ok().filter(|at| text.is_char_boundary(*at));
    match (at(range.start), at(range.end)) {
        (Some(start), Some(end)) if bounds.start <= start && start <= end && end <= bounds.end => Ok(start..end),
        _ => Err(format!("a {name} {}..{} outside {bounds:?}", range.start, range.end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(whole: (u64, u64), body: (u64, u64), kind: &str) -> wit::Piece {
        wit::Piece {
            whole: wit::Range { start: whole.0, end: whole.1 },
            body: wit::Range { start: body.0, end: body.1 },
            line: 1,
            kind: kind.to_owned(),
            data: None,
            transaction: "inside".to_owned(),
            attrs: Vec::new(),
        }
    }

    #[test]
    fn a_piece_stays_where_it_belongs() {
        let text = "SELECT 'é';\n";
        let good = piece((0, 13), (0, 11), "statement");
        assert_eq!(check(text, 0, &good).map(|piece| piece.body), Ok(0..11));
        let bad = [
            piece((1, 13), (1, 11), "statement"),
            piece((0, 14), (0, 11), "statement"),
            piece((0, 0), (0, 0), "blank"),
            piece((0, 9), (0, 9), "statement"),
            piece((0, 13), (5, 2), "statement"),
            piece((0, 12), (0, 13), "statement"),
            piece((0, 13), (0, 0), "statement"),
            piece((0, 13), (0, 11), "blank"),
            piece((0, 13), (0, 11), "copy-in"),
            piece((0, 13), (0, 11), "question"),
            piece((0, u64::MAX), (0, 11), "statement"),
        ];
        for piece in bad {
            assert!(check(text, 0, &piece).is_err(), "{piece:?}");
        }
    }

    #[test]
    fn a_body_is_sent_as_often_as_it_says() {
        let attrs = |value: &str| wit::Piece {
            attrs: vec![("repeat".to_owned(), value.to_owned()), ("drops".to_owned(), "a".to_owned())],
            ..piece((0, 13), (0, 11), "statement")
        };
        let checked = check("SELECT 'é';\n", 0, &attrs("5")).expect("a good piece");
        assert_eq!((checked.repeat, checked.marks), (5, vec![("drops".to_owned(), "a".to_owned())]));
        for value in ["0", "-1", "100001", "x", ""] {
            assert!(check("SELECT 'é';\n", 0, &attrs(value)).is_err(), "{value}");
        }
    }

    #[test]
    fn data_follows_the_body() {
        let text = "COPY t FROM stdin;\n1\n\\.\n";
        let mut copy = piece((0, 24), (0, 17), "copy-in");
        copy.data = Some(wit::Range { start: 19, end: 21 });
        assert_eq!(check(text, 0, &copy).map(|piece| piece.data), Ok(Some(19..21)));
        copy.data = Some(wit::Range { start: 5, end: 21 });
        assert!(check(text, 0, &copy).is_err());
    }
}
