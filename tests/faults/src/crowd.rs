//! Eight copies of noorm at one database at once, left alone or killed one after the other.

use std::time::Duration;

use noorm_testkit::{Chance, PARTS};

use crate::process::Run;
use crate::site::{PATIENCE, Site};
use crate::survey::Survey;
use crate::trial::{Fault, Struck};

/// Copies that run at once.
const COPIES: usize = 8;

/// Eight runs one after the other, each in the way of the others.
const CROWD_PATIENCE: Duration = PATIENCE.saturating_mul(2);

/// Returns so many crowds that nobody disturbs.
pub fn undisturbed(count: usize) -> Vec<Fault> {
    let one = |number| {
        Fault::new(format!("crowd {number}"), |site: &Site| {
            let runs: Vec<Run> = (0..COPIES).map(|_| site.start()).collect();
            let ends: Vec<_> = runs.into_iter().map(|run| run.wait(CROWD_PATIENCE)).collect();
            let is_wrong = ends.iter().any(|end| end.code != Some(0));
            Struck { wrong: is_wrong.then_some("not every copy came to its end"), ..Struck::all(ends) }
        })
    };
    (1..=count).map(one).collect()
}

/// Returns so many crowds of which three copies are killed.
pub fn with_deaths(survey: &Survey, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let one = |parts: [u32; 3]| {
        let pauses = parts.map(|part| survey.part(part));
        Fault::new(format!("crowd of which die after {parts:?} of {PARTS} parts of the time"), move |site: &Site| {
            let mut runs: Vec<Run> = (0..COPIES).map(|_| site.start()).collect();
            let mut ends = Vec::new();
            for pause in pauses {
                std::thread::sleep(pause);
                ends.push(runs.remove(0).kill());
            }
            ends.extend(runs.into_iter().map(|run| run.wait(CROWD_PATIENCE)));
            Struck::all(ends)
        })
    };
    (0..count).map(|_| one([(); 3].map(|()| chance.part()))).collect()
}
