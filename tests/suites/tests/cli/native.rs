//! What noorm makes of a published script, beside what the database's own client makes of the same bytes: the catalogs and
//! the rows are equal.

use noorm_testkit::{Engine, Project, corpus};

/// Runs files of the corpus through noorm and through the native client, without lines that make, drop or switch the
/// database, and compares everything that is there afterwards.
fn compare(engine: Engine, files: &[&str], dropped: &[&str]) {
    compare_edited(engine, files, |text| {
        let kept = |line: &&str| !dropped.iter().any(|start| line.starts_with(start));
        text.split_inclusive('\n').filter(kept).collect()
    });
}

/// The same with files of which `edit` changes what has to be changed.
fn compare_edited(engine: Engine, files: &[&str], edit: impl Fn(&str) -> String) {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(engine);
    let other = project.database.sibling(&project.project());
    for (index, file) in files.iter().enumerate() {
        let text = edit(&std::fs::read_to_string(corpus.join(file)).unwrap());
        project.write(&format!("schema/{index:03}.sql"), &text);
        other.run_native(text.as_bytes());
    }
    project.noorm("run build").expect_success();
    let (ours, native) = (project.database.dump(), other.dump());
    assert!(native.len() > 1000, "{native}");
    let difference = ours.lines().zip(native.lines()).find(|(ours, native)| ours != native);
    assert!(ours == native, "the dumps differ at {difference:?}");
    project.noorm("run build").expect_success().expect_stdout("nothing to do");
}

#[test]
fn chinook_in_sqlite() {
    compare(Engine::Sqlite, &["chinook/Chinook_Sqlite.sql"], &[]);
}

#[test]
fn sakila_in_sqlite() {
    compare(Engine::Sqlite, &["sakila/sqlite-sakila-schema.sql"], &[]);
}

#[test]
fn chinook_in_postgres() {
    compare(Engine::Postgres, &["chinook/Chinook_PostgreSql.sql"], &["DROP DATABASE", "CREATE DATABASE", "\\c "]);
}

#[test]
fn sakila_in_postgres() {
    let files = ["sakila/postgres-sakila-schema.sql", "sakila/postgres-sakila-insert-data-using-copy.sql"];
    compare(Engine::Postgres, &files, &[]);
}

#[test]
fn chinook_in_mariadb() {
    compare(Engine::Mariadb, &["chinook/Chinook_MySql.sql"], &["DROP DATABASE", "CREATE DATABASE", "USE "]);
}

/// With its triggers, functions, procedures and delimiters. What goes beyond the lines about the database is its name: one
/// view says `sakila.film` and the like, and the database of a test is called otherwise.
#[test]
fn sakila_in_mariadb() {
    compare_edited(Engine::Mariadb, &["sakila/mysql-sakila-schema.sql"], |text| {
        let lines = ["DROP SCHEMA IF EXISTS sakila;\n", "CREATE SCHEMA sakila;\n", "USE sakila;\n"];
        let text = lines.iter().fold(text.to_owned(), |text, line| {
            assert_eq!(text.matches(line).count(), 1, "{line}");
            text.replace(line, "")
        });
        assert_eq!(text.matches("sakila.").count(), 7);
        text.replace("sakila.", "")
    });
}
