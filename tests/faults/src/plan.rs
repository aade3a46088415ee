//! Which faults are tried, and how many of each kind.

use std::sync::{Arc, Mutex};

use noorm_testkit::{Chance, Engine};

use crate::campaign::{self, Tally};
use crate::server::Server;
use crate::site::Site;
use crate::size::Size;
use crate::small::{self, Mount, Settle};
use crate::survey::Survey;
use crate::trial::Fault;
use crate::{crowd, cut, disk, kill, restart};

/// What the gate's faults, and those of a run that names no other, come from.
pub const SEED: u64 = 20_261_121;

const FULL: &str = "filesystem full";
const NO_MOUNT: &str = "only root may mount a small filesystem";

/// What came of one kind of fault.
pub enum Said {
    /// It was tried.
    Tried {
        /// The kind.
        kind: &'static str,
        /// What came of it.
        tally: Tally,
    },
    /// It cannot be tried here.
    Skipped {
        /// The kind.
        kind: &'static str,
        /// Why not.
        why: &'static str,
    },
}

/// Tries every kind of fault on one engine, and tells of each when it is through.
pub struct Plan<'a> {
    engine: Engine,
    size: &'a Size,
    seed: u64,
    tell: &'a mut dyn FnMut(Said),
}

impl<'a> Plan<'a> {
    /// Makes a plan, which its seed decides.
    pub fn new(engine: Engine, size: &'a Size, seed: u64, tell: &'a mut dyn FnMut(Said)) -> Self {
        Self { engine, size, seed, tell }
    }

    /// Carries it out.
    pub fn run(mut self) {
        let (engine, size) = (self.engine, self.size);
        let mut sites: Vec<Site> = (0..size.jobs).map(|_| Site::new(engine, size.changes, None)).collect();
        let survey = Survey::of(&mut sites[0]);
        self.kills(&survey, &mut sites);
        if sites[0].proxy().is_some() {
            self.cuts(&survey, &mut sites);
        }
        self.crowds(&survey, &mut sites);
        if sites[0].shim().is_some() {
            self.files(&survey, &mut sites);
        } else if size.restarts + size.small > 0 {
            self.private_server(&survey);
        }
    }

    fn kills(&mut self, survey: &Survey, sites: &mut [Site]) {
        let size = self.size;
        self.attempt("SIGKILL at a statement's boundary", survey, sites, |chance| {
            sample(kill::at_boundaries(survey), size, chance)
        });
        self.attempt("SIGKILL at a write", survey, sites, |_| kill::at_writes(survey, size.stride));
        self.attempt("SIGKILL at a random moment", survey, sites, |chance| {
            kill::at_random(survey, size.random, chance)
        });
    }

    fn cuts(&mut self, survey: &Survey, sites: &mut [Site]) {
        let size = self.size;
        self.attempt("connection cut at a statement's boundary", survey, sites, |chance| {
            sample(cut::at_boundaries(survey), size, chance)
        });
        self.attempt("connection cut in the middle of a message", survey, sites, |chance| {
            cut::at_bytes(survey, size.bytes, chance)
        });
        self.attempt("connection silent for a moment", survey, sites, |chance| {
            cut::silences(survey, size.silences, chance)
        });
    }

    fn crowds(&mut self, survey: &Survey, sites: &mut [Site]) {
        let count = self.size.crowds;
        self.attempt("8 copies at once", survey, sites, |_| crowd::undisturbed(count));
        self.attempt("8 copies at once, 3 of them killed", survey, sites, |chance| {
            crowd::with_deaths(survey, count, chance)
        });
    }

    /// What only a database that is a file can suffer.
    fn files(&mut self, survey: &Survey, sites: &mut [Site]) {
        let size = self.size;
        self.attempt("disk full, or a write that fails", survey, sites, |chance| {
            disk::at_writes(survey, size.writes, chance)
        });
        let mut site = Site::new(self.engine, size.changes, None);
        let folder = site.file().parent().expect("a file in a folder").to_owned();
        match Mount::on(&folder, 16 << 20) {
            Some(mount) => self.small(survey, &mut site, &mount, &small::in_place()),
            None => (self.tell)(Said::Skipped { kind: FULL, why: NO_MOUNT }),
        }
    }

    /// What takes a server that nobody else uses.
    fn private_server(&mut self, survey: &Survey) {
        const RESTART: &str = "server stopped at once and started again";
        let Some(server) = Server::start(self.engine) else {
            for kind in [RESTART, FULL] {
                (self.tell)(Said::Skipped { kind, why: "the server is not a private one of tests/databases" });
            }
            return;
        };
        let (url, folder) = (server.url.clone(), server.folder.clone());
        // It has to outlive the site, whose database is on it.
        let server = Arc::new(Mutex::new(server));
        let (engine, size) = (self.engine, self.size);
        let mut site = Site::new(engine, size.changes, Some(&url));
        self.attempt(RESTART, survey, std::slice::from_mut(&mut site), |chance| {
            restart::at_steps(survey, size.restarts, chance, &server)
        });
        match Mount::on(&folder.join("small"), 96 << 20) {
            Some(mount) => {
                let settle = small::on_server(engine, &site.aside(), &folder, &mount);
                self.small(survey, &mut site, &mount, &settle);
                // The last database there goes while it can be reached.
                site.reset();
            }
            None => (self.tell)(Said::Skipped { kind: FULL, why: NO_MOUNT }),
        }
    }

    fn small(&mut self, survey: &Survey, site: &mut Site, mount: &Mount, settle: &Settle) {
        let count = self.size.small;
        let room = small::Room::of(site, mount, settle);
        self.attempt(FULL, survey, std::slice::from_mut(site), |chance| small::faults(&room, count, chance));
    }

    /// Every kind has its own sequence of random numbers, so that one fault is found again without those before it.
    fn attempt(
        &mut self,
        kind: &'static str,
        survey: &Survey,
        sites: &mut [Site],
        faults: impl FnOnce(&mut Chance) -> Vec<Fault>,
    ) {
        let mut faults = faults(&mut Chance::new(self.seed).of(kind));
        faults.retain(|fault| self.size.only.as_ref().is_none_or(|only| fault.what.contains(only)));
        if !faults.is_empty() {
            let tally = campaign::run(&faults, survey, sites);
            (self.tell)(Said::Tried { kind, tally });
        }
    }
}

/// A random one of each of so many parts, so that every part of a run has its share.
fn sample(faults: Vec<Fault>, size: &Size, chance: &mut Chance) -> Vec<Fault> {
    let (count, total) = (size.boundaries, faults.len());
    // Who wants one of them wants it whether or not it is in the sample.
    if count >= total || size.only.is_some() {
        return faults;
    }
    let start = |part: usize| part * total / count;
    let mut chosen: Vec<usize> =
        (0..count).map(|part| start(part) + chance.index(start(part + 1) - start(part))).collect();
    chosen.reverse();
    let mut index = 0;
    faults
        .into_iter()
        .filter(|_| {
            let is_chosen = chosen.last() == Some(&index);
            index += 1;
            if is_chosen {
                chosen.pop();
            }
            is_chosen
        })
        .collect()
}
