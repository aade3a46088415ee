//! Delimiters of the script's own, and what else the shells that have them know.

use super::{DELIMITED, check, check_fails};

#[test]
fn a_script_says_its_delimiter() {
    check(&DELIMITED, "delimiter //\na; b//\nc//d", &["statement 2: a; b", "statement 3: c", "statement 3: d"]);
    check(
        &DELIMITED,
        "DELIMITER $$\nbegin end$$\n  Delimiter ;\nx;y",
        &["statement 2: begin end", "statement 4: x", "statement 4: y"],
    );
    check(&DELIMITED, "delimiter '//' and more; of it\na;//b", &["statement 2: a;", "statement 2: b"]);
    check(&DELIMITED, "delimiter //\r\na;\r\n//\r\n", &["statement 2: a;", "blank 3: "]);
    check(&DELIMITED, "a; delimiter //\nb;//", &["statement 1: a", "statement 2: b;"]);
    check(&DELIMITED, "delimiter ;;\na; b;; c ;;;d", &["statement 2: a; b", "statement 2: c", "statement 2: ;d"]);
    check(&DELIMITED, "delimiter é\na;éb", &["statement 2: a;", "statement 2: b"]);
    // Even in a word, and never in another case.
    check(&DELIMITED, "delimiter go\nselect category GO b", &["statement 2: select cate", "statement 2: ry GO b"]);
    check(
        &DELIMITED,
        "delimiter go\ninsert abcgo\ninsert gogo x",
        &["statement 2: insert abc", "statement 3: insert", "statement 3: x"],
    );
    // Without a blank behind it, and in a statement, it is a word like any other.
    check(&DELIMITED, "delimiter//\na;b", &["statement 1: delimiter//\na", "statement 2: b"]);
    check(&DELIMITED, "a\ndelimiter //\nb;c", &["statement 1: a\ndelimiter //\nb", "statement 3: c"]);
}

#[test]
fn delimiters_are_not_looked_for_in_quotes_and_comments() {
    check(
        &DELIMITED,
        "delimiter //\n'//' \"//\" /* // */ a -- //\n# //\nb//c",
        &["statement 2: '//' \"//\" /* // */ a -- //\n# //\nb", "statement 4: c"],
    );
    // It goes before what it could begin.
    check(&DELIMITED, "delimiter --\na; -- b", &["statement 2: a;", "statement 2: b"]);
    check(&DELIMITED, "delimiter #\na; # b", &["statement 2: a;", "statement 2: b"]);
}

#[test]
fn delimiters_that_cannot_be_are_refused() {
    check_fails(&DELIMITED, "delimiter\na;", "1:1 delimiter 0..9");
    check_fails(&DELIMITED, "a;\n delimiter  \n", "2:2 delimiter 4..13");
    check_fails(&DELIMITED, "delimiter", "1:1 delimiter 0..9");
    check_fails(&DELIMITED, "delimiter a\\b\n", "1:1 delimiter 0..9");
    check_fails(&DELIMITED, "delimiter 1234567890123456\n", "1:1 delimiter 0..9");
    check(&DELIMITED, "delimiter 123456789012345\na123456789012345b", &["statement 2: a", "statement 2: b"]);
}

#[test]
fn a_comment_can_be_code() {
    check(&DELIMITED, "/*!40101 SET a = ';' */;\nb;", &["statement 1: /*!40101 SET a = ';' */", "statement 2: b"]);
    check(&DELIMITED, "-- x\n/*M! a */ b;", &["statement 2: /*M! a */ b"]);
    check(&DELIMITED, "/* ; */ /*+ ; */ a;", &["statement 1: a"]);
    // What a dump says, taken out by somebody.
    check(&DELIMITED, "/* /*!40101 SET a = 1 */; */ b;", &["statement 1: b"]);
    check(&DELIMITED, "/* /*! /*! a */ b; */ /* /* */ c;", &["statement 1: c"]);
    check(&DELIMITED, "/* /*M! a */ b;", &["statement 1: b"]);
    // As the shell has it.
    check(&DELIMITED, "/*! a; */b;", &["statement 1: /*! a", "statement 1: */b"]);
    check(&DELIMITED, "/*! a /* ; */ b */;c", &["statement 1: /*! a /* ; */ b */", "statement 1: c"]);
    // For the shell, not for a server.
    check(&DELIMITED, "/*M!999999\\- enable; the sandbox */\na;", &["statement 2: a"]);
    let trigger = "/*!50003 create*/ /*!50003 trigger t for each row begin a; b; end */";
    check(&DELIMITED, &format!("{trigger};c"), &[&format!("statement 1: {trigger}"), "statement 1: c"]);
}

#[test]
fn comments_are_the_shells() {
    check(&DELIMITED, "a # ; '\n;b", &["statement 1: a", "statement 2: b"]);
    check(
        &DELIMITED,
        "a --1;b -- ;\n;c --\t;\n;d --",
        &["statement 1: a --1", "statement 1: b", "statement 2: c", "statement 3: d"],
    );
    check(&DELIMITED, "--a;\nb;", &["statement 2: b"]);
    check(&DELIMITED, "a --\n;b", &["statement 1: a", "statement 2: b"]);
    check(&DELIMITED, "/* /* ; */ a;", &["statement 1: a"]);
}

#[test]
fn commands_of_the_shell_are_named() {
    check_fails(&DELIMITED, "select 1\\G", "1:9 client-command 8..10");
    check_fails(&DELIMITED, "select 1 \\gselect 2", "1:10 client-command 9..11");
    check_fails(&DELIMITED, "a; source x", "1:4 client-command 3..9");
    check(&DELIMITED, "a source \\N;b", &["statement 1: a source \\N", "statement 1: b"]);
    check(&DELIMITED, "\\N;b", &["statement 1: \\N", "statement 1: b"]);
}

#[test]
fn backslashes_escape_as_the_setting_says() {
    check(&DELIMITED, r#"'\';' "\";" '\\';a"#, &[r#"statement 1: '\';' "\";" '\\'"#, "statement 1: a"]);
    check(
        &DELIMITED,
        r"set mode = 'x,ANSI';'\';a",
        &["statement 1: set mode = 'x,ANSI'", r"statement 1: '\'", "statement 1: a"],
    );
    check(
        &DELIMITED,
        r"set @@session.mode := ANSI;'\';a",
        &["statement 1: set @@session.mode := ANSI", r"statement 1: '\'", "statement 1: a"],
    );
    for unchanged in
        ["@mode = 'ANSI'", "global mode = 'ANSI'", "@@global.mode='ANSI'", "mode = ansi('x')", "x = 'mode=ANSI'"]
    {
        check(
            &DELIMITED,
            &format!(r"set {unchanged};'\';';a"),
            &[&format!("statement 1: set {unchanged}"), r"statement 1: '\';'", "statement 1: a"],
        );
    }
    // What it was at the beginning.
    for back in ["@old", "DEFAULT", "''"] {
        check(
            &DELIMITED,
            &format!(r"/*!1 set @old=@@mode, mode='ANSI' */;/*! set mode={back} */;'\';'"),
            &[
                "statement 1: /*!1 set @old=@@mode, mode='ANSI' */",
                &format!("statement 1: /*! set mode={back} */"),
                r"statement 1: '\';'",
            ],
        );
    }
}
