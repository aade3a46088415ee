//! `noorm-fuzz [seconds [seed]]`: tries scripts of chance for so long, an equal part of it for each dialect, and prints a
//! table. `noorm-fuzz show DIALECT SEED NUMBER` prints one script, and what is wrong with it.
//!
//! ```text
//! NOORM_CORPUS=… cargo run --profile fuzz -p noorm-fuzz -- 600
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used)] // Printing is its work, and it is called by people who read panics.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use noorm_fuzz::campaign::{self, Tally, Until};
use noorm_fuzz::script::Source;
use noorm_fuzz::{DIALECTS, Dialect, laws};

/// Ten minutes.
const SECONDS: u64 = 600;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["show", dialect, seed, number] => show(dialect, seed.parse().unwrap(), number.parse().unwrap()),
        [] => fuzz(SECONDS, 1),
        [seconds] => fuzz(seconds.parse().unwrap(), 1),
        [seconds, seed] => fuzz(seconds.parse().unwrap(), seed.parse().unwrap()),
        _ => panic!("noorm-fuzz [seconds [seed]], or noorm-fuzz show DIALECT SEED NUMBER"),
    }
}

fn source(dialect: &Dialect) -> Source {
    Source::new(dialect, std::env::var_os("NOORM_CORPUS").as_deref().map(Path::new))
}

fn fuzz(seconds: u64, seed: u64) -> ExitCode {
    println!("| dialect | scripts | of them split | MB | broke a law or crashed | slowest ms |");
    println!("|---|---:|---:|---:|---:|---:|");
    let time = Duration::from_secs(seconds) / u32::try_from(DIALECTS.len()).unwrap();
    let mut ended_well = true;
    for dialect in &DIALECTS {
        let tally = campaign::run(dialect, &source(dialect), seed, Until::Time(time));
        println!("{}", row(dialect, &tally));
        for number in tally.crashed.iter().take(10) {
            println!("noorm-fuzz show {} {seed} {number}", dialect.name);
        }
        ended_well &= tally.crashed.is_empty();
    }
    println!("no script hung");
    if ended_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn row(dialect: &Dialect, tally: &Tally) -> String {
    let Tally { tried, split, bytes, crashed, slowest } = tally;
    let (megabytes, slowest) = (bytes / 1_000_000, slowest.as_secs_f64() * 1000.0);
    format!("| {} | {tried} | {split} | {megabytes} | {} | {slowest:.1} |", dialect.name, crashed.len())
}

fn show(name: &str, seed: u64, number: u64) -> ExitCode {
    let dialect = DIALECTS.iter().find(|dialect| dialect.name == name).expect("a dialect");
    let (script, cuts) = source(dialect).script(seed, number);
    std::io::stdout().write_all(&script).unwrap();
    println!("\n--- {} bytes, cut at {cuts:?}", script.len());
    laws::check(dialect, &script, &cuts);
    ExitCode::SUCCESS
}
