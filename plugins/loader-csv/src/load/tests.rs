//! Rows of good files, and the places of what is wrong with others.

use super::*;

type Table = (Vec<String>, Vec<Vec<String>>);

fn read(chunks: &[&[u8]], max_rows: u32) -> Result<Table, Problem> {
    read_as(&Style::default(), chunks, max_rows)
}

/// A null cell is shown as `∅`.
fn read_as(style: &Style, chunks: &[&[u8]], max_rows: u32) -> Result<Table, Problem> {
    let mut rows = Rows::new(style.clone(), max_rows, 1024);
    for chunk in chunks {
        rows.push(chunk)?;
    }
    rows.finish()?;
    let columns = rows.columns.clone().expect("known after the end");
    let mut table = Vec::new();
    while let Some(batch) = rows.take() {
        let mut start = 0;
        let mut cells = Vec::new();
        for end in batch.ends {
            cells.push(String::from_utf8(batch.text[start..end as usize].to_vec()).expect("checked before"));
            start = end as usize;
        }
        for null in batch.nulls {
            assert_eq!(cells[null as usize], "", "a null cell has no text");
            "∅".clone_into(&mut cells[null as usize]);
        }
        table.extend(cells.chunks(columns.len()).map(<[String]>::to_vec));
    }
    Ok((columns, table))
}

fn check(text: &str, columns: &[&str], rows: &[&[&str]]) {
    check_as(&Style::default(), text, columns, rows);
}

fn check_as(style: &Style, text: &str, columns: &[&str], rows: &[&[&str]]) {
    let (found_columns, found_rows) = read_as(style, &[text.as_bytes()], 2).expect("a good file");
    assert_eq!(found_columns, columns, "{text:?}");
    assert_eq!(found_rows, rows, "{text:?}");
    for cut in 0..=text.len() {
        let bytes = text.as_bytes();
        let cut_up = read_as(style, &[&bytes[..cut], &bytes[cut..]], 2).expect("the same file");
        assert_eq!(cut_up, (found_columns.clone(), found_rows.clone()), "{text:?} cut at {cut}");
    }
}

fn fails(text: &[u8], code: &str, place: (u32, u32)) {
    let problem = read(&[text], 2).expect_err("a wrong file");
    assert_eq!((problem.code, problem.at.map(|at| (at.line, at.column))), (code, Some(place)), "{problem:?}");
}

#[test]
fn cells_are_kept_exactly() {
    check("a,b\n007, x \n29051_00040,\"\"\n", &["a", "b"], &[&["007", " x "], &["29051_00040", ""]]);
    check("a,b\r\n\"x, \"\"y\"\"\",\"l1\r\nl2\"\r\n", &["a", "b"], &[&["x, \"y\"", "l1\r\nl2"]]);
    check("\u{feff} a , b\n\n1,zoë\n\n", &["a", "b"], &[&["1", "zoë"]]);
    check("a;b\n1;2", &["a;b"], &[&["1;2"]]);
    check("a\n1\n2\n3\n", &["a"], &[&["1"], &["2"], &["3"]]);
}

#[test]
fn an_empty_file_has_nothing() {
    check("", &[], &[]);
    check("a,b\n", &["a", "b"], &[]);
}

#[test]
fn errors_name_the_line() {
    fails(b"a,b\n1,2\n3\n", "ragged-row", (3, 1));
    fails(b"a,b\r\n1,2\r\n3\r\n", "ragged-row", (3, 1));
    fails(b"a,b\n1,2\n\n\n3\n", "ragged-row", (5, 1));
    fails(b"\"a\nb\",c\n1,2\n3\n", "ragged-row", (4, 1));
    fails("zo\u{eb}, a,a \n1,2\n".as_bytes(), "duplicate-column", (1, 8));
    fails("\u{feff}a,\n1,2\n".as_bytes(), "empty-column", (1, 3));
    fails(b"a,b\n1,\xff\n", "invalid-utf8", (2, 1));
    fails(b"a,b\n\xc3,\xa9\n", "invalid-utf8", (2, 1));
    fails(b"\xef\xbb", "invalid-utf8", (1, 1));
    fails(b"a,b\n1,2\n3,\"x\n4,5\n", "open-quote", (3, 3));
    fails(b"a\nx\"y\n\"open\n", "open-quote", (3, 1));
    fails(b"a,b\n1,\"5\" disk\"\n", "stray-quote", (2, 6));
}

#[test]
fn a_quote_inside_a_plain_cell_is_a_character() {
    check("a,b\n5\" disk,x\n", &["a", "b"], &[&["5\" disk", "x"]]);
    check("a,b\n5\" disk,3\" disk\n", &["a", "b"], &[&["5\" disk", "3\" disk"]]);
}

#[test]
fn line_ends_may_be_carriage_returns() {
    check("a,b\r1,2\r3,4\r", &["a", "b"], &[&["1", "2"], &["3", "4"]]);
}

#[test]
fn batches_stay_within_their_bounds() {
    let mut rows = Rows::new(Style::default(), 3, 10);
    rows.push(b"a\n123456\n123456\nlonger than a batch\n1\n2\n3\n4\n").expect("a good file");
    rows.finish().expect("a good file");
    let sizes: Vec<_> = std::iter::from_fn(|| rows.take()).map(|batch| (batch.rows, batch.text.len())).collect();
    assert_eq!(sizes, [(1, 6), (1, 6), (1, 19), (3, 3), (1, 1)]);
}

#[test]
fn a_long_row_outgrows_the_first_room() {
    let (cell, names) = ("x".repeat(5_000), (0..200).map(|index| format!("c{index}")).collect::<Vec<_>>());
    let text = format!("{}\n{}\n", names.join(","), vec![cell.as_str(); 200].join(","));
    let (columns, table) = read(&[text.as_bytes()], 2).expect("a good file");
    assert_eq!((columns.len(), table[0].len()), (200, 200));
    assert!(table[0].iter().all(|found| *found == cell));
}

#[test]
fn a_style_changes_what_characters_mean() {
    let style = Style { delimiter: b';', quote: Some(b'\''), comment: Some(b'#'), ..Style::default() };
    check_as(&style, "# a;b\na;b\n'x;y';\"1\"\n#c;;;\n 2;#3\n", &["a", "b"], &[&["x;y", "\"1\""], &[" 2", "#3"]]);
    let style = Style { delimiter: b'\t', quote: None, ..Style::default() };
    check_as(&style, "a\tb\n\"1\t2\"\n", &["a", "b"], &[&["\"1", "2\""]]);
    let problem = read_as(&style, &[b"a\tb\n1\n"], 2).expect_err("a short row");
    assert_eq!(problem.help.as_deref(), Some("add or remove cells"));
}

#[test]
fn without_a_header_columns_are_numbered() {
    let style = Style { has_header: false, ..Style::default() };
    check_as(&style, "1,2\n3,4\n", &["c1", "c2"], &[&["1", "2"], &["3", "4"]]);
    check_as(&style, "", &[], &[]);
    let problem = read_as(&style, &[b"1,2\n3\n"], 2).expect_err("a short row");
    assert!(problem.message.ends_with("the first row has 2"), "{problem:?}");
}

#[test]
fn a_text_can_mean_null_and_its_quotes_say_that_it_does_not() {
    let style = Style { null: Some(String::new()), ..Style::default() };
    check_as(&style, "a,b\n,\"\"\n\"\",\n", &["a", "b"], &[&["∅", ""], &["", "∅"]]);
    let style = Style { null: Some("\\N".to_owned()), ..Style::default() };
    check_as(&style, "a,b\n\\N,\"\\N\"\nx\\N,\n", &["a", "b"], &[&["∅", "\\N"], &["x\\N", ""]]);
}

#[test]
fn blanks_are_taken_off_cells_without_quotes() {
    let style = Style { is_trimmed: true, null: Some("-".to_owned()), ..Style::default() };
    check_as(&style, "a, b\n x\t,\" y \"\n - ,z z\n", &["a", "b"], &[&["x", " y "], &["∅", "z z"]]);
    let problem = read_as(&style, &[b"a,b\n1, \"2\"\n"], 2).expect_err("quotes that open nothing");
    assert_eq!((problem.code, problem.at.map(|at| at.line)), ("stray-quote", Some(2)));
}

/// Every short text over the bytes that mean something, cut everywhere, and byte by byte with empty chunks between.
#[test]
fn chunks_change_nothing() {
    const BYTES: &[&[u8]] = &[b"a", b",", b"\"", b"\n", b"\r", b"\xef\xbb\xbf", b"\xc3", b"\xa9"];
    for mut number in 0..BYTES.len().pow(4) {
        let mut text = Vec::new();
        for _ in 0..4 {
            text.extend_from_slice(BYTES[number % BYTES.len()]);
            number /= BYTES.len();
        }
        let whole = read(&[&text], 2);
        for cut in 0..=text.len() {
            assert_eq!(read(&[&text[..cut], &[], &text[cut..]], 2), whole, "{text:?} cut at {cut}");
        }
        let bytes: Vec<&[u8]> = text.chunks(1).flat_map(|byte| [byte, &[]]).collect();
        assert_eq!(read(&bytes, 2), whole, "{text:?} byte by byte");
    }
}
