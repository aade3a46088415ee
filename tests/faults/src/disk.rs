//! The disk of a database file is full, or a write to it fails, in the middle of a run; then there is room again.

use crate::shim::Deed;
use crate::site::{PATIENCE, Site};
use crate::survey::Survey;
use crate::trial::{Fault, Struck};
use noorm_testkit::Chance;

/// Returns so many faults at random writes of a file: from there on nothing fits, or one write fails.
pub fn at_writes(survey: &Survey, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let one = |number| {
        let write = 1 + chance.below(survey.calls.writes);
        let deed = if number % 2 == 0 { Deed::Full(write) } else { Deed::Error(write) };
        Fault::new(format!("disk {deed:?}"), move |site: &Site| {
            let end = site.start_struck(deed).wait(PATIENCE);
            // A last write that fails can be one that only tidies up.
            if end.code == Some(0) { Struck::missed(end) } else { Struck::hit(end) }
        })
    };
    (0..count).map(one).collect()
}
