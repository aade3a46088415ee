//! What plugins cost: a start that uses two, a small call, one through a quirk, adding a plugin and using it later.
//!
//! Components that are named on the command line are added to a fresh project each time, with an empty cache; what they
//! are used on is a file that need not make sense to them.

use std::path::Path;
use std::time::Instant;

use noorm_plugin_host::{Base, Dialect, Options, PluginHost, PluginKind};
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
    calls(components);
}

/// A project with one script and one data file.
fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.noorm("init").expect_success();
    sandbox.write("schema/a.csv", "a,b\n1,2\n");
    sandbox.write("schema/b.sql", "SELECT 1;\n");
    sandbox
}

/// Starts noorm with and without plugins, in turn, so that a machine that gets slower gets slower for both.
fn start(runs: usize) {
    let sandbox = project();
    let (mut none, mut two) = (Measured::default(), Measured::default());
    for run in 0..=runs {
        none.add(sandbox.command(["plugin", "list"]), run == runs);
        two.add(sandbox.command(["plugin", "stats", "--dialect", "sqlite"]), run == runs);
    }
    println!("{}", none.row("no plugin (`plugin list`)"));
    println!("{}", two.row("two plugins (`plugin stats --dialect sqlite`)"));
    let above = two.median_ms() - none.median_ms();
    println!("| two plugins above none | {above:.1} | | | |");
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

/// Calls each dialect, and each dialect that a component is a quirk over.
fn calls(components: &[String]) {
    let host = PluginHost::open(Options::default()).unwrap();
    for name in host.dialects() {
        call(&name, &host.dialect(&name).unwrap());
    }
    for component in components {
        let quirk = host.examine(Path::new(component), &std::fs::read(component).unwrap()).unwrap();
        for base in host.dialects().into_iter().filter(|_| quirk.info.kind == PluginKind::Quirk) {
            if let Ok(dialect) = host.dialect_over(Base::Name(&base), std::slice::from_ref(&quirk)) {
                call(&format!("{} over {base}", quirk.info.name), &dialect);
            }
        }
    }
}

fn call(what: &str, dialect: &Dialect) {
    dialect.quote("warm").unwrap();
    let started = Instant::now();
    for _ in 0..CALLS {
        std::hint::black_box(dialect.quote(std::hint::black_box("customer_id")).unwrap());
    }
    println!("| quote, {what} | {:.0} |", started.elapsed().as_nanos() as f64 / f64::from(CALLS));
}
