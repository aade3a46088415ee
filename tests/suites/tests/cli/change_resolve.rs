//! `change resolve` and `run resolve`: what nobody can know is asked, and what is said is recorded.

use std::process::Stdio;
use std::time::{Duration, Instant};

use noorm_testkit::{Capability, Engine, Project, for_each_database, for_each_database_with, on_each};

use crate::answers::error;
use crate::interrupt::{endless, signal};

/// A file without a transaction, with this second statement.
fn text(project: &Project, second: &str) -> String {
    let statements = ["CREATE TABLE a (id INTEGER);", second, "INSERT INTO a VALUES (3);"];
    format!("-- noorm: no-transaction\n{}", project.database.pieces(&statements))
}

/// Kills a command while the second statement of a file runs.
fn kill_in_second_statement(project: &Project, line: &str) {
    kill_when(project, line, || project.database.has_table("a"));
}

/// Kills a command when it has come so far that the next statement is one that never ends.
fn kill_when(project: &Project, line: &str, is_there: impl Fn() -> bool) {
    let mut command = project.command(line.split_whitespace());
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is_there() {
        assert!(Instant::now() < deadline, "the command does not come so far");
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

/// A changeset that stopped in its second file, of which one statement is done, and none of the third.
fn stopped_in_second_file(project: &Project) {
    project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
    let statements = project.database.pieces(&["INSERT INTO a VALUES (1);", "INSERT INTO nowhere VALUES (2);"]);
    project.write("changesets/2026-01-01_a/change/002.sql", format!("-- noorm: no-transaction\n{statements}"));
    project.noorm("change ff").expect_code(3);
}

#[test]
fn what_a_file_has_done_is_known_when_another_one_fails_first() {
    for_each_database(|project| {
        stopped_in_second_file(project);
        // The cure, which is wrong itself at first.
        project.write("changesets/2026-01-01_a/change/001b.sql", "CREATE TABLE nowhere (id NO TYPE AT ALL);");
        project.noorm("change ff").expect_code(1);
        project.write("changesets/2026-01-01_a/change/001b.sql", "CREATE TABLE nowhere (id INTEGER);");
        project.noorm("change ff").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "1", "no statement runs twice");
        assert_eq!(project.value("SELECT count(*) FROM nowhere"), "1");
    });
}

#[test]
fn what_a_file_has_done_is_known_when_a_run_is_killed_before_it() {
    for_each_database_with(&[Capability::LostClient], |project| {
        stopped_in_second_file(project);
        let cure = format!("-- noorm: no-transaction\n{}\n", endless(project.database.engine()));
        project.write("changesets/2026-01-01_a/change/001b.sql", cure);
        let executions = project.database.tracking("executions");
        let begun =
            format!("SELECT count(*) FROM {executions} WHERE filepath LIKE '%001b.sql' AND statement_started = 1");
        kill_when(project, "change ff", || project.value(&begun) != "0");
        project.write("changesets/2026-01-01_a/change/001b.sql", "CREATE TABLE nowhere (id INTEGER);");
        project.noorm("change resolve 2026-01-01_a --at 1").expect_success().expect_stdout("001b.sql");
        project.noorm("change ff").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "1", "no statement runs twice");
    });
}

#[test]
fn what_is_said_of_one_file_takes_nothing_from_another() {
    for_each_database(|project| {
        stopped_in_second_file(project);
        let first = "--file changesets/2026-01-01_a/change/001.sql";
        project.noorm(&format!("change resolve 2026-01-01_a --after 1 {first}")).expect_success();
        project.query("CREATE TABLE nowhere (id INTEGER)");
        project.noorm("change ff").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "1", "no statement runs twice");
    });
}

#[test]
fn a_file_that_is_stopped_before_it_begins_keeps_what_it_has_done() {
    let engines = [Engine::Postgres, Engine::Mariadb, Engine::Mysql, Engine::Mssql];
    on_each(&engines, &[Capability::Stop], |project| {
        let slow = match project.database.engine() {
            Engine::Mariadb | Engine::Mysql => "DO SLEEP(4);",
            Engine::Mssql => "WAITFOR DELAY '00:00:04';",
            _ => "SELECT pg_sleep(4);",
        };
        let statements = project.database.pieces(&["INSERT INTO a VALUES (1);", "INSERT INTO nowhere VALUES (2);"]);
        let text = format!("-- noorm: no-transaction\n{statements}");
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.write("schema/002.sql", &text);
        project.noorm("run build").expect_code(3);
        // A file that is edited under a run stops it when its turn has come.
        project.write("schema/001b.sql", slow);
        let mut command = project.command(["run", "build"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // It reads the files once it has the lock, however long a busy machine takes to come so far.
        let locks = format!("SELECT count(*) FROM {}", project.database.tracking("lock"));
        while project.value(&locks) == "0" {
            assert!(child.try_wait().unwrap().is_none(), "it ended without the lock");
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(1500));
        project.write("schema/002.sql", format!("{text}-- edited\n"));
        assert_eq!(child.wait().unwrap().code(), Some(3));
        project.write("schema/002.sql", &text);
        project.query("CREATE TABLE nowhere (id INTEGER)");
        project.noorm("run build").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "1", "no statement runs twice");
    });
}

#[test]
fn a_file_renamed_in_a_changeset_that_is_not_finished_is_told() {
    for_each_database(|project| {
        stopped_in_second_file(project);
        project.remove("changesets/2026-01-01_a/change/001.sql");
        project.write("changesets/2026-01-01_a/change/000.sql", "CREATE TABLE a (id INTEGER);");
        let output = project.noorm("change ff --json").expect_code(1);
        assert_eq!(error(&output, "code"), "renamed-after-run", "{output}");
        assert!(error(&output, "hint").contains("001.sql"), "{output}");
    });
}

#[test]
fn a_rehearsal_stops_where_the_run_would() {
    for_each_database_with(&[Capability::LostClient], |project| {
        let endless = text(project, endless(project.database.engine()));
        project.write_changeset("2026-01-01_a", &endless, "DROP TABLE a;");
        kill_in_second_statement(project, "change ff");
        let list = project.noorm("change list --json").expect_success();
        assert_eq!(list.json()["changes"][0]["begun"], true, "{list}");
        let output = project.noorm("change ff --dry-run --json").expect_code(1);
        assert_eq!(error(&output, "code"), "uncertain-statement", "{output}");
        project.noorm("change resolve 2026-01-01_a --at 4").expect_code(2).expect_stderr("has 3 statements, not 4");
        project.noorm("change resolve 2026-01-01_a --after 2").expect_success();
        project.noorm("change ff --dry-run").expect_success();
        let history = project.noorm("change history").expect_success();
        history.expect_stdout("resolve").expect_stdout("2 of 3 statements").expect_stdout("Ada Lovelace");
    });
}

#[test]
fn the_commands_of_a_hint_are_for_the_same_config() {
    let project = Project::new(Engine::Postgres);
    project.write_changeset("2026-01-01_a", &text(&project, endless(Engine::Postgres)), "DROP TABLE a;");
    kill_in_second_statement(&project, "change ff");
    let output = project.noorm("-c main change ff --json").expect_code(1);
    assert!(error(&output, "hint").contains("`noorm -c main change resolve 2026-01-01_a --after 2`"), "{output}");
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
