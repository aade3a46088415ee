//! The rows that runs leave in the database, as the data model describes them.

use noorm_testkit::{Engine, for_each_database};

#[test]
fn a_run_is_recorded_with_its_files() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);\n");
        project.noorm("run build").expect_success();
        let (changeset, length) = (project.database.tracking("changeset"), project.database.length("checksum"));
        let row = &project.query(&format!(
            "SELECT name, change_type, direction, status, config_name, executed_by, error_message, {length} FROM {changeset}"
        ))[0];
        assert!(row[0].starts_with("build:2"), "{row:?}");
        assert_eq!(row[1..], ["build", "change", "success", "main", "Ada Lovelace <ada@example.com>", "", "64"]);
        let executions = project.database.tracking("executions");
        let rows =
            project.query(&format!("SELECT filepath, file_type, checksum, status, skip_reason FROM {executions}"));
        // SHA-256 of the file's bytes, by sha256sum.
        let checksum = "55b5db57dee6d81a9fdc1aefc06250ac686ca61587be00ef8a1f6e2510f1f821";
        assert_eq!(rows, [["schema/001.sql", "sql", checksum, "success", ""]]);
    });
}

#[test]
fn the_tables_are_in_their_own_schema_where_there_are_schemas() {
    for_each_database(|project| {
        project.write("schema/001.sql", "CREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_success();
        if project.database.engine() == Engine::Postgres {
            let tables = project.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
            assert_eq!(tables, [["a"]]);
        }
        for table in ["version", "changeset", "executions", "lock", "identities"] {
            if project.database.engine() == Engine::Mssql {
                assert!(!project.database.has_table(&format!("__noorm_{table}__")));
            }
            project.query(&format!("SELECT * FROM {}", project.database.tracking(table)));
        }
    });
}

#[test]
fn a_script_cannot_hide_what_it_did_by_changing_its_session() {
    for_each_database(|project| {
        if project.database.engine() == Engine::Postgres {
            project.write("schema/001.sql", "CREATE SCHEMA other;\nSET search_path = other;\nSET client_min_messages = error;\nCREATE TABLE a (id integer);\n");
            project.write("schema/002.sql", "CREATE TABLE b (id integer);\n");
            project.noorm("run build").expect_success();
            assert!(project.database.has_table("b"), "settings of one file do not reach the next");
        }
    });
}
