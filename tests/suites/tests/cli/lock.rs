//! `noorm lock`, and the lock that every changing command takes.

use noorm_testkit::for_each_database;

#[test]
fn a_lock_that_is_held_stops_every_changing_command() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.write_changeset("2026-01-01_a", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
        project.noorm("lock acquire").expect_success();
        // The same person in another process is another holder.
        for line in ["run build", "run file schema/001.sql", "change ff", "change next", "lock acquire"] {
            let output = project.noorm(line).expect_code(4);
            output.expect_stderr("Ada Lovelace");
        }
        assert!(!project.database.has_table("a") && !project.database.has_table("b"));
        project.noorm("change list").expect_success();
        project.noorm("lock release --yes").expect_success();
        project.noorm("run build").expect_success();
    });
}

#[test]
fn the_status_changes_nothing() {
    for_each_database(|project| {
        let status = || {
            let json = project.noorm("lock status --json").expect_success().json();
            json["locked"].as_bool().unwrap()
        };
        assert!(!status());
        project.noorm("lock acquire").expect_success();
        assert!(status());
        assert!(status());
        project.noorm("lock release --yes").expect_success();
        assert!(!status());
        project.noorm("lock release --yes").expect_success();
    });
}

#[test]
fn two_configs_of_one_database_exclude_each_other() {
    for_each_database(|project| {
        project.add_config("second", "").expect_success();
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("lock acquire").expect_success();
        project.noorm("-c second run build").expect_code(4).expect_stderr("main");
    });
}

#[test]
fn the_lock_is_free_after_success_and_after_failure() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
        project.write("schema/002.sql", "INSERT INTO nowhere VALUES (1);");
        project.noorm("run build").expect_code(1);
        assert_eq!(project.value(&format!("SELECT count(*) FROM {}", project.database.tracking("lock"))), "0");
    });
}
