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

#[test]
fn places_count_from_the_beginning_of_the_script() {
    let mut reader = Reader::new("a.sql".to_owned(), Vec::new());
    reader.take("\u{feff}é a;\né".as_bytes());
    assert!(
        matches!(reader.judge(RULES, vec![piece((0, 8), (3, 7))]), Ok(pieces) if pieces[0].transaction == "outside")
    );
    reader.take(" ab; b".as_bytes());
    let Err(Failure::Invalid(wrong)) = reader.judge(RULES, vec![piece((8, 15), (9, 14)), piece((15, 17), (16, 17))])
    else {
        panic!("two are refused");
    };
    let places: Vec<_> =
        wrong.iter().filter_map(|one| one.span.as_ref()).map(|it| (it.start, it.end, it.line, it.column)).collect();
    assert_eq!(places, [(13, 14, 2, 4), (16, 17, 2, 7)]);
    assert_eq!(wrong[0].message, "a b in é ab");
}

#[test]
fn text_that_no_piece_covers_waits() {
    let mut reader = Reader::new("a.sql".to_owned(), Vec::new());
    reader.take(b"a");
    assert!(reader.judge(RULES, Vec::new()).is_ok());
    reader.take(b"b;");
    assert!(reader.judge(RULES, vec![piece((0, 3), (0, 2))]).is_err());
}
