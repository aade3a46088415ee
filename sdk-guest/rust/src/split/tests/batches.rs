//! Batches that end with a word alone on a line.

use super::{BATCHED, check, check_fails};

#[test]
fn a_batch_ends_with_the_word_alone_on_its_line() {
    check(&BATCHED, "a; b;\nGO\nc\n", &["statement 1: a; b;", "statement 3: c"]);
    check(&BATCHED, "a\r\n  go\t \r\nb\r\nGo", &["statement 1: a", "statement 3: b"]);
    check(&BATCHED, "GO\nGO\na\nGO\nGO\n", &["statement 3: a", "blank 5: "]);
    check(
        &BATCHED,
        "a\nGO -- b\nc\nGO--d\ne\nGO /* f\n*/ g",
        &["statement 1: a", "statement 3: c", "statement 5: e", "statement 7: g"],
    );
    check(&BATCHED, "/* a */\nGO\n-- b\nGO", &["blank 1: "]);
    check(&BATCHED, "-- a\nGO\nb", &["statement 3: b"]);
}

#[test]
fn a_batch_can_be_repeated() {
    check(&BATCHED, "a\nGO 5\nb\ngo  12  -- c\n", &["statement 1: a x5", "statement 3: b x12", "blank 4: "]);
    check(&BATCHED, "a\nGO 1\n", &["statement 1: a"]);
    check_fails(&BATCHED, "a\nGO 0\n", "2:1 separator-count 2..6");
    check_fails(&BATCHED, "a\n GO 100001\n", "2:2 separator-count 3..12");
    check_fails(&BATCHED, "a\nGO ;\n", "2:1 separator-line 2..4");
}

#[test]
fn the_word_elsewhere_is_a_word() {
    for batch in [
        "a go",
        "a go\nb",
        "a\nGO b",
        "a\ngone",
        "a\nGO 5 b",
        "a\nGO - 1",
        "a\n@GO\n",
        "a\nGO; b",
        "a\n;GO",
        "a\n/**/ GO",
    ] {
        check(&BATCHED, batch, &[&format!("statement 1: {}", batch.trim_end())]);
    }
    check(
        &BATCHED,
        "'a\nGO\n' /*\nGO\n/*\n*/\nGO\n*/ [b]]\nGO\n]\nGO\n",
        &["statement 1: 'a\nGO\n' /*\nGO\n/*\n*/\nGO\n*/ [b]]\nGO\n]"],
    );
    check(&BATCHED, "a -- b\nGO\n", &["statement 1: a"]);
}

#[test]
fn commands_begin_lines() {
    check_fails(&BATCHED, "a\n :r b.sql\n", "2:2 client-command 3..5");
    check_fails(&BATCHED, "!!dir", "1:1 client-command 0..5");
    check(&BATCHED, "a :r b\n::c != d\n!= e", &["statement 1: a :r b\n::c != d\n!= e"]);
}

#[test]
fn a_batch_is_outside_if_any_of_its_words_is() {
    check(&BATCHED, "a begin tran b commit\nGO\nc", &["statement outside 1: a begin tran b commit", "statement 3: c"]);
    check(
        &BATCHED,
        "begin try commit_ end try 'commit' [commit] @commit",
        &["statement 1: begin try commit_ end try 'commit' [commit] @commit"],
    );
    let late = format!("{} commit", "a ".repeat(100));
    check(&BATCHED, &late, &[&format!("statement outside 1: {late}")]);
    let procedure = format!("create proc p as {} begin tran commit", "a ".repeat(100));
    check(&BATCHED, &procedure, &[&format!("statement 1: {procedure}")]);
    check(&BATCHED, "create proc p commit", &["statement 1: create proc p commit"]);
}
