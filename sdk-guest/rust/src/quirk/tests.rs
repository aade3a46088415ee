//! Rules over pieces, without a base.

use super::statement::Reader;
use super::{Diagnostic, Failure, Piece, Range, Rule, Statement};

fn piece(whole: (u64, u64), body: (u64, u64)) -> Piece {
    let range = |(start, end)| Range { start, end };
    Piece {
        whole: range(whole),
        body: range(body),
        line: 1,
        kind: "statement".to_owned(),
        data: None,
        transaction: "inside".to_owned(),
        attrs: Vec::new(),
    }
}

fn no_b(statement: &Statement<'_>, piece: &mut Piece) -> Result<(), Diagnostic> {
    piece.transaction = "outside".to_owned();
    match statement.text.find('b') {
        Some(at) => Err(statement.error("b", format!("a b in {}", statement.text), at..at + 1, "write a")),
        None => Ok(()),
    }
}

const RULES: &[Rule] = &[no_b];

/// Returns the places of what was refused.
fn places(ended: Result<Vec<Piece>, Failure>) -> Vec<(u64, u64, u32, u32)> {
    let Err(Failure::Invalid(wrong)) = ended else { panic!("nothing is refused") };
    let spans = wrong.iter().filter_map(|one| one.span.as_ref());
    spans.map(|it| (it.start, it.end, it.line, it.column)).collect()
}

#[test]
fn places_count_from_the_beginning_of_the_script() {
    let mut reader = Reader::new("a.sql".to_owned(), Vec::new());
    reader.take("\u{feff}é a;\né".as_bytes());
    assert!(
        matches!(reader.judge(RULES, vec![piece((0, 8), (3, 7))]), Ok(pieces) if pieces[0].transaction == "outside")
    );
    reader.take(" ab; b".as_bytes());
    let rest = reader.judge(RULES, vec![piece((8, 15), (9, 14)), piece((15, 17), (16, 17))]);
    assert!(matches!(rest, Ok(pieces) if pieces.is_empty()), "what is refused is not handed out");
    assert_eq!(places(reader.end()), [(13, 14, 2, 4), (16, 17, 2, 7)]);
}

#[test]
fn what_is_refused_is_told_together_however_it_comes() {
    let pieces = [piece((0, 2), (0, 1)), piece((2, 4), (2, 3)), piece((4, 6), (4, 5))];
    let mut whole = Reader::new("a.sql".to_owned(), Vec::new());
    whole.take(b"b;a;b;");
    assert!(matches!(whole.judge(RULES, pieces.to_vec()), Ok(pieces) if pieces.is_empty()));
    let mut each = Reader::new("a.sql".to_owned(), Vec::new());
    for (text, piece) in [b"b;", b"a;", b"b;"].iter().zip(pieces) {
        each.take(*text);
        assert!(matches!(each.judge(RULES, vec![piece]), Ok(pieces) if pieces.is_empty()));
    }
    let expected = [(0, 1, 1, 1), (4, 5, 1, 5)];
    assert_eq!(places(whole.end()), expected);
    assert_eq!(places(each.end()), expected);
}

#[test]
fn a_script_that_is_refused_again_and_again_is_not_read_to_its_end() {
    let mut reader = Reader::new("a.sql".to_owned(), Vec::new());
    reader.take(&b"b;".repeat(101));
    let pieces = (0..101).map(|at| piece((2 * at, 2 * at + 2), (2 * at, 2 * at + 1))).collect();
    assert_eq!(places(reader.judge(RULES, pieces)).len(), 100);
}

#[test]
fn text_that_no_piece_covers_waits() {
    let mut reader = Reader::new("a.sql".to_owned(), Vec::new());
    reader.take(b"a");
    assert!(reader.judge(RULES, Vec::new()).is_ok());
    reader.take(b"b;");
    assert!(reader.judge(RULES, vec![piece((0, 3), (0, 2))]).is_ok());
    let Err(Failure::Invalid(wrong)) = reader.end() else { panic!("it is refused") };
    assert_eq!(wrong[0].message, "a b in ab");
}
