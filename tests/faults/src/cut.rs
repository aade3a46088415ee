//! noorm's connection ends under it: between two statements, in the middle of one, in the middle of a message; in order,
//! with a reset, or by falling silent for a while.

use std::time::Duration;

use crate::proxy::{Moment, Release};
use crate::site::{PATIENCE, Site};
use crate::survey::Survey;
use crate::trial::{Fault, Struck};
use noorm_testkit::Chance;

/// How long a line falls silent that works again afterwards.
const SILENCE: Duration = Duration::from_millis(300);

/// Returns a fault for every boundary. Each has its way to be cut, in turns.
pub fn at_boundaries(survey: &Survey) -> Vec<Fault> {
    let at_step = |step| {
        let (moment, release) = match step % 5 {
            0 => (Moment::Before(step), Release::HangUp),
            1 => (Moment::After(step), Release::Break),
            2 => (Moment::During(step), Release::HangUp),
            3 => (Moment::After(step), Release::HangUp),
            _ => (Moment::During(step), Release::Break),
        };
        at_moment(moment, release)
    };
    (1..=survey.traffic.steps).map(at_step).collect()
}

/// Returns so many faults in the middle of messages.
pub fn at_bytes(survey: &Survey, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let one = |number| {
        let moment = match number % 2 {
            0 => Moment::BytesSent(chance.below(survey.traffic.sent)),
            _ => Moment::BytesReceived(chance.below(survey.traffic.received)),
        };
        at_moment(moment, if number % 4 < 2 { Release::HangUp } else { Release::Break })
    };
    (0..count).map(one).collect()
}

/// Returns so many faults that pass by themselves.
pub fn silences(survey: &Survey, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let one = |number| {
        let step = 1 + chance.below(survey.traffic.steps);
        at_moment(if number % 2 == 0 { Moment::Before(step) } else { Moment::After(step) }, Release::GoOn)
    };
    (0..count).map(one).collect()
}

fn at_moment(moment: Moment, release: Release) -> Fault {
    Fault::new(format!("cut {moment:?} {release:?}"), move |site: &Site| {
        let proxy = site.proxy().expect("a database on a server");
        proxy.arm(Some(moment));
        let mut run = site.start();
        if !proxy.wait(|| run.has_ended()) {
            return Struck::missed(run.wait(PATIENCE));
        }
        if release == Release::GoOn {
            std::thread::sleep(SILENCE);
        }
        proxy.release(release);
        let end = run.wait(PATIENCE);
        let is_wrong = release == Release::GoOn && end.code != Some(0);
        let mut struck = Struck::hit(end);
        struck.wrong = is_wrong.then_some("a line that was silent for a moment ended the run");
        struck
    })
}
