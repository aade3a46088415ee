//! What the splitter promises, whatever the dialect: laws for any text, and a case for each rule.

use proptest::prelude::*;

use super::{
    Batch, Body, Client, Comments, Ends, Mark, MarkPlace, Quote, Remark, Setting, Splitter, Syntax, Transaction,
};
use crate::dialect::noorm::types::report::{Diagnostic, Failure};

mod batches;
mod blocks;
mod delimiters;

/// Everything that a syntax can switch on, beside delimiters.
static FULL: Syntax = Syntax {
    quotes: &[Quote::STRING, Quote::NAME],
    escape_strings: true,
    dollar_quotes: true,
    comments: Comments { return_ends: true, ..Comments::STANDARD },
    word_bytes: b"",
    ends: Ends::Semicolon,
    parentheses_hold: true,
    bodies: &[Body::Flat { heads: &[&["CREATE", "FUNCTION"]], opens: &["BEGIN", "ATOMIC"] }],
    copy_from_stdin: true,
    client: Client {
        program: "psql",
        marks: &[Mark { text: "\\", place: MarkPlace::Anywhere, letter: false, short: false }],
        words: &[],
        ignored: &["\\restrict"],
        values: &[],
        help: |_| "remove it",
    },
    setting: None,
    plain: &["INSERT"],
    transaction,
    batch: None,
    remark,
};

/// Everything that a syntax can switch off.
static PLAIN: Syntax = Syntax {
    quotes: &[Quote::STRING, Quote { open: b'[', close: b']', doubled: false, escapes: false, what: "name" }],
    escape_strings: false,
    dollar_quotes: false,
    comments: Comments { nested: false, ..Comments::STANDARD },
    parentheses_hold: false,
    bodies: &[Body::Flat { heads: &[&["CREATE", "TRIGGER"]], opens: &["BEGIN"] }],
    copy_from_stdin: false,
    client: Client {
        program: "the shell",
        marks: &[Mark { text: ".", place: MarkPlace::Statement, letter: false, short: false }],
        ignored: &[],
        ..FULL.client
    },
    plain: &[],
    ..FULL
};

/// Delimiters of the script's own, code in comments, blocks, a setting.
static DELIMITED: Syntax = Syntax {
    quotes: ESCAPED,
    comments: Comments { nested: false, return_ends: false, blank_after_dashes: true, hash: true, code: true },
    ends: Ends::Delimiter("DELIMITER"),
    bodies: &[Body::Blocks { has: |head| matches!(head, ["CREATE", "PROCEDURE" | "TRIGGER" | "EVENT", ..]) }],
    client: Client {
        program: "the shell",
        marks: &[Mark { text: "\\", place: MarkPlace::Anywhere, letter: false, short: true }],
        words: &["SOURCE"],
        ignored: &[],
        values: &["\\N"],
        help: |_| "remove it",
    },
    setting: Some(Setting {
        name: "MODE",
        quotes: |mode| if mode.contains("ANSI") { &[Quote::STRING, Quote::NAME] } else { ESCAPED },
    }),
    plain: &["INSERT"],
    ..PLAIN
};

static ESCAPED: &[Quote] = &[Quote { escapes: true, ..Quote::STRING }, Quote { escapes: true, ..Quote::NAME }];

/// Batches of many statements.
static BATCHED: Syntax = Syntax {
    quotes: &[Quote::STRING, Quote { open: b'[', close: b']', doubled: true, escapes: false, what: "name" }],
    comments: Comments::STANDARD,
    word_bytes: b"@#",
    ends: Ends::Line("GO"),
    bodies: &[],
    client: Client {
        program: "the shell",
        marks: &[
            Mark { text: ":", place: MarkPlace::Line, letter: true, short: false },
            Mark { text: "!!", place: MarkPlace::Line, letter: false, short: false },
        ],
        ..PLAIN.client
    },
    batch: Some(Batch {
        word: |previous, word| match (previous, word) {
            ("BEGIN", "TRAN") => Transaction::Begin,
            (_, "COMMIT") => Transaction::Commit,
            _ => Transaction::Inside,
        },
        defines: |head| matches!(head, ["CREATE", "PROC", ..]),
        changes: |_, word| u32::from(matches!(word, "INSERT" | "COMMIT")),
    }),
    ..PLAIN
};

fn remark(head: &[&str]) -> Option<Remark> {
    match head {
        ["SWITCH", ..] => Some(Remark { name: "switch", value: "off", hoisted: true }),
        ["SET", ..] => Some(Remark::SESSION),
        _ => None,
    }
}

fn transaction(head: &[&str]) -> Transaction {
    if head == ["VACUUM"] { Transaction::Outside } else { Transaction::Inside }
}

/// Splits `text`, cut at `cuts`, and says each piece: kind, body, data, line.
fn split(syntax: &'static Syntax, text: &[u8], cuts: &[usize]) -> Result<Vec<String>, Vec<Diagnostic>> {
    let mut splitter = Splitter::new("a.sql", syntax);
    let mut pieces = Vec::new();
    let mut run = || {
        let mut from = 0;
        for cut in cuts.iter().copied().chain([text.len()]) {
            pieces.extend(splitter.push(&text[from..cut])?);
            from = cut;
        }
        pieces.extend(splitter.finish()?);
        Ok(())
    };
    match run() {
        Ok(()) => {}
        Err(Failure::Invalid(diagnostics)) => return Err(diagnostics),
        Err(other) => panic!("{other:?}"),
    }
    let part = |start: u64, end: u64| {
        let (start, end) = (usize::try_from(start).unwrap(), usize::try_from(end).unwrap());
        String::from_utf8_lossy(&text[start..end]).into_owned()
    };
    let mut at = 0;
    let mut said = Vec::new();
    for piece in pieces {
        assert_eq!(piece.whole.start, at, "a gap");
        at = piece.whole.end;
        assert!(piece.whole.start < piece.whole.end && piece.whole.start <= piece.body.start);
        assert!(piece.body.start <= piece.body.end && piece.body.end <= piece.whole.end);
        assert_eq!(piece.kind == "blank", piece.body.start == piece.body.end);
        let body = part(piece.body.start, piece.body.end);
        let data = piece.data.map(|data| {
            assert!(piece.body.end <= data.start && data.start <= data.end && data.end <= piece.whole.end);
            format!(" <- {:?}", part(data.start, data.end))
        });
        let outside = if piece.transaction == "outside" { " outside" } else { "" };
        let attr = |name: &str| piece.attrs.iter().find(|attr| attr.0 == name).map(|attr| attr.1.as_str());
        let repeat = attr("repeat").map(|count| format!(" x{count}")).unwrap_or_default();
        // What ends every piece but the last is there, word for word.
        match attr("ended-by") {
            Some("end-of-file") => assert_eq!(at, text.len() as u64),
            Some(end) => {
                assert!(part(piece.body.end, piece.whole.end).to_ascii_uppercase().contains(&end.to_ascii_uppercase()))
            }
            None if piece.kind == "statement" => assert_eq!(text[usize::try_from(at).unwrap() - 1], b';'),
            None => {}
        }
        said.push(format!("{}{outside} {}: {body}{repeat}{}", piece.kind, piece.line, data.unwrap_or_default()));
    }
    assert_eq!(at, text.len() as u64, "not all of it");
    Ok(said)
}

#[track_caller]
fn check(syntax: &'static Syntax, text: &str, expected: &[&str]) {
    assert_eq!(split(syntax, text.as_bytes(), &[]).unwrap(), expected, "{text}");
}

/// `expected` is `line:column code start..end`.
#[track_caller]
fn check_fails(syntax: &'static Syntax, text: &str, expected: &str) {
    let diagnostics = split(syntax, text.as_bytes(), &[]).unwrap_err();
    let said = diagnostics.iter().map(|diagnostic| {
        let span = diagnostic.span.as_ref().unwrap();
        format!("{}:{} {} {}..{}", span.line, span.column, diagnostic.code, span.start, span.end)
    });
    assert_eq!(said.collect::<Vec<_>>(), [expected], "{text}");
}

#[test]
fn statements_end_at_terminators_outside_quotes_and_comments() {
    check(&FULL, "", &[]);
    check(&FULL, " \n-- c;\n", &["blank 1: "]);
    check(&FULL, "a;b", &["statement 1: a", "statement 1: b"]);
    check(&FULL, "\n-- x;\n a /* ; */ b -- ;\n;\n", &["statement 3: a /* ; */ b", "blank 4: "]);
    check(&FULL, "a ';' \";\" b;c", &["statement 1: a ';' \";\" b", "statement 1: c"]);
    check(&FULL, ";; a;; ;b;\n;", &["statement 1: a", "statement 1: b", "blank 1: "]);
    check(&FULL, "'it''s;';x", &["statement 1: 'it''s;'", "statement 1: x"]);
    check(&FULL, "a - b / c;- ;/", &["statement 1: a - b / c", "statement 1: -", "statement 1: /"]);
    check(&FULL, "VACUUM;", &["statement outside 1: VACUUM"]);
}

#[test]
fn comments_nest_where_the_dialect_says_so() {
    check(&FULL, "/* /* ; */ ; */ a;", &["statement 1: a"]);
    check(&PLAIN, "/* /* ; */ a;", &["statement 1: a"]);
    check(&FULL, "/*/ ; */ a;", &["statement 1: a"]);
    check(&FULL, "/**/a;/***/b;", &["statement 1: a", "statement 1: b"]);
    check(&FULL, "-- x\ra;", &["statement 1: a"]);
    check(&PLAIN, "-- x\ra;", &["blank 1: "]);
    check(&FULL, "insert (/* ) */;);a;", &["statement 1: insert (/* ) */;)", "statement 1: a"]);
}

#[test]
fn backslashes_escape_in_escape_strings_only() {
    check(&FULL, r"E'\';';a", &[r"statement 1: E'\';'", "statement 1: a"]);
    check(&FULL, r"E'a''\';';a", &[r"statement 1: E'a''\';'", "statement 1: a"]);
    check(&FULL, r"'\';a", &[r"statement 1: '\'", "statement 1: a"]);
    check(&FULL, r"fine'\';a", &[r"statement 1: fine'\'", "statement 1: a"]);
}

#[test]
fn dollar_quotes_end_at_their_own_tag() {
    check(&FULL, "$$;$$;a", &["statement 1: $$;$$", "statement 1: a"]);
    check(&FULL, "$a$ ;$b$;$ $a;$a$;b", &["statement 1: $a$ ;$b$;$ $a;$a$", "statement 1: b"]);
    check(&FULL, "$é$;$é$;b", &["statement 1: $é$;$é$", "statement 1: b"]);
    check(&FULL, "$1;a$b$;c", &["statement 1: $1", "statement 1: a$b$", "statement 1: c"]);
    check(&PLAIN, "$$;a", &["statement 1: $$", "statement 1: a"]);
}

#[test]
fn parentheses_hold_where_the_dialect_says_so() {
    check(&FULL, "do (a;b);c", &["statement 1: do (a;b)", "statement 1: c"]);
    check(&PLAIN, "do (a;b", &["statement 1: do (a", "statement 1: b"]);
    check(&FULL, "a );b", &["statement 1: a )", "statement 1: b"]);
}

#[test]
fn bodies_hold_statements() {
    let function = "create function f() begin atomic select case when a then b end; select 1; end";
    check(&FULL, &format!("{function};x"), &[&format!("statement 1: {function}"), "statement 1: x"]);
    check(&FULL, function, &[&format!("statement 1: {function}")]);
    check(
        &FULL,
        "create function f() begin atomic end;x",
        &["statement 1: create function f() begin atomic end", "statement 1: x"],
    );
    check(&FULL, "create view f begin atomic a;x", &["statement 1: create view f begin atomic a", "statement 1: x"]);
    let trigger = "create trigger t when new.begin begin select case a when 1 then 2 end; end";
    check(&PLAIN, &format!("{trigger};x"), &[&format!("statement 1: {trigger}"), "statement 1: x"]);
}

#[test]
fn copied_data_is_no_sql() {
    check(
        &FULL,
        "COPY t (a) FROM stdin;\n1;'\n\\.\nb;",
        &["copy-in 1: COPY t (a) FROM stdin <- \"1;'\\n\"", "statement 4: b"],
    );
    check(
        &FULL,
        "copy t from stdin with (format csv); -- c\r\n1\r\n\\.\r\n",
        &["copy-in 1: copy t from stdin with (format csv) <- \"1\\r\\n\""],
    );
    check(&FULL, "copy t from stdin;\n\\.\n", &["copy-in 1: copy t from stdin <- \"\""]);
    check(&FULL, "copy t from stdin;\n1\n\\..\n.\n", &["copy-in 1: copy t from stdin <- \"1\\n\\\\..\\n.\\n\""]);
    check(&FULL, "copy t from stdin;\n1\n\\.", &["copy-in 1: copy t from stdin <- \"1\\n\""]);
    check(&FULL, "copy t from stdin", &["copy-in 1: copy t from stdin <- \"\""]);
    check(
        &FULL,
        "copy (select * from stdin) to 'x';a",
        &["statement 1: copy (select * from stdin) to 'x'", "statement 1: a"],
    );
    check_fails(&FULL, "copy t from stdin; a\n", "1:20 copy-line 19..20");
}

#[test]
fn shell_commands_are_named() {
    check_fails(&FULL, "a;\n é \\c postgres\n", "2:4 client-command 7..9");
    check_fails(&FULL, "select 1 \\gexec", "1:10 client-command 9..15");
    check_fails(&FULL, "\\", "1:1 client-command 0..1");
    check(&FULL, "\\restrict 'a;\nb;", &["statement 2: b"]);
    check_fails(&FULL, "a \\restrict b", "1:3 client-command 2..11");
    check_fails(&PLAIN, ".read x.sql\n", "1:1 client-command 0..5");
    check(&PLAIN, "a .b;", &["statement 1: a .b"]);
}

#[test]
fn what_has_no_end_is_placed_where_it_began() {
    check_fails(&FULL, "a;\n 'b;\n", "2:2 unterminated-string 4..5");
    check_fails(&FULL, "\u{feff}\"b", "1:1 unterminated-name 3..4");
    check_fails(&FULL, "é /* /* */", "1:3 unterminated-comment 3..4");
    check_fails(&FULL, "a $x$ $$", "1:3 unterminated-dollar-quote 2..3");
    check_fails(&PLAIN, "create trigger t begin a; b", "1:18 unterminated-body 17..18");
    check_fails(&FULL, "create function f() begin atomic a;", "1:21 unterminated-body 20..21");
}

#[test]
fn a_failure_stays() {
    let mut splitter = Splitter::new("a.sql", &FULL);
    assert!(splitter.push(b"\\c x\n").is_err());
    assert!(splitter.push(b"select 1;").is_err());
    assert!(splitter.finish().is_err());
}

#[test]
fn a_byte_order_mark_is_blank_at_the_beginning_only() {
    check(&FULL, "\u{feff}a;", &["statement 1: a"]);
    check(&FULL, "\u{feff}", &["blank 1: "]);
    check(&FULL, "\u{fef0}a;", &["statement 1: \u{fef0}a"]);
    check(&FULL, ";\u{feff}a;", &["statement 1: \u{feff}a"]);
    let pieces = split(&FULL, b"\xef\xbb", &[]).unwrap();
    assert_eq!(pieces.len(), 1);
}

/// Bits that begin, end and confuse everything that the lexer knows.
const BITS: &[&str] = &[
    "a",
    " ",
    "\n",
    "\r\n",
    ";",
    "'",
    "''",
    "\"",
    "é",
    "$",
    "$$",
    "$t$",
    "--",
    "-",
    "/",
    "*",
    "/*",
    "*/",
    "(",
    ")",
    "E'",
    "\\",
    "\\.",
    "\\.\n",
    "\\restrict x\n",
    "1",
    ".",
    "[",
    "]",
    "\u{feff}",
    "create function f ",
    "create trigger t ",
    "begin ",
    "atomic ",
    "end",
    "case ",
    "copy t from stdin",
    ";\n",
    "VACUUM",
    "GO",
    "\nGO\n",
    "\ngo 5 ",
    ":r",
    "!!",
    "#",
    "@",
    "-- ",
    "/*!",
    "/*!40101 ",
    "/*M!",
    "\\N",
    "`",
    "delimiter //\n",
    "delimiter ",
    "//",
    "delimiter go\n",
    "if ",
    "then ",
    ":",
    "set mode=",
    "'ANSI'",
    "insert ",
    "create procedure p ",
    "source",
    "commit",
];

proptest! {
    #[test]
    fn where_a_script_is_cut_makes_no_difference(
        bits in prop::collection::vec(prop::sample::select(BITS), 0..24),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        syntax in prop::sample::select(vec![&FULL, &PLAIN, &DELIMITED, &BATCHED]),
    ) {
        let text = bits.concat();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.sort_unstable();
        let all: Vec<usize> = (0..text.len()).collect();
        let say = |cuts: &[usize]| format!("{:?}", split(syntax, text.as_bytes(), cuts));
        let whole = say(&[]);
        prop_assert_eq!(&say(&cuts), &whole);
        prop_assert_eq!(&say(&all), &whole);
    }

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        for syntax in [&FULL, &PLAIN, &DELIMITED, &BATCHED] {
            let _ = split(syntax, &bytes, &[]);
        }
    }
}
