//! What a user reads when something fails.

use noorm_testkit::{Engine, Project, Sandbox, for_each_database};

use crate::answers::error;

#[test]
fn a_failing_statement_is_reported_with_everything_that_finds_it() {
    for_each_database(|project| {
        // Where only a line `GO` ends a statement, it stands in the place of the empty one.
        let between = if project.database.engine() == Engine::Mssql { "GO" } else { "" };
        project.write(
            "schema/001.sql",
            format!("CREATE TABLE a (id INTEGER PRIMARY KEY);\n{between}\n-- twice\nINSERT INTO a VALUES (1), (1);\n"),
        );
        // Where DDL commits, the first statement of the file stays.
        let code = if project.database.has_transactional_ddl() { 1 } else { 3 };
        let text = project.noorm("run build").expect_code(code);
        text.expect_stderr("error:").expect_stderr("schema/001.sql:4").expect_stderr("INSERT INTO a VALUES (1), (1)");
        let json = project.noorm("run build --json").expect_code(1);
        assert_eq!(error(&json, "file"), "schema/001.sql");
        assert_eq!(error(&json, "line"), "4");
        assert_eq!(error(&json, "statement"), "INSERT INTO a VALUES (1), (1)");
        assert_eq!(error(&json, "blame"), "user");
        assert!(json.stderr.is_empty() || !json.stderr.contains('{'), "{json}");
        let message = project.query(&format!(
            "SELECT error_message FROM {} WHERE status = 'failed'",
            project.database.tracking("executions")
        ));
        assert!(message[0][0].contains('a'), "{message:?}");
    });
}

#[test]
fn a_line_of_psql_is_named_with_its_cause() {
    let project = Project::new(Engine::Postgres);
    project.write("schema/001.sql", "CREATE TABLE a (id integer);\n\\c other\nCREATE TABLE b (id integer);\n");
    let output = project.noorm("run build").expect_code(1);
    output.expect_stderr("schema/001.sql:2").expect_stderr("psql");
    assert!(!project.database.has_table("a"));
}

#[test]
fn a_refused_connection_is_quick_and_says_why() {
    let mut sandbox = Sandbox::new();
    for (name, value) in [
        ("NOORM_DIALECT", "postgres"),
        ("NOORM_HOST", "127.0.0.1"),
        ("NOORM_PORT", "1"),
        ("NOORM_DATABASE", "app"),
        ("NOORM_USER", "app"),
        ("NOORM_PASSWORD", "hunter2-hunter2"),
    ] {
        sandbox.set_env(name, value);
    }
    sandbox.write("schema/001.sql", "CREATE TABLE a (id integer);");
    let started = std::time::Instant::now();
    let output = sandbox.noorm("run build").expect_code(7).expect_stderr("127.0.0.1").expect_stderr("refused");
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    assert!(!output.to_string().contains("hunter2"), "{output}");
}

#[test]
fn a_broken_settings_file_is_shown_with_its_line() {
    let project = Project::new(Engine::Sqlite);
    project.write(".noorm/settings.yml", "paths:\n  schema: [\n");
    let output = project.noorm("run build");
    assert_ne!(output.code, 0, "{output}");
    output.expect_stderr(".noorm/settings.yml");
}
