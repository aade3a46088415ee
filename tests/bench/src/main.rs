//! Measures noorm beside dbmate, in turn, with the same SQL and the same durability, and prints a table. After `split` it
//! measures how scripts are cut instead, after `state` how a large state is opened and sealed, after `plugins` what plugins
//! cost. It judges nothing: the figures to reach stand in RESULTS.md.
#![allow(clippy::print_stdout, clippy::unwrap_used)] // Printing is its work, and a measurement that fails has no result.

mod dbmate;
mod measure;
mod plugins;
mod split;
mod state;
mod workload;

use noorm_testkit::{Database, Engine, Project, Sandbox};

use crate::dbmate::Dbmate;
use crate::measure::Measured;

fn main() {
    let mut args = std::env::args().skip(1).peekable();
    if args.next_if_eq("split").is_some() {
        split::measure(args.next().map_or(5, |runs| runs.parse().expect("a number")));
        return;
    }
    if args.next_if_eq("plugins").is_some() {
        let rest: Vec<String> = args.collect();
        let (runs, components) = match rest.split_first() {
            Some((first, rest)) if first.parse::<usize>().is_ok() => (first.parse().expect("tried"), rest),
            _ => (5, rest.as_slice()),
        };
        plugins::measure(runs, components);
        return;
    }
    if args.next_if_eq("state").is_some() {
        state::measure(args.next().map_or(200, |runs| runs.parse().expect("a number")));
        return;
    }
    let mut args = args.map(|arg| arg.parse::<usize>().expect("a number"));
    let runs = args.next().unwrap_or(5);
    let count = args.next().unwrap_or(1000);

    println!("| what | median ms | fastest | slowest | peak MiB |");
    println!("|---|---:|---:|---:|---:|");
    start_up(runs * 4);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        nothing_to_do(engine, runs * 4);
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        apply(engine, count, runs);
    }
}

fn start_up(runs: usize) {
    let sandbox = Sandbox::new();
    for line in ["--version", "plugin list"] {
        let mut measured = Measured::default();
        for run in 0..=runs {
            measured.add(sandbox.command(line.split(' ')), run == runs);
        }
        println!("{}", measured.row(&format!("noorm {line}")));
    }
}

fn nothing_to_do(engine: Engine, runs: usize) {
    let project = Project::new(engine);
    for number in 1..=100 {
        project.write(
            &format!("schema/{number:03}.sql"),
            format!("CREATE TABLE t{number:03} (id INTEGER PRIMARY KEY);\n"),
        );
    }
    project.noorm("run build").expect_success();
    let mut measured = Measured::default();
    for run in 0..=runs {
        measured.add(project.command(["run", "build"]), run == runs);
    }
    println!("{}", measured.row(&format!("noorm run build, nothing to do on 100 files, {engine:?}")));
}

/// Applies all changesets to a new database each time, noorm and dbmate in turn, so that a machine that gets slower
/// gets slower for both.
fn apply(engine: Engine, count: usize, runs: usize) {
    let (mut noorm, mut dbmate) = (Measured::default(), Measured::default());
    for run in 0..=runs {
        let project = Project::new(engine);
        refuse_without_fsync(&project.database);
        workload::write_for_noorm(&project, count);
        noorm.add(project.command(["change", "ff"]), run == runs);
        workload::check_applied(&project.database, count);

        let other = Dbmate::new(engine);
        workload::write_for_dbmate(&other.sandbox, count);
        dbmate.add(other.up(), run == runs);
        workload::check_applied(&other.database, count);
    }
    println!("{}", noorm.row(&format!("noorm change ff, {count} changesets, {engine:?}")));
    println!("{}", dbmate.row(&format!("dbmate up, {count} changesets, {engine:?}")));
}

fn refuse_without_fsync(database: &Database) {
    if database.engine() == Engine::Postgres {
        let fsync = database.query("SHOW fsync");
        assert_eq!(
            fsync,
            [["on"]],
            "this PostgreSQL does not write to disk: stop it with `tests/databases/postgres down`"
        );
    }
}
