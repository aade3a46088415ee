//! The server is stopped at once and started again while noorm works: what it had not written down is gone, and every
//! session with it.

use std::sync::{Arc, Mutex};

use crate::proxy::{Moment, Release};
use crate::server::Server;
use crate::site::{PATIENCE, Site};
use crate::survey::Survey;
use crate::trial::{Fault, Struck};
use noorm_testkit::Chance;

/// Returns so many faults, before and during random steps.
pub fn at_steps(survey: &Survey, count: usize, chance: &mut Chance, server: &Arc<Mutex<Server>>) -> Vec<Fault> {
    let mut one = |number| {
        let step = 1 + chance.below(survey.traffic.steps);
        let moment = match number % 3 {
            0 => Moment::Before(step),
            1 => Moment::During(step),
            _ => Moment::After(step),
        };
        let server = Arc::clone(server);
        Fault::new(format!("restart {moment:?}"), move |site: &Site| {
            let proxy = site.proxy().expect("a database on a server");
            proxy.arm(Some(moment));
            let mut run = site.start();
            if !proxy.wait(|| run.has_ended()) {
                return Struck::missed(run.wait(PATIENCE));
            }
            server.lock().unwrap().restart();
            proxy.release(Release::HangUp);
            Struck::hit(run.wait(PATIENCE))
        })
    };
    (0..count).map(&mut one).collect()
}
