//! Files that cannot run in a transaction.

use noorm_testkit::{Engine, Project, for_each_database};

#[test]
fn a_directive_runs_statement_by_statement_and_goes_on_after_the_last_one() {
    for_each_database(|project| {
        let text = |last: &str| {
            let statements = ["CREATE TABLE a (id INTEGER);", "INSERT INTO a VALUES (1);", last];
            format!("-- noorm: no-transaction\n{}", project.database.pieces(&statements))
        };
        let line = 1 + project.database.line_of_piece(3);
        project.write("schema/001.sql", text("INSERT INTO nowhere VALUES (1);"));
        project.noorm("run build").expect_code(3).expect_stderr(&format!("schema/001.sql:{line}"));
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
fn an_index_that_was_not_finished_is_not_taken_for_one() {
    let project = Project::new(Engine::Postgres);
    project.write("schema/001.sql", "CREATE TABLE a (id integer); INSERT INTO a VALUES (1), (1);");
    project.write("schema/002.sql", "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);");
    let output = project.noorm("run build").expect_code(3).expect_stderr("AND indisvalid` returns a row");
    assert!(!output.stderr.contains("or write `IF NOT EXISTS`"), "{output}");
    project.noorm("run build").expect_code(1).expect_stderr("AND indisvalid` returns a row");
}

#[test]
fn an_unknown_directive_is_an_error() {
    for_each_database(|project| {
        project.write("schema/001.sql", "-- noorm: no-transactions\nCREATE TABLE a (id INTEGER);");
        project.noorm("run build").expect_code(1).expect_stderr("no-transaction");
        assert!(!project.database.has_table("a"));
    });
}

/// The way that SQLite's own manual tells for changing a table: make a new one, copy, drop the old one, rename.
const REBUILD: &str = "CREATE TABLE new_a (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
    INSERT INTO new_a SELECT id, name FROM a;\nDROP TABLE a;\nALTER TABLE new_a RENAME TO a;\n";

fn with_children() -> Project {
    let project = Project::new(Engine::Sqlite);
    project.write(
        "schema/001.sql",
        "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);\n\
         CREATE TABLE child (a_id INTEGER REFERENCES a (id) ON DELETE CASCADE);\n\
         INSERT INTO a VALUES (1, 'x'), (2, 'y');\nINSERT INTO child VALUES (1), (1), (2);\n",
    );
    project.noorm("run build").expect_success();
    project
}

#[test]
fn a_rebuilt_table_keeps_its_children() {
    for script in [
        REBUILD.to_owned(),
        format!("PRAGMA foreign_keys = OFF;\n{REBUILD}PRAGMA foreign_keys = ON;\n"),
        format!("PRAGMA foreign_keys=0;\nBEGIN;\n{REBUILD}COMMIT;\nPRAGMA foreign_keys=1;\n"),
        format!("-- noorm: no-transaction\nPRAGMA foreign_keys = OFF;\n{REBUILD}PRAGMA foreign_keys = ON;\n"),
    ] {
        let project = with_children();
        project.write_changeset("2026-01-01_a", &script, "SELECT 1;");
        project.noorm("change ff").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM child"), "3", "{script}");
        // The rule is on again for what follows.
        project.write_changeset("2026-01-02_b", "DELETE FROM a WHERE id = 1;", "SELECT 1;");
        project.noorm("change ff").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM child"), "1", "{script}");
    }
}

#[test]
fn a_rebuild_that_leaves_orphans_is_rolled_back() {
    let project = with_children();
    let script = REBUILD.replace("FROM a;", "FROM a WHERE id = 1;");
    project.write_changeset("2026-01-01_a", &script, "SELECT 1;");
    project.noorm("change ff").expect_code(1).expect_stderr("table child").expect_stderr("rolled back");
    assert_eq!(project.value("SELECT count(*) FROM a"), "2");
    assert_eq!(project.value("SELECT count(*) FROM child"), "3");
    project.write_changeset("2026-01-01_a", REBUILD, "SELECT 1;");
    project.noorm("change ff").expect_success();
}

#[test]
fn orphans_that_were_there_before_are_nobody_s_fault() {
    let project = with_children();
    // The shell does not look at foreign keys unless it is told to.
    project.database.run_native(b"INSERT INTO child VALUES (99);");
    project.write_changeset("2026-01-01_a", REBUILD, "SELECT 1;");
    project.noorm("change ff").expect_success();
    assert_eq!(project.value("SELECT count(*) FROM child"), "4");
}

#[test]
fn a_file_whose_end_was_not_recorded_is_not_run_again() {
    let project = Project::new(Engine::Sqlite);
    let change = "-- noorm: no-transaction\nCREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);\n\
                  CREATE TRIGGER no_end BEFORE UPDATE ON __noorm_executions__ WHEN NEW.status = 'success'\n\
                  BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;\n";
    project.write_changeset("2026-01-01_a", change, "DROP TABLE a;");
    project.noorm("change ff").expect_code(3).expect_stderr("the disk is full");
    project.database.script("DROP TRIGGER no_end");
    project.noorm("change ff").expect_success();
    assert_eq!(project.value("SELECT count(*) FROM a"), "1");
}

#[test]
fn what_a_file_has_done_stays_known_when_another_one_fails_before_it() {
    for_each_database(|project| {
        let first = ["CREATE TABLE a (id INTEGER);", "INSERT INTO a VALUES (1);"];
        let text = |last| format!("-- noorm: no-transaction\n{}", project.database.pieces(&[first[0], first[1], last]));
        let folder = "changesets/2026-01-01_a/change";
        project.write(&format!("{folder}/002.sql"), text("INSERT INTO nowhere VALUES (1);"));
        project.noorm("change ff").expect_code(3);
        project.write(&format!("{folder}/001.sql"), "INSERT INTO a VALUES (nowhere);\n");
        project.noorm("change ff").expect_code(1);
        project.write(&format!("{folder}/001.sql"), "INSERT INTO a VALUES (2);\n");
        project.write(&format!("{folder}/002.sql"), text("INSERT INTO a VALUES (3);"));
        project.noorm("change ff").expect_success();
        assert_eq!(project.query("SELECT id FROM a ORDER BY id").concat(), ["1", "2", "3"]);
    });
}
