//! Splitting a script: bytes in chunks to the guest, pieces back, each checked against the text.
//!
//! The host sends the text between two offsets to a database because a guest said so. Offsets that leave
//! a gap, overlap or cut a character would send what nobody wrote, so they are the guest's fault.

use std::ops::Range;

use crate::bindings::dialect::Dialect as Exports;
use crate::bindings::dialect::exports::noorm::dialect::script as wit;
use crate::check::plain;
use crate::error::PluginError;
use crate::limits::LimitKind;
use crate::pace::Pace;
use crate::plugin::Plugin;
use crate::sandbox::Sandbox;

/// Bytes that go to the guest in one call.
const CHUNK_BYTES: usize = 128 * 1024;

/// The attribute that says how many times to send a body.
const REPEAT: &str = "repeat";

/// The attribute that says what ended a piece, and its value at the end of a script.
const ENDED_BY: &str = "ended-by";
const END_OF_FILE: &str = "end-of-file";

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
    /// What ended it.
    pub end: PieceEnd,
}

/// What ended a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceEnd {
    /// The dialect's terminator, the last character of the piece.
    Terminator,
    /// A delimiter of the script's own, or a word alone on a line.
    Own(Box<str>),
    /// The end of the script.
    File,
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

/// Where a script comes from that need not be in memory, and where its pieces go.
pub trait Feed {
    /// Why it does not go on.
    type Error: From<PluginError>;

    /// Adds the next bytes of the UTF-8 text to `chunk`, which is empty, and nothing at its end.
    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), Self::Error>;

    /// Takes the next piece. It ends in the last chunk, or some hundred bytes before that.
    fn piece(&mut self, piece: Piece) -> Result<(), Self::Error>;
}

/// Bytes of the attributes of one piece, as the host keeps them: a few words, and as many pieces as a script has statements.
const MARKS_BYTES_MAX: usize = 4096;

/// Splits `text` with a fresh splitter of the guest's.
pub(crate) fn split(
    plugin: &Plugin,
    sandbox: &mut Sandbox<Exports>,
    path: &str,
    text: &str,
    options: &[(String, String)],
) -> Result<Vec<Piece>, PluginError> {
    let mut whole = Whole { plugin, text, given: 0, taken: Vec::new(), used: 0 };
    split_each(plugin, sandbox, path, options, &mut whole)?;
    Ok(whole.taken)
}

/// Splits what `feed` gives. That no piece ends within a character is for the feed to check, which has the text.
pub(crate) fn split_each<F: Feed>(
    plugin: &Plugin,
    sandbox: &mut Sandbox<Exports>,
    path: &str,
    options: &[(String, String)],
    feed: &mut F,
) -> Result<(), F::Error> {
    let splitter = sandbox.answer("script.splitter.open", 0, |world, store| {
        world.noorm_dialect_script().splitter().call_open(store, path, options)
    })?;
    let mut row = Row { plugin, at: 0, pushed: 0 };
    let mut pace = Pace::new(plugin);
    let mut chunk = Vec::with_capacity(CHUNK_BYTES);
    loop {
        chunk.clear();
        feed.chunk(&mut chunk)?;
        if chunk.is_empty() {
            break;
        }
        for part in chunk.chunks(CHUNK_BYTES) {
            row.pushed += part.len();
            pace.crossed(part.len());
            let function = "script.splitter.push";
            let more = pace.call(function, || {
                sandbox.answer(function, row.pushed, |world, store| {
                    world.noorm_dialect_script().splitter().call_push(store, splitter, part)
                })
            })?;
            sandbox.crossed(part.len(), more.len().saturating_mul(size_of::<wit::Piece>()));
            row.take(function, more, feed)?;
        }
    }
    let function = "script.splitter.finish";
    let rest = pace.call(function, || {
        sandbox.answer(function, row.pushed, |world, store| {
            world.noorm_dialect_script().splitter().call_finish(store, splitter)
        })
    })?;
    row.take(function, rest, feed)?;
    sandbox.call("script.splitter.drop", |_, store| splitter.resource_drop(store))?;
    if row.at != row.pushed {
        let what = format!("the pieces end at byte {} of {}", row.at, row.pushed);
        return Err(plugin.nonsense(function, what).into());
    }
    Ok(())
}

/// The pieces in a row: where the next one has to start, and how far it can reach.
struct Row<'a> {
    plugin: &'a Plugin,
    at: usize,
    pushed: usize,
}

impl Row<'_> {
    fn take<F: Feed>(&mut self, function: &str, more: Vec<wit::Piece>, feed: &mut F) -> Result<(), F::Error> {
        for piece in more {
            let piece = check(self.at, self.pushed, piece).map_err(|what| self.plugin.nonsense(function, what))?;
            self.at = piece.whole.end;
            feed.piece(piece)?;
        }
        Ok(())
    }
}

/// A text in memory, and the pieces so far.
struct Whole<'a> {
    plugin: &'a Plugin,
    text: &'a str,
    given: usize,
    taken: Vec<Piece>,
    /// Bytes that the pieces take.
    used: u64,
}

impl Feed for Whole<'_> {
    type Error = PluginError;

    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), PluginError> {
        let rest = &self.text.as_bytes()[self.given..];
        chunk.extend_from_slice(&rest[..rest.len().min(CHUNK_BYTES)]);
        self.given += chunk.len();
        Ok(())
    }

    fn piece(&mut self, piece: Piece) -> Result<(), PluginError> {
        let function = "script.splitter.push";
        self.used += (size_of::<Piece>() + marks_bytes(&piece.marks)) as u64;
        let allowed = self.plugin.limits().output_bytes;
        if self.used > allowed {
            return Err(self.plugin.exceeds(function, LimitKind::Output, allowed, self.used));
        }
        check_characters(self.text, &piece).map_err(|what| self.plugin.nonsense(function, what))?;
        self.taken.push(piece);
        Ok(())
    }
}

/// Checks one piece that has to start at `start`, after `end` bytes of text.
fn check(start: usize, end: usize, piece: wit::Piece) -> Result<Piece, String> {
    let whole = inside("whole", 0..end, &piece.whole)?;
    if whole.start != start || whole.is_empty() {
        return Err(format!("a piece {whole:?} where one has to start at byte {start}"));
    }
    let body = inside("body", whole.clone(), &piece.body)?;
    let data = piece.data.as_ref();
    let data = data.map(|data| inside("data", body.end..whole.end, data)).transpose()?;
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
    let (mut repeat, mut piece_end, mut marks) = (1, PieceEnd::Terminator, Vec::new());
    for (name, value) in piece.attrs {
        match name.as_str() {
            REPEAT => repeat = repeats(&value)?,
            ENDED_BY if value == END_OF_FILE => piece_end = PieceEnd::File,
            ENDED_BY => piece_end = PieceEnd::Own(plain(&value).into()),
            _ => marks.push((name, value)),
        }
    }
    let bytes = marks_bytes(&marks);
    if bytes > MARKS_BYTES_MAX {
        return Err(format!("a piece with {bytes} bytes of attributes, where {MARKS_BYTES_MAX} are enough"));
    }
    Ok(Piece { whole, body, line: piece.line, kind, data, transaction, repeat, marks, end: piece_end })
}

/// Bytes that attributes take.
fn marks_bytes(marks: &[(String, String)]) -> usize {
    marks.iter().map(|(name, value)| size_of::<(String, String)>() + name.len() + value.len()).sum()
}

/// Reads how many times a body is to be sent.
fn repeats(value: &str) -> Result<u32, String> {
    let repeat = value.parse().ok().filter(|repeat| (1..=REPEAT_MAX).contains(repeat));
    repeat.ok_or_else(|| format!("a piece that is to be sent {value:?} times, which is not 1 to {REPEAT_MAX}"))
}

/// Returns a range of the guest's, if it is inside `bounds`.
fn inside(name: &str, bounds: Range<usize>, range: &wit::Range) -> Result<Range<usize>, String> {
    match (usize::try_from(range.start), usize::try_from(range.end)) {
        (Ok(start), Ok(end)) if bounds.start <= start && start <= end && end <= bounds.end => Ok(start..end),
        _ => Err(format!("a {name} {}..{} outside {bounds:?}", range.start, range.end)),
    }
}

/// Checks that a piece of `text` cuts no character.
fn check_characters(text: &str, piece: &Piece) -> Result<(), String> {
    let data = piece.data.iter();
    let ranges = [&piece.whole, &piece.body].into_iter().chain(data);
    match ranges.flat_map(|range| [range.start, range.end]).find(|at| !text.is_char_boundary(*at)) {
        Some(at) => Err(format!("a piece that cuts the character at byte {at}")),
        None => Ok(()),
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

    fn with(name: &str, value: &str) -> Result<Piece, String> {
        let attrs = vec![(name.to_owned(), value.to_owned())];
        check(0, 13, wit::Piece { attrs, ..piece((0, 13), (0, 11), "statement") })
    }

    #[test]
    fn a_piece_stays_where_it_belongs() {
        let text = "SELECT 'é';\n";
        let check = |piece: wit::Piece| {
            let piece = check(0, text.len(), piece)?;
            check_characters(text, &piece).map(|()| piece.body)
        };
        assert_eq!(check(piece((0, 13), (0, 11), "statement")), Ok(0..11));
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
            assert!(check(piece.clone()).is_err(), "{piece:?}");
        }
    }

    #[test]
    fn data_follows_the_body() {
        let mut copy = piece((0, 24), (0, 17), "copy-in");
        copy.data = Some(wit::Range { start: 19, end: 21 });
        assert_eq!(check(0, 24, copy.clone()).map(|piece| piece.data), Ok(Some(19..21)));
        copy.data = Some(wit::Range { start: 5, end: 21 });
        assert!(check(0, 24, copy).is_err());
    }

    #[test]
    fn attributes_are_read_and_others_are_marks() {
        assert_eq!(with("repeat", "5").map(|piece| (piece.repeat, piece.end)), Ok((5, PieceEnd::Terminator)));
        assert_eq!(with("ended-by", "//").map(|piece| piece.end), Ok(PieceEnd::Own("//".into())));
        assert_eq!(with("ended-by", "end-of-file").map(|piece| piece.end), Ok(PieceEnd::File));
        assert_eq!(with("drops", "a").map(|piece| piece.marks), Ok(vec![("drops".to_owned(), "a".to_owned())]));
        for count in ["", "0", "-1", "x", "100001"] {
            assert!(with("repeat", count).is_err(), "{count}");
        }
    }
}
