//! `noorm split`: a script in pieces, without a database.

use noorm_testkit::{Engine, Output, Project, Sandbox};
use serde_json::Value;

use crate::answers::error;

const SCRIPT: &str = "-- users\nCREATE TABLE users (\n  id INTEGER -- ;\n);\n\n/* more */ INSERT INTO users VALUES (1);\nVACUUM;\n-- the end\n";

/// The pieces as `number lines kind transaction text`.
#[track_caller]
fn pieces(output: &Output) -> Vec<String> {
    let json = output.json();
    let pieces = json["pieces"].as_array().unwrap_or_else(|| panic!("no `pieces` in\n{output}"));
    let line = |piece: &Value| {
        let word = |name: &str| piece[name].as_str().unwrap().to_owned();
        let (from, to) = (&piece["line"], &piece["lastLine"]);
        format!("{} {from}-{to} {} {} {}", piece["number"], word("kind"), word("transaction"), word("text"))
    };
    pieces.iter().map(line).collect()
}

#[test]
fn pieces_are_shown_to_the_letter() {
    let project = Project::new(Engine::Sqlite);
    project.write("a.sql", SCRIPT);
    project.write("long.sql", format!("SELECT '{}',\n  2", "x".repeat(200)));
    project.write("empty.sql", "-- nothing\n");
    project.write("wrong.sql", "SELECT 1;\nSELECT 'a;\n");
    let lines = [
        "split a.sql",
        "split a.sql --explain",
        "split a.sql --explain --json",
        "split long.sql",
        "split empty.sql",
        "split empty.sql --explain",
        "split empty.sql --json",
        "split wrong.sql",
        "split wrong.sql --json",
        "split none.sql",
    ];
    let session = lines.iter().map(|line| project.snapshot(&project.noorm(line))).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(session);
}

#[test]
fn a_dialect_is_enough() {
    let sandbox = Sandbox::new();
    sandbox.write("a.sql", "COPY a FROM stdin;\n1\n\\.\nSELECT $$;$$;");
    let output = sandbox.noorm("split a.sql --dialect postgres --json").expect_success();
    assert_eq!(pieces(&output), ["1 1-1 copy-in inside COPY a FROM stdin", "2 4-4 statement inside SELECT $$;$$"]);
    assert_eq!(sandbox.files(), ["a.sql"], "it leaves nothing behind");
    let output = sandbox.noorm("split a.sql").expect_code(2).expect_stderr("--dialect").expect_stderr("`postgres`");
    assert!(output.stdout.is_empty(), "{output}");
    assert_eq!(error(&sandbox.noorm("split a.sql --dialect nope --json").expect_code(2), "code"), "unknown-dialect");
}

#[test]
fn the_dialect_is_the_configs_or_the_environments() {
    let mut project = Project::new(Engine::Sqlite);
    project.write("a.sql", "SELECT $$;$$;");
    assert_eq!(pieces(&project.noorm("split a.sql --json").expect_success()).len(), 2);
    assert_eq!(pieces(&project.noorm("split a.sql --json --dialect postgres").expect_success()).len(), 1);
    project.set_env("NOORM_DIALECT", "postgres");
    assert_eq!(pieces(&project.noorm("split a.sql --json").expect_success()).len(), 1);
    let mut sandbox = Sandbox::new();
    sandbox.set_env("NOORM_DIALECT", "postgres");
    sandbox.write("a.sql", "SELECT $$;$$;");
    sandbox.noorm("split a.sql").expect_success().expect_stdout("1 statement, in one transaction");
}

#[test]
fn standard_input_is_read_too() {
    let sandbox = Sandbox::new();
    let output = sandbox.noorm_input("split - --dialect sqlite --json", "\u{feff}SELECT 1;\r\nSELECT 2");
    assert_eq!(pieces(&output), ["1 1-1 statement inside SELECT 1", "2 2-2 statement inside SELECT 2"]);
    let output = sandbox.noorm_input("split - --dialect sqlite", "SELECT 'a");
    output.expect_code(1).expect_stderr("standard input:1").expect_stderr("has no end");
}

#[test]
fn the_piece_that_decides_is_named() {
    let sandbox = Sandbox::new();
    for (script, words) in [
        ("SELECT 1;", "every statement can run in a transaction"),
        ("BEGIN;\nSELECT 1;\nCOMMIT;", "becomes noorm's"),
        ("-- noorm: no-transaction\nSELECT 1;", "the first line says `no-transaction`"),
        ("SELECT 1;\nVACUUM;", "statement 2 on line 2 cannot run in a transaction"),
        ("BEGIN;\nSELECT 1;\nROLLBACK;", "statement 3 on line 3 rolls"),
        ("BEGIN;\nSELECT 1;", "statement 1 on line 1 starts a transaction"),
        ("BEGIN; COMMIT;\nSELECT 1;", "statement 2 on line 1 commits"),
    ] {
        sandbox.write("a.sql", script);
        sandbox.noorm("split a.sql --dialect sqlite --explain").expect_success().expect_stdout(words);
    }
    sandbox.write("a.sql", "-- noorm: no-transactions\n");
    sandbox.noorm("split a.sql --dialect sqlite").expect_code(1).expect_stderr("no-transactions");
}

#[test]
fn what_is_no_script_is_said_so() {
    let sandbox = Sandbox::new();
    sandbox.write("a.sql.j2", "{{ x }}");
    sandbox.noorm("split a.sql.j2 --dialect sqlite").expect_code(2).expect_stderr("--preview | noorm split -");
    sandbox.write("a.sql", b"\xff\xfeS\0E\0L\0E\0C\0T\0 \x001\0;\0\n\0");
    let output = sandbox.noorm("split a.sql --dialect sqlite --json").expect_success();
    assert_eq!(pieces(&output), ["1 1-1 statement inside SELECT 1"]);
    sandbox.write("a.sql", "SELECT 1;\nSELECT \0;\n");
    let output = sandbox.noorm("split a.sql --dialect sqlite --json").expect_code(1);
    assert_eq!(error(&output, "line"), "2");
    sandbox.write("a.sql", b"SELECT 1;\nSELECT \xff;\n");
    let output = sandbox.noorm("split a.sql --dialect sqlite --json").expect_code(1);
    assert_eq!((error(&output, "code"), error(&output, "line")), ("not-text".to_owned(), "2".to_owned()));
}

/// What was printed before a mistake far down stays printed, and JSON is one object all the same.
#[test]
fn a_mistake_far_down_is_told_after_what_precedes() {
    let sandbox = Sandbox::new();
    let script = format!("{}SELECT 'a;\n", "SELECT 'a statement';\n".repeat(50_000));
    sandbox.write("a.sql", script);
    let output = sandbox.noorm("split a.sql --dialect sqlite --json").expect_code(1);
    assert_eq!(output.json()["pieces"].as_array().unwrap().len(), 50_000);
    assert_eq!((error(&output, "line"), error(&output, "column")), ("50001".to_owned(), "8".to_owned()));
    let output = sandbox.noorm("split a.sql --dialect sqlite").expect_code(1).expect_stderr("50001 | SELECT 'a;");
    assert_eq!(output.stdout.lines().count(), 50_001);
}

/// Delimiters, code in comments, routines: what MySQL's own client knows.
#[test]
fn mysqls_scripts_are_cut_as_its_client_cuts_them() {
    let sandbox = Sandbox::new();
    let script = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\n# a; b\n\
                  /*!40101 SET NAMES utf8 */;\nCREATE PROCEDURE q() BEGIN SELECT ';'; END;\nSELECT 1";
    sandbox.write("a.sql", script);
    let output = sandbox.noorm("split a.sql --dialect mysql --json").expect_success();
    assert_eq!(
        pieces(&output),
        [
            "1 2-2 statement outside CREATE PROCEDURE p() BEGIN SELECT 1; END",
            "2 5-5 statement inside /*!40101 SET NAMES utf8 */",
            "3 6-6 statement outside CREATE PROCEDURE q() BEGIN SELECT ';'; END",
            "4 7-7 statement inside SELECT 1",
        ]
    );
    let ends: Vec<_> =
        output.json()["pieces"].as_array().unwrap().iter().map(|piece| piece["endedBy"].clone()).collect();
    assert_eq!(ends, ["//", ";", ";", "end of file"]);
    sandbox.write("a.sql", "SELECT 1;\nsource other.sql\n");
    sandbox.noorm("split a.sql --dialect mysql").expect_code(1).expect_stderr("a.sql:2").expect_stderr("include()");
}
