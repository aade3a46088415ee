//! Published SQL that nobody here wrote, as it stands.

use noorm_testkit::{Engine, Project, corpus, on};

use crate::answers::files;

/// Row counts that the corpus promises.
const CHINOOK: &[(&str, &str)] = &[
    ("Album", "347"),
    ("Artist", "275"),
    ("Customer", "59"),
    ("Employee", "8"),
    ("Genre", "25"),
    ("Invoice", "412"),
    ("InvoiceLine", "2240"),
    ("MediaType", "5"),
    ("Playlist", "18"),
    ("PlaylistTrack", "8715"),
    ("Track", "3503"),
];

/// `InvoiceLine` is `invoice_line` in the file for PostgreSQL.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Builds, and builds again with nothing to do.
fn build_twice(project: &Project) {
    project.noorm("run build").expect_success();
    let again = files(&project.noorm("run build --json").expect_success());
    assert!(!again.is_empty() && again.iter().all(|line| line.ends_with(" skipped unchanged")), "{again:?}");
}

#[test]
fn chinook_builds_into_sqlite() {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(Engine::Sqlite);
    project.write("schema/chinook.sql", std::fs::read(corpus.join("chinook/Chinook_Sqlite.sql")).unwrap());
    build_twice(&project);
    for (table, rows) in CHINOOK {
        assert_eq!(project.value(&format!("SELECT count(*) FROM {table}")), *rows, "{table}");
    }
}

#[test]
fn chinook_builds_into_postgres() {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(Engine::Postgres);
    let text = std::fs::read_to_string(corpus.join("chinook/Chinook_PostgreSql.sql")).unwrap();
    let switches =
        |line: &&str| ["DROP DATABASE", "CREATE DATABASE", "\\c "].iter().any(|start| line.starts_with(start));
    assert_eq!(text.lines().filter(switches).count(), 3);

    project.write("schema/chinook.sql", &text);
    let line = text.lines().position(|line| line.starts_with("\\c ")).unwrap() + 1;
    let as_published = project.noorm("run build");
    assert_ne!(as_published.code, 0, "{as_published}");
    assert!(as_published.stderr.contains(&format!("schema/chinook.sql:{line}")), "{as_published}");

    let ours: Vec<_> = text.lines().filter(|line| !switches(line)).collect();
    project.write("schema/chinook.sql", ours.join("\n"));
    build_twice(&project);
    for (table, rows) in CHINOOK {
        assert_eq!(project.value(&format!("SELECT count(*) FROM {}", snake(table))), *rows, "{table}");
    }
}

#[test]
fn chinook_builds_into_sql_server() {
    on(Engine::Mssql, &[], |project| {
        let Some(corpus) = corpus() else { return };
        let text = std::fs::read_to_string(corpus.join("chinook/Chinook_SqlServer.sql")).unwrap();
        // Before that it makes a database of its own.
        let (_, ours) = text.split_once("USE [Chinook];\nGO\n").unwrap();
        project.write("schema/chinook.sql", ours);
        build_twice(project);
        for (table, rows) in CHINOOK {
            assert_eq!(project.value(&format!("SELECT count(*) FROM [{table}]")), *rows, "{table}");
        }
    });
}

#[test]
fn sakila_builds_into_sql_server() {
    on(Engine::Mssql, &[], |project| {
        let Some(corpus) = corpus() else { return };
        let text = std::fs::read_to_string(corpus.join("sakila/sql-server-sakila-schema.sql")).unwrap();
        let (_, ours) = text.split_once("USE sakila;\n").unwrap();
        project.write("schema/sakila.sql", ours);
        build_twice(project);
        let tables = ours.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
        let names: Vec<&str> = tables.map(|rest| rest.split([' ', '(']).next().unwrap()).collect();
        assert!(names.len() >= 15, "{names:?}");
        for name in names {
            assert!(project.database.has_table(name), "{name}");
        }
    });
}

#[test]
fn sakila_builds_into_postgres_with_its_copied_data() {
    let Some(corpus) = corpus() else { return };
    let project = Project::new(Engine::Postgres);
    for (name, file) in [("010", "postgres-sakila-schema.sql"), ("020", "postgres-sakila-insert-data-using-copy.sql")] {
        project.write(&format!("schema/{name}_{file}"), std::fs::read(corpus.join("sakila").join(file)).unwrap());
    }
    build_twice(&project);
    // The data file itself says how many rows follow each COPY.
    let data = std::fs::read_to_string(corpus.join("sakila/postgres-sakila-insert-data-using-copy.sql")).unwrap();
    let mut tables = 0;
    let mut lines = data.lines();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("COPY ") else {
            continue;
        };
        let table = rest.split([' ', '(']).next().unwrap();
        let rows = lines.by_ref().take_while(|line| *line != "\\.").count();
        assert_eq!(project.value(&format!("SELECT count(*) FROM ONLY {table}")), rows.to_string(), "{table}");
        tables += 1;
    }
    assert!(tables >= 15, "{tables}");
}
