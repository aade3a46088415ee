//! `change resolve` and `run resolve`: what nobody can know is asked, and what is said is recorded.

use std::process::Stdio;
use std::time::{Duration, Instant};

use noorm_testkit::{Capability, Project, for_each_database, for_each_database_with};

use crate::answers::error;
use crate::interrupt::{endless, signal};

/// A file without a transaction, with this second statement.
fn text(project: &Project, second: &str) -> String {
    let statements = ["CREATE TABLE a (id INTEGER);", second, "INSERT INTO a VALUES (3);"];
    format!("-- noorm: no-transaction\n{}", project.database.pieces(&statements))
}

/// Kills a command while the second statement of a file runs.
fn kill_in_second_statement(project: &Project, line: &str) {
    let mut command = project.command(line.split_whitespace());
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !project.database.has_table("a") {
        assert!(Instant::now() < deadline, "the first statement is not done");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "KILL");
    child.wait_with_output().unwrap();
}

#[test]
fn a_statement_that_may_or_may_not_be_done_stops_the_run() {
    for_each_database_with(&[Capability::LostClient], |project| {
        let endless = text(project, endless(project.database.engine()));
        project.write_changeset("2026-01-01_a", &endless, "DROP TABLE a;");
        kill_in_second_statement(project, "change ff");
        // Whatever the file says now, its second statement was sent.
        project.write_changeset("2026-01-01_a", &text(project, "INSERT INTO a VALUES (2);"), "DROP TABLE a;");
        for _ in 0..2 {
            let output = project.noorm("change ff --json").expect_code(1);
            assert_eq!(error(&output, "code"), "uncertain-statement", "{output}");
            assert_eq!(output.json()["error"]["line"], 1 + project.database.line_of_piece(2), "{output}");
            assert!(error(&output, "hint").contains("noorm change resolve 2026-01-01_a --at 2"), "{output}");
        }
        let output = project.noorm("change resolve 2026-01-01_a --at 2").expect_success();
        output.expect_stdout("goes on with statement 2 of 3");
        project.noorm("change ff").expect_success();
        assert_eq!(project.query("SELECT id FROM a ORDER BY id").concat(), ["2", "3"]);
        let changeset = project.database.tracking("changeset");
        let origins = project.query(&format!("SELECT origin, status FROM {changeset} ORDER BY id"));
        assert_eq!(origins, [["run", "failed"], ["resolve", "failed"], ["run", "success"]]);
    });
}

#[test]
fn what_would_show_it_is_said() {
    for_each_database_with(&[Capability::LostClient], |project| {
        project.write_changeset("2026-01-01_a", &text(project, endless(project.database.engine())), "DROP TABLE a;");
        kill_in_second_statement(project, "change ff");
        for (statement, other) in
            [("CREATE TABLE b (id INTEGER);", "CREATE TABLE b (id INTEGER)"), ("DROP TABLE b;", "DROP TABLE b")]
        {
            project.write_changeset("2026-01-01_a", &text(project, statement), "DROP TABLE a;");
            let hint = error(&project.noorm("change ff --json").expect_code(1), "hint");
            let query = hint.split('`').nth(1).unwrap();
            let is_shown =
                |word: &str| hint.contains(&format!("returns {word}, `noorm change resolve 2026-01-01_a --after 2`"));
            let done = if is_shown("a row") { 1 } else { 0 };
            assert!(is_shown("no row") || done == 1, "{hint}");
            assert_eq!(project.query(query).len(), 1 - done, "{hint}");
            project.query(other);
            assert_eq!(project.query(query).len(), done, "{hint}");
        }
    });
}

#[test]
fn a_build_asks_too() {
    for_each_database_with(&[Capability::LostClient], |project| {
        project.write("schema/001.sql", text(project, endless(project.database.engine())));
        kill_in_second_statement(project, "run build");
        project.write("schema/001.sql", text(project, "INSERT INTO a VALUES (2);"));
        let output = project.noorm("run build").expect_code(1).expect_stderr("done or not done?");
        output.expect_stderr("noorm run resolve schema/001.sql --after 2");
        project.noorm("run resolve schema/001.sql --after 4").expect_code(2).expect_stderr("has 3 statements");
        project.noorm("run resolve schema/001.sql --after 2").expect_success();
        project.noorm("run build").expect_success();
        assert_eq!(project.query("SELECT id FROM a ORDER BY id").concat(), ["3"]);
    });
}

#[test]
fn an_edit_of_what_has_run_is_told() {
    for_each_database(|project| {
        let change =
            |first: &str, last: &str| format!("-- noorm: no-transaction\n{}", project.database.pieces(&[first, last]));
        let first = "CREATE TABLE a (id INTEGER);";
        project.write_changeset("2026-01-01_a", &change(first, "INSERT INTO nowhere VALUES (1);"), "DROP TABLE a;");
        project.noorm("change ff").expect_code(3);
        project.write_changeset(
            "2026-01-01_a",
            &change("CREATE TABLE a (id INTEGER, name TEXT);", "INSERT INTO a VALUES (1, 'x');"),
            "DROP TABLE a;",
        );
        let output = project.noorm("change ff --json").expect_code(1);
        assert_eq!(error(&output, "code"), "edited-halfway", "{output}");
        // The cure of the statement that failed is no edit of what has run.
        project.write_changeset("2026-01-01_a", &change(first, "INSERT INTO a VALUES (1);"), "DROP TABLE a;");
        project.noorm("change ff").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "1");
    });
}

#[test]
fn a_history_is_repaired_by_hand() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.noorm("db create").expect_success();
        project.query("CREATE TABLE a (id INTEGER)");
        project.noorm("change ff").expect_code(1);
        project.noorm("change resolve 2026-01-01_a --after 1").expect_code(1).expect_stderr("stopped in the middle");
        project.noorm("change resolve 2026-01-01_a --applied").expect_success().expect_stdout("counts as applied");
        project.noorm("change ff").expect_success().expect_stdout("nothing to do");
        project.noorm("change resolve 2026-01-01_a --pending").expect_success();
        project.query("DROP TABLE a");
        project.noorm("change ff").expect_success().expect_stdout("applied 1 changeset");
        assert!(project.database.has_table("a"));
        project.noorm("change resolve 2026-01-01_a").expect_code(2);
        project.noorm("change resolve 2026-01-01_a --applied --pending").expect_code(2);
        project.noorm("change resolve nope --applied").expect_code(2);
    });
}

#[test]
fn a_protected_history_is_not_rewritten_without_a_word() {
    for_each_database(|project| {
        project.add_config("prod", "--protected").expect_success();
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.noorm("-c prod -H change resolve 2026-01-01_a --applied").expect_code(5);
        project.noorm("-c prod -H change baseline 2026-01-01_a").expect_code(5);
        project.noorm("-c prod -H --yes change resolve 2026-01-01_a --applied").expect_success();
    });
}
