//! How fast scripts are cut, and in how much memory: `noorm split` from the file through the dialect's component to the
//! last row that it prints, on scripts that are ten and a hundred times as long as others.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use noorm_testkit::{Engine, Project, Sandbox};

use crate::measure::Measured;

const MEGABYTES: [usize; 3] = [5, 50, 500];
const DIALECTS: [&str; 4] = ["mssql", "mysql", "postgres", "sqlite"];

/// What a script is made of.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// Statements of a thousand rows, as dumps have them.
    Dump,
    /// A statement for each row; for SQL Server, a batch.
    Rows,
}

/// Prints a row for each dialect, shape and length.
pub(crate) fn measure(runs: usize) {
    println!("| what | MB | MB/s, median | fastest | slowest | peak MiB |");
    println!("|---|---:|---:|---:|---:|---:|");
    let sandbox = Sandbox::new();
    for megabytes in MEGABYTES {
        for dialect in DIALECTS {
            for shape in [Shape::Dump, Shape::Rows] {
                write(&sandbox.project().join("script.sql"), dialect, shape, megabytes);
                let mut measured = Measured::default();
                // Long scripts are for their memory.
                let runs = if megabytes > 50 { 1 } else { runs };
                for run in 0..=runs {
                    measured.add(sandbox.command(["split", "script.sql", "--dialect", dialect]), run == runs);
                }
                println!("{}", measured.rate(&format!("split, {dialect}, {shape:?}"), megabytes));
            }
        }
    }
    for megabytes in &MEGABYTES[..2] {
        build(*megabytes);
    }
}

/// What a build needs for a long script; its time is the database's.
fn build(megabytes: usize) {
    let project = Project::new(Engine::Sqlite);
    let columns = "track_id INTEGER, name TEXT, composer TEXT, milliseconds INTEGER, unit_price REAL";
    project.write("schema/001.sql", format!("CREATE TABLE track ({columns});\n"));
    project.write("schema/002.sql", "");
    write(&project.project().join("schema/002.sql"), "sqlite", Shape::Dump, megabytes);
    let mut measured = Measured::default();
    measured.add(project.command(["run", "build"]), true);
    println!("| run build, sqlite, Dump | {megabytes} | | | | {} |", measured.peak());
}

fn write(path: &Path, dialect: &str, shape: Shape, megabytes: usize) {
    let mut file = BufWriter::new(std::fs::File::create(path).unwrap());
    let rows = match shape {
        Shape::Dump => 1000,
        Shape::Rows => 1,
    };
    let end = if dialect == "mssql" { "\nGO\n" } else { ";\n" };
    let (mut number, mut len) = (0, 0);
    while len < megabytes * 1_000_000 {
        let mut statement = "INSERT INTO track (track_id, name, composer, milliseconds, unit_price) VALUES".to_owned();
        for row in 0..rows {
            let comma = if row == 0 { "" } else { "," };
            number += 1;
            statement += &format!(
                "{comma}\n  ({number}, 'For Those About To Rock (We Salute You)', 'Angus Young, Malcolm Young', 343719, 0.99)"
            );
        }
        statement += end;
        len += statement.len();
        file.write_all(statement.as_bytes()).unwrap();
    }
    file.flush().unwrap();
}
