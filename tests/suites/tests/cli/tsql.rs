//! What only SQL Server's scripts have, on a server: `GO`, printed messages, errors in the middle of a batch, modules, and
//! tables that move between schemas. What the driver makes of such answers is tested without a server (`wire`).

use noorm_testkit::{Capability, Engine, Project, on};

use crate::answers::error;
use crate::installations::{DEFAULT, PROPER, history, install};

fn on_mssql(needs: &[Capability], test: impl Fn(&mut Project)) {
    on(Engine::Mssql, needs, test);
}

#[test]
fn a_batch_runs_as_often_as_it_says() {
    on_mssql(&[], |project| {
        project.write(
            "schema/001.sql",
            "CREATE TABLE a (id INT IDENTITY(1, 1), n INT);\nGO\nINSERT INTO a (n) VALUES (7)\nGO 3\n",
        );
        project.noorm("run build").expect_success();
        assert_eq!(project.value("SELECT count(*) FROM a"), "3");
    });
}

#[test]
fn what_a_script_prints_is_shown() {
    on_mssql(&[Capability::Print], |project| {
        project.write("schema/001.sql", "PRINT N'it''s done';\nGO\n");
        project.noorm("run build").expect_success().expect_stderr("it's done");
    });
}

#[test]
fn an_error_in_the_middle_of_a_batch_stops_the_run_with_its_line() {
    on_mssql(&[], |project| {
        let script = "CREATE TABLE a (id INT);\nGO\nSELECT 1;\n\nINSERT INTO a VALUES (1);\nSELECT 1 / 0;\nSELECT 2;\n";
        project.write("schema/001.sql", script);
        project.write("schema/002.sql", "CREATE TABLE b (id INT);\n");
        let output = project.noorm("run build --json");
        assert_ne!(output.code, 0, "{output}");
        assert_eq!((error(&output, "file"), error(&output, "line")), ("schema/001.sql".to_owned(), "6".to_owned()));
        assert!(!project.database.has_table("b"), "nothing runs behind it");
        if project.database.has_transactional_ddl() {
            assert!(!project.database.has_table("a"), "the file is rolled back");
        }
    });
}

#[test]
fn a_script_may_catch_its_errors() {
    on_mssql(&[Capability::TryCatch], |project| {
        let script = "-- noorm: no-transaction\nCREATE TABLE a (message NVARCHAR(100));\nGO\n\
                      BEGIN TRY\n  SELECT 1 / 0;\nEND TRY\nBEGIN CATCH\n  INSERT INTO a VALUES (N'caught');\nEND CATCH\n";
        project.write("schema/001.sql", script);
        project.noorm("run build").expect_success();
        assert_eq!(project.value("SELECT message FROM a"), "caught");
    });
}

#[test]
fn modules_are_made_and_do_what_they_say() {
    on_mssql(&[Capability::Procedures, Capability::Triggers], |project| {
        let script = "CREATE TABLE [order] ([group] INT, doubled INT NULL);\nGO\n\
                      CREATE TRIGGER double_it ON [order] AFTER INSERT AS\nBEGIN\n  SET NOCOUNT ON;\n  \
                      UPDATE [order] SET doubled = 2 * [group];\nEND\nGO\n\
                      CREATE PROCEDURE add_one @n INT AS\n-- GO is no end here\nINSERT INTO [order] ([group]) VALUES (@n);\nGO\n\
                      EXEC add_one @n = 4;\n";
        project.write("schema/001.sql", script);
        project.noorm("run build").expect_success();
        assert_eq!(project.query("SELECT [group], doubled FROM [order]"), [["4", "8"]]);
        project.noorm("run build").expect_success().expect_stdout("nothing to do");
    });
}

#[test]
fn what_a_file_sets_for_its_session_does_not_reach_the_next() {
    on_mssql(&[], |project| {
        project
            .write("schema/001.sql", "SET NOCOUNT ON;\nGO\nSET QUOTED_IDENTIFIER OFF;\nGO\nCREATE TABLE a (id INT);\n");
        project.write("schema/002.sql", "CREATE TABLE \"b\" (id INT);\n");
        project.noorm("run build").expect_success();
        assert!(project.database.has_table("b"), "the quotes are those of a name again");
    });
}

#[test]
fn tables_in_the_default_schema_move_with_every_row() {
    on_mssql(&[Capability::SchemaTransfer], |project| {
        install(project, "noorm-v2", DEFAULT);
        let before = history(project, DEFAULT);
        project.noorm("change list").expect_code(1).expect_stderr("noorm's tables in the schema `dbo`");
        let output = project.noorm("lock acquire").expect_success();
        output.expect_stderr("took over noorm's tables in the schema `dbo`: 8 operations, 11 files");
        project.noorm("lock release --yes").expect_success();
        assert_eq!(history(project, PROPER), before);
        assert!(!project.database.has_table("__noorm_version__"));
        project.write("schema/003.sql", "CREATE TABLE a (id INT);");
        project.noorm("run build").expect_success();
        assert_eq!(
            project.value("SELECT max(id) FROM noorm.__noorm_changeset__"),
            "9",
            "numbers go on where they were"
        );
    });
}
