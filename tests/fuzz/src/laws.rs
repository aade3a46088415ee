//! What holds of every script, whatever is in it.

use noorm_guest::dialect::exports::noorm::dialect::script::Piece;
use noorm_guest::dialect::noorm::types::report::{Diagnostic, Failure};
use noorm_guest::split::Splitter;

use crate::Dialect;

/// The pieces of a script, or what is wrong with it.
pub type Answer = Result<Vec<Piece>, Diagnostic>;

/// Splits a script, cut at `cuts` on its way in.
pub fn split(dialect: &Dialect, script: &[u8], cuts: &[usize]) -> Answer {
    let mut splitter = Splitter::new("a.sql", dialect.syntax);
    let mut run = || {
        let (mut pieces, mut from) = (Vec::new(), 0);
        for cut in cuts.iter().copied().chain([script.len()]) {
            pieces.extend(splitter.push(&script[from..cut])?);
            from = cut;
        }
        pieces.extend(splitter.finish()?);
        Ok(pieces)
    };
    match run() {
        Ok(pieces) => Ok(pieces),
        Err(Failure::Invalid(mut diagnostics)) => {
            assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
            Err(diagnostics.remove(0))
        }
        Err(other) => panic!("a splitter that answers {other:?}"),
    }
}

/// Checks all laws on one script, which is cut at `cuts` besides, and tells whether it is one: what is refused keeps laws
/// too. Panics where one is broken.
pub fn check(dialect: &Dialect, script: &[u8], cuts: &[usize]) -> bool {
    let whole = split(dialect, script, &[]);
    match &whole {
        Ok(pieces) => check_pieces(dialect, script, pieces),
        Err(diagnostic) => check_place(script, diagnostic),
    }
    let say = |answer: &Answer| format!("{answer:?}");
    assert_eq!(say(&split(dialect, script, cuts)), say(&whole), "cut at {cuts:?} it is another script");
    whole.is_ok()
}

/// Joined, the pieces are the script; what they name is inside of them; lines are right.
fn check_pieces(dialect: &Dialect, script: &[u8], pieces: &[Piece]) {
    let mut end = 0;
    let mut lines = Lines { script, counted: 0, line: 1 };
    for piece in pieces {
        let (whole, body) = (&piece.whole, &piece.body);
        assert_eq!(whole.start, end, "a gap or an overlap: {piece:?}");
        end = whole.end;
        assert!(whole.start < whole.end, "an empty piece: {piece:?}");
        assert!(whole.start <= body.start && body.start <= body.end && body.end <= whole.end, "{piece:?}");
        assert!(["statement", "copy-in", "blank", "hoisted"].contains(&piece.kind.as_str()), "{piece:?}");
        assert_eq!(piece.kind == "blank", body.start == body.end, "{piece:?}");
        assert_eq!(piece.kind == "copy-in", piece.data.is_some(), "{piece:?}");
        if let Some(data) = &piece.data {
            assert!(body.end <= data.start && data.start <= data.end && data.end <= whole.end, "{piece:?}");
        }
        assert_eq!(piece.line, lines.of(body.start), "{piece:?}");
        check_body(dialect, &script[at(body.start)..at(body.end)], piece);
    }
    assert_eq!(end, script.len() as u64, "the script goes on");
}

/// A body has no blanks around it, and is one statement by itself.
fn check_body(dialect: &Dialect, body: &[u8], piece: &Piece) {
    let is_blank = |byte: &u8| b" \t\r\n".contains(byte);
    assert!(!body.first().is_some_and(is_blank) && !body.last().is_some_and(is_blank), "{piece:?}");
    // At the beginning of a script this would be a byte-order mark.
    if !dialect.stands_alone || piece.kind == "blank" || body.starts_with("\u{feff}".as_bytes()) {
        return;
    }
    let alone = split(dialect, body, &[]);
    let [same] = alone.as_deref().unwrap_or_default() else {
        panic!("{:?} of {piece:?} is by itself {alone:?}", String::from_utf8_lossy(body));
    };
    assert_eq!((same.body.start, same.body.end), (0, body.len() as u64), "{piece:?}");
    assert_eq!((&same.kind, &same.transaction), (&piece.kind, &piece.transaction));
}

/// What is wrong is somewhere in the script, on that line and in that column.
fn check_place(script: &[u8], diagnostic: &Diagnostic) {
    let span = diagnostic.span.as_ref().unwrap_or_else(|| panic!("nobody knows where: {diagnostic:?}"));
    assert!(span.start <= span.end && span.end <= script.len() as u64, "{diagnostic:?}");
    assert!(diagnostic.help.is_some(), "no help: {diagnostic:?}");
    let before = &script[..at(span.start)];
    let before = before.strip_prefix("\u{feff}".as_bytes()).unwrap_or(before);
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let characters = line.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!((span.line as usize, span.column as usize), (lines + 1, characters + 1), "{diagnostic:?}");
}

/// Counts lines forward.
struct Lines<'a> {
    script: &'a [u8],
    counted: usize,
    line: u32,
}

impl Lines<'_> {
    fn of(&mut self, offset: u64) -> u32 {
        let more = self.script[self.counted..at(offset)].iter().filter(|byte| **byte == b'\n').count();
        self.counted = at(offset);
        self.line += u32::try_from(more).unwrap();
        self.line
    }
}

fn at(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &[u8] = b"SELECT 1;\n-- two\nSELECT 2;\n";

    /// The pieces of a script, with something wrong about the second one, are told from right ones.
    #[track_caller]
    fn check_found(spoil: fn(&mut Piece)) {
        let dialect = &crate::DIALECTS[3];
        let mut pieces = split(dialect, SCRIPT, &[]).unwrap();
        check_pieces(dialect, SCRIPT, &pieces);
        spoil(&mut pieces[1]);
        let checked = std::panic::catch_unwind(|| check_pieces(dialect, SCRIPT, &pieces));
        assert!(checked.is_err(), "{pieces:?}");
    }

    #[test]
    fn wrong_pieces_are_found() {
        check_found(|piece| piece.line = 2);
        check_found(|piece| piece.whole.start += 1);
        check_found(|piece| piece.whole.end -= 1);
        check_found(|piece| piece.body.start = 0);
        check_found(|piece| piece.body.end += 1);
        check_found(|piece| piece.kind = "blank".to_owned());
        check_found(|piece| piece.kind = "question".to_owned());
        check_found(|piece| piece.transaction = "outside".to_owned());
    }

    #[test]
    #[should_panic = "nobody knows where"]
    fn a_fault_without_a_place_is_found() {
        let mut diagnostic = split(&crate::DIALECTS[3], b"SELECT 'a", &[]).unwrap_err();
        check_place(b"SELECT 'a", &diagnostic);
        diagnostic.span = None;
        check_place(b"SELECT 'a", &diagnostic);
    }
}
