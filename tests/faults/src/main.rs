//! Tries every fault on every database and prints a table; `tests/faults/run` builds and calls it. What its flags mean is in
//! `README.md`.
#![allow(clippy::print_stdout, clippy::print_stderr)] // Printing is its work.

use std::process::ExitCode;
use std::time::Instant;

use noorm_faults::campaign::{HEAD, Tally};
use noorm_faults::plan::{Plan, SEED, Said};
use noorm_faults::size::Size;
use noorm_testkit::Engine;

/// Findings that are shown of each kind; one defect can have thousands.
const SHOWN: usize = 5;

/// What there are workloads for.
const ENGINES: [Engine; 4] = [Engine::Sqlite, Engine::Postgres, Engine::Mariadb, Engine::Mysql];

/// What the command line says.
struct Request {
    size: Size,
    seed: u64,
    /// The one database to try, if not all.
    database: Option<String>,
}

fn main() -> ExitCode {
    let request = match parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(what) => {
            eprintln!("error: {what}");
            return ExitCode::from(2);
        }
    };
    println!("Seed {}, {:?}\n\n{HEAD}", request.seed, request.size);
    let mut is_good = true;
    for engine in ENGINES {
        let name = engine.title();
        if request.database.as_ref().is_some_and(|wanted| wanted != engine.name()) {
            continue;
        }
        if engine.is_optional() && engine.url().is_none() {
            println!("| {name} | every | skipped: no server is named | | | | |");
            continue;
        }
        is_good &= try_all(engine, name, &request);
    }
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut request = Request { size: Size::full(), seed: SEED, database: None };
    while let Some(arg) = args.next() {
        let flag = arg.strip_prefix("--").ok_or_else(|| format!("`{arg}` is no flag"))?;
        if flag == "quick" {
            request.size = Size::quick();
            continue;
        }
        let value = args.next().ok_or_else(|| format!("`{arg}` needs a value"))?;
        match flag {
            "seed" => request.seed = value.parse().map_err(|_| format!("`{arg} {value}` is not a number"))?,
            "database" if !ENGINES.iter().any(|engine| engine.name() == value) => {
                return Err(format!("`{arg} {value}` is not tried"));
            }
            "database" => request.database = Some(value),
            "only" => request.size.only = Some(value),
            _ => request.size.set(flag, &value)?,
        }
    }
    Ok(request)
}

/// Returns whether nothing was found.
fn try_all(engine: Engine, name: &str, request: &Request) -> bool {
    let mut is_good = true;
    let mut last = Instant::now();
    let mut tell = |said: Said| {
        let took = last.elapsed();
        last = Instant::now();
        match said {
            Said::Skipped { kind, why } => println!("| {name} | {kind} | skipped: {why} | | | | |"),
            Said::Tried { kind, tally } => {
                println!("{}", tally.row(name, kind));
                eprintln!("{name}, {kind}: {took:.1?}, {} faults came too late", tally.missed);
                tally.findings.iter().take(SHOWN).for_each(|finding| eprintln!("\n{finding}"));
                is_good &= Tally::is_good(&tally);
            }
        }
    };
    Plan::new(engine, &request.size, request.seed, &mut tell).run();
    is_good
}
