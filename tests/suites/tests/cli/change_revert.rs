//! `noorm change revert` and `noorm change rewind`.

use noorm_testkit::for_each_database;

use crate::answers::changes;

#[test]
fn reverts_once_and_applies_again() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.noorm("change ff").expect_success();
        project.noorm("change revert 2026-01-01_a").expect_success();
        assert!(!project.database.has_table("a"));
        project.noorm("change revert 2026-01-01_a").expect_code(1).expect_stderr("it is reverted already");
        let operations = format!("SELECT count(*) FROM {}", project.database.tracking("changeset"));
        assert_eq!(project.value(&operations), "2", "the second revert is no operation");
        project.noorm("change ff").expect_success();
        assert!(project.database.has_table("a"));
    });
}

#[test]
fn runs_the_files_of_revert_in_the_order_of_their_names() {
    for_each_database(|project| {
        project
            .write("changesets/2026-01-01_a/change/001.sql", "CREATE TABLE log (id INTEGER PRIMARY KEY, word TEXT);");
        project.write("changesets/2026-01-01_a/revert/001.sql", "INSERT INTO log VALUES (1, 'first');");
        project.write("changesets/2026-01-01_a/revert/002.sql", "INSERT INTO log VALUES (2, 'second');");
        project.noorm("change ff").expect_success();
        project.noorm("change revert 2026-01-01_a").expect_success();
        let executions = project.database.tracking("executions");
        let files =
            project.query(&format!("SELECT filepath FROM {executions} WHERE filepath LIKE '%/revert/%' ORDER BY id"));
        assert_eq!(files, [["changesets/2026-01-01_a/revert/001.sql"], ["changesets/2026-01-01_a/revert/002.sql"]]);
    });
}

#[test]
fn rewind_takes_the_newest_first() {
    for_each_database(|project| {
        for (name, table) in [("2026-01-01_a", "a"), ("2026-01-02_b", "b"), ("2026-01-03_c", "c")] {
            project.write_changeset(
                name,
                &format!("CREATE TABLE {table} (id INTEGER);"),
                &format!("DROP TABLE {table};"),
            );
        }
        project.noorm("change ff").expect_success();
        let output = project.noorm("change rewind 2 --json").expect_success();
        assert_eq!(changes(&output), ["2026-01-03_c reverted", "2026-01-02_b reverted"]);
        assert!(project.database.has_table("a") && !project.database.has_table("b"));
    });
}

#[test]
fn what_has_no_revert_files_says_so() {
    for_each_database(|project| {
        project.write("changesets/2026-01-01_a/change/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("change ff").expect_success();
        let output = project.noorm("change revert 2026-01-01_a");
        assert_ne!(output.code, 0, "{output}");
        output.expect_stderr("revert");
        assert!(project.database.has_table("a"));
    });
}

#[test]
fn what_was_never_applied_cannot_be_reverted() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        let output = project.noorm("change revert 2026-01-01_a");
        assert_ne!(output.code, 0, "{output}");
        project.noorm("change revert 2026-01-09_z").expect_code(2);
    });
}
