//! Files that cannot run in a transaction.

use noorm_testkit::{Engine, Project, for_each_database};

#[test]
fn a_directive_runs_statement_by_statement_and_goes_on_after_the_last_one() {
    for_each_database(|project| {
        let text = |last: &str| {
            format!("-- noorm: no-transaction\nCREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);\n{last}\n")
        };
        project.write("schema/001.sql", text("INSERT INTO nowhere VALUES (1);"));
        project.noorm("run build").expect_code(3).expect_stderr("schema/001.sql:4");
        assert_eq!(project.value("SELECT count(*) FROM a"), "1", "what ran before the failure stays");
        project.query("CREATE TABLE nowhere (id INTEGER)");
        // The same file goes on where it stopped: creating `a` once more would fail.
        project.noorm("run build").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "1");
        assert_eq!(project.value("SELECT count(*) FROM nowhere"), "1");
    });
}

#[test]
fn what_a_file_sets_for_its_session_holds_to_its_end() {
    let project = Project::new(Engine::Postgres);
    let text =
        "-- noorm: no-transaction\nCREATE SCHEMA other;\nSET search_path = other;\nCREATE TABLE a (id integer);\n";
    project.write("schema/001.sql", text);
    project.write("schema/002.sql", "CREATE TABLE b (id integer);\n");
    project.noorm("run build").expect_success();
    let tables = project.query(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('other', 'public') ORDER BY tablename",
    );
    assert_eq!(tables, [["other", "a"], ["public", "b"]]);
}

#[test]
fn the_dialect_knows_what_cannot_run_in_one() {
    let project = Project::new(Engine::Postgres);
    project.write("schema/001.sql", "CREATE TABLE a (id integer);");
    project.write("schema/002.sql", "CREATE INDEX CONCURRENTLY a_id ON a (id);");
    project.noorm("run build").expect_success();
    let project = Project::new(Engine::Sqlite);
    project.write("schema/001.sql", "VACUUM;");
    project.noorm("run build").expect_success();
}

#[test]
fn an_unknown_directive_is_an_error() {
    for_each_database(|project| {
        project.write("schema/001.sql", "-- noorm: no-transactions\nCREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_code(1).expect_stderr("no-transaction");
        assert!(!project.database.has_table("a"));
    });
}
