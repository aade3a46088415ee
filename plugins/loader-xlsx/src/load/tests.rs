//! Workbooks as their rows, and what is wrong with others.

use noorm_workbook::{DATE, DURATION, INSTANT, Workbook, number, row, shared, styled, text, typed};

use super::*;
use crate::choice::Header;

fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

fn choice(sheet: Option<SheetChoice>, header: Header) -> Choice {
    Choice { sheet, header }
}

fn table(names: [&str; 2], values: &[[&str; 2]]) -> String {
    let mut rows = row(1, &[text("A1", names[0]), text("B1", names[1])]);
    for (at, [first, second]) in (2..).zip(values) {
        rows += &row(at, &[text(&format!("A{at}"), first), number(&format!("B{at}"), second)]);
    }
    rows
}

#[track_caller]
fn fails(workbook: &Workbook, choice: &Choice, code: &str, message: &str) -> Problem {
    let problem = read(&workbook.bytes(), choice).expect_err("a wrong file");
    assert!(problem.code == code && problem.message.contains(message), "{problem:?}");
    problem
}

#[test]
fn cells_have_their_types() {
    let workbook = Workbook::new()
        .shared("<t>shared</t>")
        .shared("<r><t>ri</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">ch </t></r>")
        .sheet(
            "Types",
            row(
                1,
                &["A", "B", "C", "D", "E", "F", "G", "H", "I"]
                    .map(|name| text(&format!("{name}1"), &name.to_lowercase())),
            ) + &row(
                2,
                &[
                    text("A2", " a<b & c "),
                    number("B2", "42"),
                    number("C2", "19.9"),
                    typed("D2", "b", "1"),
                    styled("E2", DATE, "46053"),
                    styled("F2", INSTANT, "46053.5"),
                    styled("G2", DURATION, "1.5"),
                    shared("H2", 0),
                    typed("I2", "str", "of &amp; formula"),
                ],
            ) + &row(3, &[shared("H3", 1), styled("I3", DATE, "")]),
        );
    let expected = Value::List(vec![
        map(&[
            ("a", word(" a<b & c ")),
            ("b", Value::Integer(42)),
            ("c", Value::Real(19.9)),
            ("d", Value::Boolean(true)),
            ("e", word("2026-01-31")),
            ("f", word("2026-01-31T12:00:00")),
            ("g", word("PT36H")),
            ("h", word("shared")),
            ("i", word("of & formula")),
        ]),
        map(&[
            ("a", Value::Null),
            ("b", Value::Null),
            ("c", Value::Null),
            ("d", Value::Null),
            ("e", Value::Null),
            ("f", Value::Null),
            ("g", Value::Null),
            ("h", word("rich ")),
            ("i", Value::Null),
        ]),
    ]);
    assert_eq!(read(&workbook.bytes(), &Choice::default()), Ok(expected));
}

#[test]
fn several_sheets_are_a_map_and_one_can_be_chosen() {
    let workbook = Workbook::new()
        .sheet("Prices", table(["name", "price"], &[["a", "1"]]))
        .hidden("Lookup", table(["k", "v"], &[["x", "9"]]))
        .sheet("Empty", "");
    let prices = Value::List(vec![map(&[("name", word("a")), ("price", Value::Integer(1))])]);
    let all = map(&[("Prices", prices.clone()), ("Empty", Value::List(Vec::new()))]);
    assert_eq!(read(&workbook.bytes(), &Choice::default()), Ok(all));
    let of = |sheet| read(&workbook.bytes(), &choice(Some(sheet), Header::First));
    assert_eq!(of(SheetChoice::Name("Prices".to_owned())), Ok(prices.clone()));
    assert_eq!(of(SheetChoice::Number(1)), Ok(prices));
    assert_eq!(
        of(SheetChoice::Name("Lookup".to_owned())),
        Ok(Value::List(vec![map(&[("k", word("x")), ("v", Value::Integer(9))])]))
    );
    let problem = of(SheetChoice::Name("prices".to_owned())).expect_err("names are exact");
    assert_eq!(problem.help.as_deref(), Some("there are `Prices`, `Lookup`, `Empty`"));
    assert!(of(SheetChoice::Number(4)).expect_err("three").message.contains("the workbook has 3"));
    let hidden = Workbook::new().hidden("a", "");
    fails(&hidden, &Choice::default(), "sheet", "no visible sheet");
}

#[test]
fn the_header_is_a_row_or_letters() {
    let rows = row(1, &[text("B1", "A title")])
        + &row(3, &[text("A3", " n "), number("C3", "2026")])
        + &row(5, &[text("A5", "x"), number("C5", "0.5")]);
    let workbook = Workbook::new().sheet("S", rows);
    let of = |header| read(&workbook.bytes(), &choice(None, header));
    let expected = Value::List(vec![map(&[("n", word("x")), ("2026", Value::Real(0.5))])]);
    assert_eq!(of(Header::Row(3)), Ok(expected));
    let line = |a, b, c| map(&[("A", a), ("B", b), ("C", c)]);
    let letters = Value::List(vec![
        line(Value::Null, word("A title"), Value::Null),
        line(word(" n "), Value::Null, Value::Integer(2026)),
        line(word("x"), Value::Null, Value::Real(0.5)),
    ]);
    assert_eq!(of(Header::Letters), Ok(letters));
    fails(
        &workbook,
        &choice(None, Header::First),
        "column",
        "the sheet `S`: cell A3 has a value, and its column has no name",
    );
    fails(&workbook, &choice(None, Header::Row(2)), "header", "row 2, which names the columns, is empty");
    fails(&workbook, &choice(None, Header::Row(9)), "header", "row 9");
}

#[test]
fn days_may_be_counted_from_1904() {
    let rows = row(1, &[text("A1", "day")]) + &row(2, &[styled("A2", DATE, "44591")]);
    let workbook = Workbook::new().since_1904().sheet("S", rows);
    let expected = Value::List(vec![map(&[("day", word("2026-01-31"))])]);
    assert_eq!(read(&workbook.bytes(), &Choice::default()), Ok(expected));
}

#[test]
fn errors_name_the_sheet_and_the_cell() {
    let of = |rows: String| Workbook::new().sheet("Prices", rows);
    let header = row(1, &[text("A1", "a"), text("B1", "b")]);
    let usual = Choice::default();
    let error = of(header.clone() + &row(7, &[text("A7", "x"), typed("B7", "e", "#DIV/0!")]));
    fails(&error, &usual, "cell", "the sheet `Prices`: cell B7 holds the error `#DIV/0!`");
    let date = of(header.clone() + &row(2, &[styled("A2", DATE, "-3")]));
    fails(&date, &usual, "cell", "cell A2 has the format of a date, and `-3` is none");
    let stranger = of(header.clone() + &row(2, &[typed("A2", "zz", "1")]));
    fails(&stranger, &usual, "syntax", "the sheet `Prices` cannot be read, behind cell B1");
    let missing = of(header.clone() + &row(2, &[shared("A2", 5)]));
    fails(&missing, &usual, "syntax", "behind cell B1");
    let twice = of(row(1, &[text("A1", "a"), text("C1", " a")]));
    fails(&twice, &usual, "column", "cell C1 names its column `a`, as A1 does");
    let blank = of(row(1, &[text("A1", " ")]));
    fails(&blank, &usual, "column", "cell A1 names a column, and holds blanks alone");
    let order = of(header + &row(3, &[text("A3", "x")]) + &row(2, &[text("A2", "y")]));
    fails(&order, &usual, "order", "cell A2 comes out of order");
}

#[test]
fn what_is_no_workbook_is_told() {
    let of = |bytes: &[u8]| read(bytes, &Choice::default()).expect_err("no workbook");
    assert!(of(b"a,b\n1,2\n").message.contains("not an Excel workbook"));
    assert!(of(b"").message.contains("not an Excel workbook"));
    let whole = Workbook::new().sheet("S", table(["a", "b"], &[["x", "1"]])).bytes();
    for length in (0..whole.len()).step_by(97) {
        of(&whole[..length]);
    }
}

/// A row far down and a column far right are two cells, not 17 billion.
#[test]
fn what_a_sheet_says_of_its_size_is_not_believed() {
    let rows = row(1, &[text("A1", "a"), text("XFD1", "z")]) + &row(1_048_576, &[number("XFD1048576", "1")]);
    let workbook = Workbook::new().sheet("S", rows);
    let expected = Value::List(vec![map(&[("a", Value::Null), ("z", Value::Integer(1))])]);
    assert_eq!(read(&workbook.bytes(), &Choice::default()), Ok(expected));
}

/// Every byte of the parts altered in turn: an answer or a problem, never a panic.
#[test]
fn altered_files_do_no_harm() {
    let whole = Workbook::new()
        .shared("<t>s</t>")
        .sheet("S", table(["a", "b"], &[["x", "1"]]) + &row(3, &[shared("A3", 0)]))
        .bytes();
    for at in 0..whole.len() {
        for byte in [b'<', b'9', 0xff] {
            let mut altered = whole.clone();
            altered[at] = byte;
            let _ = read(&altered, &Choice::default());
        }
    }
}
