//! What noorm makes of a published script, beside what the database's own client makes of the same bytes: the catalogs and
//! the rows are equal.

use noorm_testkit::{Engine, Project, corpus};

/// Runs files of the corpus through noorm and through the native client, without lines that make, drop or switch the
/// database, and compares everything that is there afterwards.
fn compare(engine: Engine, files: &[&str], dropped: &[&str]) {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(engine);
    let other = project.database.sibling(&project.project());
    for (index, file) in files.iter().enumerate() {
        let bytes = std::fs::read(corpus.join(file)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let kept = |line: &&str| !dropped.iter().any(|start| line.starts_with(start));
        let text: String = text.split_inclusive('\n').filter(kept).collect();
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
