//! What plugins cost: a start that uses two, a small call, adding one and using it later.
//!
//! Components that are named on the command line are added to a fresh project each time, with an empty cache; what they
//! are used on is a file that need not make sense to them.

use std::path::Path;
use std::time::Instant;

use noorm_plugin_host::{Options, PluginHost};
use noorm_testkit::Sandbox;

use crate::measure::Measured;

/// Calls that are measured together; one alone is shorter than a look at the clock.
const CALLS: u32 = 100_000;

/// Prints the tables.
pub(crate) fn measure(runs: usize, components: &[String]) {
    println!("| what | median ms | fastest | slowest | peak MiB |");
    println!("|---|---:|---:|---:|---:|");
    start(runs * 4);
    for component in components {
        added(Path::new(component), runs);
    }
    println!();
    println!("| a small call, {CALLS} in a row | ns each |");
    println!("|---|---:|");
    calls();
}

/// A project with one script and one data file.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.write("schema/a.csv", "a,b\n1,2\n");
    sandbox.write("schema/b.sql", "SELECT 1;\n");
    sandbox
}

fn start(runs: usize) {
    let sandbox = project();
    for (line, what) in [
        ("plugin list", "no plugin (`plugin list`)"),
        ("plugin stats --dialect sqlite", "two plugins (`plugin stats --dialect sqlite`)"),
    ] {
        let mut measured = Measured::default();
        for run in 0..=runs {
            measured.add(sandbox.command(line.split(' ')), run == runs);
        }
        println!("{}", measured.row(what));
    }
}

fn added(component: &Path, runs: usize) {
    let file = std::fs::canonicalize(component).unwrap();
    let name = file.file_stem().unwrap().to_string_lossy().into_owned();
    let (mut add, mut later) = (Measured::default(), Measured::default());
    for run in 0..=runs {
        let sandbox = project();
        add.add(sandbox.command(["plugin", "add", file.to_str().unwrap()]), run == runs);
        let listed = sandbox.noorm("plugin list --json").expect_success().json();
        let plugins = listed["plugins"].as_array().unwrap();
        let added = plugins.iter().find(|plugin| plugin["source"] == "project").expect("it was added");
        if let Some(extension) = added["provides"].as_array().unwrap().first().filter(|_| added["kind"] == "loader") {
            sandbox.write(&format!("schema/c.{}", extension.as_str().unwrap()), "x\n");
        }
        later.add(sandbox.command(["plugin", "stats", "--json"]), run == runs);
        let usage = sandbox.noorm("plugin stats --json").json();
        let compiled = usage["pluginUsage"].as_array().unwrap().iter().filter(|one| one["compilations"] != 0).count();
        assert_eq!(compiled, 0, "it was compiled again: {usage}");
    }
    println!("{}", add.row(&format!("add {name}")));
    println!("{}", later.row(&format!("use {name} later")));
}

fn calls() {
    let host = PluginHost::open(Options::default()).unwrap();
    for name in host.dialects() {
        let dialect = host.dialect(&name).unwrap();
        dialect.quote("warm").unwrap();
        let started = Instant::now();
        for _ in 0..CALLS {
            std::hint::black_box(dialect.quote(std::hint::black_box("customer_id")).unwrap());
        }
        println!("| quote, {name} | {:.0} |", started.elapsed().as_nanos() as f64 / f64::from(CALLS));
    }
}
