//! noorm is killed with a signal that it cannot catch: at every boundary between two statements, and at random moments.

use crate::chance::Chance;
use crate::proxy::{Moment, Release};
use crate::shim::Deed;
use crate::site::{PATIENCE, Site};
use crate::survey::Survey;
use crate::trial::{Fault, Struck};

/// What the server's end of the connection sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// The operating system closes what the process had open.
    Closed,
    /// Nobody tells the server, as when the machine is gone.
    Stranded,
}

/// Returns a fault for every boundary, each `stride`-th of them.
pub fn at_boundaries(survey: &Survey, stride: usize) -> Vec<Fault> {
    let steps = 1..=survey.traffic.steps;
    let mut faults: Vec<Fault> = steps
        .flat_map(|step| {
            [
                at_moment(Moment::Before(step), Line::Closed),
                at_moment(Moment::During(step), Line::Closed),
                at_moment(Moment::During(step), Line::Stranded),
            ]
        })
        .collect();
    let writes = 1..=survey.writes;
    faults.extend(writes.flat_map(|write| [at_write(write, Deed::Kill), at_write(write, Deed::Torn)]));
    faults.into_iter().step_by(stride).collect()
}

/// Returns so many faults at random moments.
pub fn at_random(survey: &Survey, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let longest = u64::try_from(survey.time.as_micros()).expect("a run takes minutes at most") * 11 / 10;
    let at = |micros| {
        Fault::new(format!("kill after {micros} microseconds"), move |site: &Site| {
            let mut run = site.start();
            std::thread::sleep(std::time::Duration::from_micros(micros));
            if run.has_ended() { Struck::missed(run.wait(PATIENCE)) } else { Struck::hit(run.kill()) }
        })
    };
    (0..count).map(|_| at(chance.below(longest))).collect()
}

fn at_write(write: u64, deed: Deed) -> Fault {
    Fault::new(format!("kill at write {write}, {deed:?}"), move |site: &Site| {
        let end = site.start_struck(write, deed).wait(PATIENCE);
        if end.code.is_none() && !end.is_late { Struck::hit(end) } else { Struck::missed(end) }
    })
}

fn at_moment(moment: Moment, line: Line) -> Fault {
    Fault::new(format!("kill {moment:?}, {line:?}"), move |site: &Site| {
        let proxy = site.proxy().expect("a database on a server");
        proxy.arm(Some(moment));
        let mut run = site.start();
        if !proxy.wait(|| run.has_ended()) {
            return Struck::missed(run.wait(PATIENCE));
        }
        let mut struck = Struck::hit(run.kill());
        let release = |site: &Site| site.proxy().expect("a database on a server").release(Release::HangUp);
        match line {
            Line::Closed => release(site),
            Line::Stranded => struck.afterwards = Some(Box::new(release)),
        }
        struck
    })
}
