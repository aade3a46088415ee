//! `noorm change list` and `noorm change history`.

use noorm_testkit::for_each_database;

use crate::answers::changes;

#[test]
fn shows_every_state() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.write_changeset("2026-01-02-b", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
        project.write_changeset("2026-01-03_c", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;");
        project.write_changeset("2026-01-04_d", "INSERT INTO nowhere VALUES (1);", "");
        let listed = |expected: &[&str]| {
            assert_eq!(changes(&project.noorm("change list --json").expect_success()), expected);
        };
        listed(&["2026-01-01_a pending", "2026-01-02-b pending", "2026-01-03_c pending", "2026-01-04_d pending"]);
        project.noorm("change ff").expect_code(3);
        project.noorm("change revert 2026-01-03_c").expect_success();
        listed(&["2026-01-01_a success", "2026-01-02-b success", "2026-01-03_c reverted", "2026-01-04_d failed"]);

        project.remove("changesets/2026-01-01_a");
        project.write("changesets/2026-01-02-b/change/001.sql", "CREATE TABLE b (id INTEGER, name TEXT);");
        listed(&[
            "2026-01-01_a success orphaned",
            "2026-01-02-b success changed",
            "2026-01-03_c reverted",
            "2026-01-04_d failed",
        ]);
    });
}

#[test]
fn the_history_is_newest_first() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE s (id INTEGER);");
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.noorm("run build").expect_success();
        project.noorm("change ff").expect_success();
        project.noorm("change revert 2026-01-01_a").expect_success();
        let json = project.noorm("change history --json").expect_success().json();
        let rows: Vec<_> = json["history"].as_array().unwrap().iter().collect();
        let line = |row: &serde_json::Value| {
            ["changeType", "direction", "status"].map(|field| row[field].as_str().unwrap().to_owned()).join(" ")
        };
        let lines: Vec<_> = rows.iter().map(|row| line(row)).collect();
        assert_eq!(lines, ["changeset revert success", "changeset change reverted", "build change success"]);
        assert!(rows[2]["name"].as_str().unwrap().starts_with("build:"));
    });
}

#[test]
fn listing_makes_no_tables() {
    for_each_database(|project| {
        project.write_changeset("2026-01-01_a", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
        project.noorm("change list").expect_success().expect_stdout("2026-01-01_a");
        let tracking = project.database.tracking("changeset");
        assert!(!project.database.has_table(tracking.rsplit('.').next().unwrap()));
    });
}
