//! `noorm-fuzz [seconds [seed]]`: tries scripts of chance for so long, an equal part of it for each dialect, and prints a
//! table. `noorm-fuzz files [seconds [seed [NAME]]]` tries files of chance, so long for each
//! parser or for one. `noorm-fuzz show NAME SEED
//! NUMBER` prints one script or file, and what is wrong with it.
//!
//! ```text
//! NOORM_CORPUS=… cargo run --profile fuzz -p noorm-fuzz -- 600
//! cargo run --profile fuzz -p noorm-fuzz -- files 600
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used)] // Printing is its work, and it is called by people who read panics.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use noorm_fuzz::campaign::{self, Tally, Until};
use noorm_fuzz::parser::parsers;
use noorm_fuzz::script::{self, Source};
use noorm_fuzz::{DIALECTS, Dialect, file, laws};

/// Ten minutes.
const SECONDS: u64 = 600;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &str| text.parse::<u64>().expect("a number");
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["show", name, seed, at] => show(name, number(seed), number(at)),
        ["files"] => files(SECONDS, 1, None),
        ["files", seconds] => files(number(seconds), 1, None),
        ["files", seconds, seed] => files(number(seconds), number(seed), None),
        ["files", seconds, seed, name] => files(number(seconds), number(seed), Some(name)),
        [] => scripts(SECONDS, 1),
        [seconds] => scripts(number(seconds), 1),
        [seconds, seed] => scripts(number(seconds), number(seed)),
        _ => panic!(
            "noorm-fuzz [seconds [seed]], noorm-fuzz files [seconds [seed [NAME]]], or noorm-fuzz show NAME SEED NUMBER"
        ),
    }
}

fn source(dialect: &Dialect) -> Source {
    Source::new(dialect, std::env::var_os("NOORM_CORPUS").as_deref().map(Path::new))
}

fn scripts(seconds: u64, seed: u64) -> ExitCode {
    heading("dialect", "scripts", "split");
    let time = Duration::from_secs(seconds) / u32::try_from(DIALECTS.len()).unwrap();
    let mut ended_well = true;
    for dialect in &DIALECTS {
        let source = source(dialect);
        ended_well &=
            report(dialect.name, seed, &campaign::run(script::trial(dialect, &source, seed), Until::Time(time)));
    }
    end(ended_well)
}

fn files(seconds: u64, seed: u64, name: Option<&str>) -> ExitCode {
    heading("parser", "files", "taken");
    let mut ended_well = true;
    for parser in parsers().filter(|parser| name.is_none_or(|name| name == parser.name)) {
        let time = Until::Time(Duration::from_secs(seconds));
        ended_well &= report(parser.name, seed, &campaign::run(file::trial(parser, seed), time));
    }
    end(ended_well)
}

fn heading(what: &str, inputs: &str, taken: &str) {
    println!("| {what} | {inputs} | of them {taken} | MB | broke a law or crashed | slowest ms |");
    println!("|---|---:|---:|---:|---:|---:|");
}

/// Prints a row, and how to see what crashed; returns whether nothing did.
fn report(name: &str, seed: u64, tally: &Tally) -> bool {
    let Tally { tried, taken, bytes, crashed, slowest } = tally;
    let (megabytes, slowest) = (bytes / 1_000_000, slowest.as_secs_f64() * 1000.0);
    println!("| {name} | {tried} | {taken} | {megabytes} | {} | {slowest:.1} |", crashed.len());
    for number in crashed.iter().take(10) {
        println!("noorm-fuzz show '{name}' {seed} {number}");
    }
    crashed.is_empty()
}

fn end(ended_well: bool) -> ExitCode {
    println!("nothing hung");
    if ended_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(name: &str, seed: u64, number: u64) -> ExitCode {
    if let Some(parser) = parsers().find(|parser| parser.name == name) {
        let file = file::file(parser, &(parser.samples)(), seed, number);
        std::io::stdout().write_all(&file).unwrap();
        println!("\n--- {} bytes, taken: {}", file.len(), (parser.check)(&file));
        return ExitCode::SUCCESS;
    }
    let dialect = DIALECTS.iter().find(|dialect| dialect.name == name).expect("a dialect or a parser");
    let (script, cuts) = source(dialect).script(seed, number);
    std::io::stdout().write_all(&script).unwrap();
    println!("\n--- {} bytes, cut at {cuts:?}", script.len());
    laws::check(dialect, &script, &cuts);
    ExitCode::SUCCESS
}
