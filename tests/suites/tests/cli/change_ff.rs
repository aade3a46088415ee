//! `noorm change ff`.

use noorm_testkit::for_each_database;

use crate::answers::changes;

#[test]
fn applies_everything_once_in_order() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.write_changeset("2026-01-02_b", "INSERT INTO a VALUES (1);", "DELETE FROM a;");
        let output = project.noorm("change ff --json").expect_success();
        assert_eq!(changes(&output), ["2026-01-01_a success", "2026-01-02_b success"]);
        let again = project.noorm("change ff --json").expect_success();
        assert_eq!(changes(&again), Vec::<String>::new());
        assert_eq!(project.value("SELECT count(*) FROM a"), "1");
    });
}

#[test]
fn stops_at_a_failure_and_continues_there() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.write("changesets/2026-01-02_b/change/001.sql", "INSERT INTO a VALUES (1);");
        project.write(
            "changesets/2026-01-02_b/change/002.sql",
            "INSERT INTO a VALUES (2);\nINSERT INTO nowhere VALUES (1);",
        );
        project.write("changesets/2026-01-02_b/change/003.sql", "INSERT INTO a VALUES (3);");
        project.write_changeset("2026-01-03_c", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;");
        let failed = project.noorm("change ff").expect_code(3);
        failed.expect_stderr("changesets/2026-01-02_b/change/002.sql:2");
        assert!(!project.database.has_table("c"), "nothing is applied over a failed changeset");
        let executions = project.database.tracking("executions");
        let rows = project.query(&format!(
            "SELECT filepath, status, skip_reason FROM {executions} WHERE filepath LIKE '%2026-01-02_b%' ORDER BY filepath"
        ));
        let rows: Vec<_> = rows.iter().map(|row| row[1..].join("|")).collect();
        assert_eq!(rows, ["success|", "failed|", "skipped|changeset failed"]);

        project.write("changesets/2026-01-02_b/change/002.sql", "INSERT INTO a VALUES (2);");
        let fixed = project.noorm("change ff --json").expect_success();
        assert_eq!(changes(&fixed), ["2026-01-02_b success", "2026-01-03_c success"]);
        assert_eq!(project.query("SELECT id FROM a ORDER BY id"), [["1"], ["2"], ["3"]], "what ran does not run again");
        assert_eq!(changes(&project.noorm("change ff --json").expect_success()), Vec::<String>::new());
    });
}

#[test]
fn a_changeset_that_was_merged_late_is_not_left_out() {
    for_each_database(|project| {
        project.write_changeset("2026-01-02_b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
        project.noorm("change ff").expect_success();
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.noorm("change ff").expect_success();
        assert!(project.database.has_table("a"));
    });
}

#[test]
fn the_first_failure_of_all_applies_nothing() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "INSERT INTO nowhere VALUES (1);", "");
        project.noorm("change ff").expect_code(1);
        project.noorm("change ff").expect_code(1);
    });
}
