//! Tries every fault on every database and prints a table; `tests/faults/run` builds and calls it.
//!
//!     noorm-faults [--quick] [--seed N] [--jobs N] [--changes N] [--database NAME] [--only TEXT]
//!
//! `--only` tries the faults whose description has the text in it: what a finding starts with finds that fault again.
#![allow(clippy::print_stdout, clippy::print_stderr)] // Printing is its work.

use std::process::ExitCode;
use std::time::Instant;

use noorm_faults::campaign::HEAD;
use noorm_faults::plan::{Plan, Said, Size};
use noorm_testkit::Engine;

/// Findings that are shown of each kind; one defect can have thousands.
const SHOWN: usize = 5;

const SEED: u64 = 20_261_121;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
    let number = |name: &str| value(name).map(|text| text.parse::<u64>().unwrap_or_else(|_| panic!("{name} {text}")));
    let count = |name: &str| number(name).map(|number| usize::try_from(number).expect("a small number"));

    let mut size = if args.iter().any(|arg| arg == "--quick") { Size::quick() } else { Size::full() };
    size.jobs = count("--jobs").unwrap_or(size.jobs);
    size.changes = count("--changes").unwrap_or(size.changes);
    size.only = value("--only").cloned();
    let seed = number("--seed").unwrap_or(SEED);
    let wanted = value("--database").map(|name| name.to_lowercase());

    println!("{HEAD}");
    let mut is_good = true;
    for engine in [Engine::Sqlite, Engine::Postgres, Engine::Mariadb] {
        let name = format!("{engine:?}");
        if wanted.as_ref().is_some_and(|wanted| *wanted != name.to_lowercase()) {
            continue;
        }
        let mut last = Instant::now();
        let mut tell = |said: Said| {
            let took = last.elapsed();
            last = Instant::now();
            match said {
                Said::Skipped { kind, why } => println!("| {name} | {kind} | skipped: {why} | | | | |"),
                Said::Tried { kind, tally } => {
                    println!("{}", tally.row(&name, kind));
                    eprintln!("{name}, {kind}: {took:?}, {} faults came too late, seed {seed}", tally.missed);
                    for finding in tally.findings.iter().take(SHOWN) {
                        eprintln!("\n{finding}");
                    }
                    is_good &= tally.is_good();
                }
            }
        };
        Plan::new(engine, &size, seed, &mut tell).run();
    }
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
