//! Tries every fault on every database and prints a table; `tests/faults/run` builds and calls it.
#![allow(clippy::print_stdout, clippy::print_stderr)] // Printing is its work.

use std::time::Instant;

use noorm_faults::campaign::{self, HEAD};
use noorm_faults::chance::Chance;
use noorm_faults::kill;
use noorm_faults::site::Site;
use noorm_faults::survey::Survey;
use noorm_testkit::Engine;

fn main() {
    let stride: usize = std::env::args().nth(1).map_or(1, |arg| arg.parse().expect("a number"));
    let changes: usize = std::env::args().nth(2).map_or(60, |arg| arg.parse().expect("a number"));
    println!("{HEAD}");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let site = || Site::new(engine, changes, None);
        let survey = Survey::of(&mut site());
        eprintln!(
            "{engine:?}: {:?} {:?} {} writes {} lines",
            survey.time,
            survey.traffic,
            survey.writes,
            survey.catalog.len()
        );
        let started = Instant::now();
        let faults = kill::at_boundaries(&survey, stride);
        let tally = campaign::run(&faults, &survey, 2, site);
        println!("{} {:?} missed {}", tally.row(engine, "kill at boundary"), started.elapsed(), tally.missed);
        for finding in tally.findings.iter().take(5) {
            println!("{finding}");
        }
        let faults = kill::at_random(&survey, 20, &mut Chance::new(1));
        let tally = campaign::run(&faults, &survey, 2, site);
        println!("{} {:?} missed {}", tally.row(engine, "kill at random"), started.elapsed(), tally.missed);
        for finding in tally.findings.iter().take(5) {
            println!("{finding}");
        }
    }
}
