//! noorm is killed with a signal that it cannot catch: at every boundary between two statements, and at random moments.
//!
//! Where the database is a file, what others can see of a statement appears with its commit: each of its steps ends with a
//! wait for the disk, and those are the boundaries there.

use noorm_testkit::{Chance, PARTS};

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

/// Returns a fault for every boundary: before each step, and while it is carried out.
pub fn at_boundaries(survey: &Survey) -> Vec<Fault> {
    let at_step = |step| {
        let line = if step % 2 == 0 { Line::Closed } else { Line::Stranded };
        [at_moment(Moment::Before(step), Line::Closed), at_moment(Moment::During(step), line)]
    };
    let mut faults: Vec<Fault> = (1..=survey.traffic.steps).flat_map(at_step).collect();
    faults.extend((1..=survey.calls.syncs).map(|sync| in_file(Deed::KillAtSync(sync))));
    faults
}

/// Returns faults in the middle of what is between two boundaries of a file: its writes, each `stride`-th of them.
pub fn at_writes(survey: &Survey, stride: usize) -> Vec<Fault> {
    let at_write = |write| in_file(if write % 2 == 0 { Deed::Kill(write) } else { Deed::Torn(write) });
    (1..=survey.calls.writes).step_by(stride).map(at_write).collect()
}

/// Returns so many faults at random moments.
pub fn at_random(survey: &Survey, count: usize, chance: &mut Chance) -> Vec<Fault> {
    let after = |part| {
        let pause = survey.part(part);
        Fault::new(format!("kill after {part} of {PARTS} parts of the time"), move |site: &Site| {
            let mut run = site.start();
            std::thread::sleep(pause);
            if run.has_ended() { Struck::missed(run.wait(PATIENCE)) } else { Struck::hit(run.kill()) }
        })
    };
    (0..count).map(|_| after(chance.part())).collect()
}

fn in_file(deed: Deed) -> Fault {
    Fault::new(format!("kill {deed:?}"), move |site: &Site| {
        let end = site.start_struck(deed).wait(PATIENCE);
        if end.code.is_none() && !end.is_late { Struck::hit(end) } else { Struck::missed(end) }
    })
}

fn at_moment(moment: Moment, line: Line) -> Fault {
    Fault::new(format!("kill {moment:?} {line:?}"), move |site: &Site| {
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
