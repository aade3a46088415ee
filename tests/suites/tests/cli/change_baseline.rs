//! `change baseline`: a database that already has everything is adopted.

use noorm_testkit::for_each_database;

#[test]
fn what_the_database_has_is_not_run() {
    for_each_database(|project| {
        for name in ["2026-01-01_a", "2026-01-02_b", "2026-01-03_c"] {
            let table = &name[11..];
            project.write_changeset(
                name,
                &format!("CREATE TABLE {table} (id INTEGER);"),
                &format!("DROP TABLE {table};"),
            );
        }
        project.noorm("db create").expect_success();
        project.query("CREATE TABLE a (id INTEGER)");
        project.query("CREATE TABLE b (id INTEGER)");
        let output = project.noorm("change baseline 2026-01-02_b --dry-run --json").expect_success();
        assert_eq!(output.json()["changes"], serde_json::json!(["2026-01-01_a", "2026-01-02_b"]));
        assert_eq!(project.noorm("change ff --dry-run --json").json()["changes"].as_array().unwrap().len(), 3);
        project.noorm("change baseline 2026-01-02_b").expect_success().expect_stdout("took 2 changesets for applied");
        project.noorm("change ff").expect_success().expect_stdout("applied 1 changeset");
        assert!(project.database.has_table("c"));
        project.noorm("change baseline 2026-01-02_b").expect_success().expect_stdout("nothing to do");
        let (changeset, length) = (project.database.tracking("changeset"), project.database.length("checksum"));
        let rows = project.query(&format!("SELECT name, origin, {length} FROM {changeset} ORDER BY id"));
        assert_eq!(
            rows,
            [["2026-01-01_a", "baseline", "64"], ["2026-01-02_b", "baseline", "64"], ["2026-01-03_c", "run", "64"]]
        );
        // What was adopted is looked at like what was run, and can be taken back.
        project.write("changesets/2026-01-01_a/change/001.sql", "CREATE TABLE a (id INTEGER, name TEXT);");
        project.noorm("change list").expect_success().expect_stdout("changed");
        project.noorm("change revert 2026-01-02_b").expect_success();
        assert!(!project.database.has_table("b"));
    });
}

#[test]
fn what_stopped_in_the_middle_is_not_adopted() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "INSERT INTO nowhere VALUES (1);", "SELECT 1;");
        project.noorm("change ff").expect_code(1);
        project.noorm("change baseline 2026-01-01_a").expect_code(1).expect_stderr("change resolve 2026-01-01_a");
    });
}
