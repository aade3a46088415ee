//! Which faults are tried, and how many of each kind.

use std::sync::{Arc, Mutex};

use noorm_testkit::{Database, Engine};

use crate::campaign::{self, Tally};
use crate::disk::Mount;
use crate::server::Server;
use crate::site::Site;
use crate::survey::Survey;
use crate::trial::Fault;
use crate::{crowd, cut, disk, kill, restart};
use noorm_testkit::Chance;

/// How much is tried.
#[derive(Debug, Clone)]
pub struct Size {
    /// Changesets of a run.
    pub changes: usize,
    /// Faults of each kind that has one for every boundary; `None` for all of them.
    pub boundaries: Option<usize>,
    /// Every so many writes to a file one is struck.
    pub write_stride: usize,
    /// Kills at random moments.
    pub random: usize,
    /// Cuts in the middle of a message.
    pub bytes: usize,
    /// Lines that fall silent for a moment.
    pub silences: usize,
    /// Crowds, those of which some die, each.
    pub crowds: usize,
    /// Restarts of the server.
    pub restarts: usize,
    /// Disks that are full or fail at a write.
    pub writes: usize,
    /// Filesystems that are too small.
    pub small: usize,
    /// Runs at a time.
    pub jobs: usize,
    /// Only faults whose description has this in it.
    pub only: Option<String>,
}

impl Size {
    /// What every run of the tests can afford.
    pub fn quick() -> Self {
        Self {
            changes: 10,
            boundaries: Some(24),
            write_stride: 150,
            random: 8,
            bytes: 6,
            silences: 2,
            crowds: 1,
            restarts: 3,
            writes: 8,
            small: 3,
            jobs: 2,
            only: None,
        }
    }

    /// Everything.
    pub fn full() -> Self {
        Self {
            changes: 60,
            boundaries: None,
            write_stride: 10,
            random: 200,
            bytes: 100,
            silences: 20,
            crowds: 20,
            restarts: 60,
            writes: 200,
            small: 40,
            jobs: 2,
            only: None,
        }
    }
}

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
    chance: Chance,
    tell: &'a mut dyn FnMut(Said),
}

impl<'a> Plan<'a> {
    /// Makes a plan, which its seed decides.
    pub fn new(engine: Engine, size: &'a Size, seed: u64, tell: &'a mut dyn FnMut(Said)) -> Self {
        Self { engine, size, chance: Chance::new(seed), tell }
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
        match engine {
            Engine::Sqlite => {
                let faults = disk::at_writes(&survey, size.writes, &mut self.chance);
                self.attempt("disk full, or a write that fails", faults, &survey, &mut sites);
                self.small_file(&survey);
            }
            Engine::Postgres | Engine::Mariadb => self.private_server(&survey),
        }
    }

    fn kills(&mut self, survey: &Survey, sites: &mut [Site]) {
        let faults = self.sample(kill::at_boundaries(survey));
        self.attempt("SIGKILL at a statement's boundary", faults, survey, sites);
        let faults = kill::at_writes(survey, self.size.write_stride);
        self.attempt("SIGKILL at a write", faults, survey, sites);
        let faults = kill::at_random(survey, self.size.random, &mut self.chance);
        self.attempt("SIGKILL at a random moment", faults, survey, sites);
    }

    fn cuts(&mut self, survey: &Survey, sites: &mut [Site]) {
        let faults = self.sample(cut::at_boundaries(survey));
        self.attempt("connection cut at a statement's boundary", faults, survey, sites);
        let faults = cut::at_bytes(survey, self.size.bytes, &mut self.chance);
        self.attempt("connection cut in the middle of a message", faults, survey, sites);
        let faults = cut::silences(survey, self.size.silences, &mut self.chance);
        self.attempt("connection silent for a moment", faults, survey, sites);
    }

    fn crowds(&mut self, survey: &Survey, sites: &mut [Site]) {
        let faults = crowd::undisturbed(self.size.crowds);
        self.attempt("8 copies at once", faults, survey, sites);
        let faults = crowd::with_deaths(survey, self.size.crowds, &mut self.chance);
        self.attempt("8 copies at once, 3 of them killed", faults, survey, sites);
    }

    /// A file on a filesystem that is too small.
    fn small_file(&mut self, survey: &Survey) {
        const KIND: &str = "filesystem full";
        let mut site = Site::new(self.engine, self.size.changes, None);
        let folder = site.file().parent().expect("a file in a folder").to_owned();
        let Some(mount) = Mount::on(&folder, 16 << 20) else {
            return (self.tell)(Said::Skipped { kind: KIND, why: "only root may mount a small filesystem" });
        };
        let faults = disk::small(&mut site, &mount, self.size.small, &mut self.chance, |_| {});
        self.attempt(KIND, faults, survey, std::slice::from_mut(&mut site));
    }

    /// What takes a server that nobody else uses.
    fn private_server(&mut self, survey: &Survey) {
        const RESTART: &str = "server stopped at once and started again";
        const FULL: &str = "filesystem full";
        let Some(server) = Server::start(self.engine) else {
            for kind in [RESTART, FULL] {
                (self.tell)(Said::Skipped { kind, why: "the server is not a private one of tests/databases" });
            }
            return;
        };
        let url = server.url.clone();
        // It has to outlive the site, whose database is on it.
        let server = Arc::new(Mutex::new(server));
        let mut site = Site::new(self.engine, self.size.changes, Some(&url));
        self.small_server(FULL, survey, &server.lock().unwrap(), &mut site);
        let faults = restart::at_steps(survey, self.size.restarts, &mut self.chance, &server);
        self.attempt(RESTART, faults, survey, std::slice::from_mut(&mut site));
    }

    /// A database whose tables are on a filesystem that is too small. Where a server cannot put a database elsewhere, there
    /// is nothing to try.
    fn small_server(&mut self, kind: &'static str, survey: &Survey, server: &Server, site: &mut Site) {
        if self.engine != Engine::Postgres {
            return (self.tell)(Said::Skipped { kind, why: "the server has one place for everything" });
        }
        let Some(mount) = Mount::on(&server.folder.join("small"), 96 << 20) else {
            return (self.tell)(Said::Skipped { kind, why: "only root may mount a small filesystem" });
        };
        let other = Database::create_on(self.engine, &server.url);
        other.query(&format!("CREATE TABLESPACE small LOCATION '{}'", mount.folder.display()));
        let faults = disk::small(site, &mount, self.size.small, &mut self.chance, into_tablespace);
        self.attempt(kind, faults, survey, std::slice::from_mut(site));
        site.reset();
        other.query("DROP TABLESPACE small");
    }

    /// Evenly spread, so that every part of a run has its share.
    fn sample(&mut self, mut faults: Vec<Fault>) -> Vec<Fault> {
        // Who wants one of them wants it whether or not it is in the sample.
        let is_complete = |count: &usize| *count >= faults.len() || self.size.only.is_some();
        let Some(count) = self.size.boundaries.filter(|count| !is_complete(count)) else { return faults };
        let stride = faults.len() / count;
        let first = usize::try_from(self.chance.below(stride as u64)).expect("below a usize");
        let mut index = 0;
        faults.retain(|_| {
            let is_chosen = index % stride == first;
            index += 1;
            is_chosen
        });
        faults
    }

    fn attempt(&mut self, kind: &'static str, mut faults: Vec<Fault>, survey: &Survey, sites: &mut [Site]) {
        faults.retain(|fault| self.size.only.as_ref().is_none_or(|only| fault.what.contains(only)));
        if !faults.is_empty() {
            let tally = campaign::run(&faults, survey, sites);
            (self.tell)(Said::Tried { kind, tally });
        }
    }
}

/// A database is moved from outside of it, and the site has no other.
fn into_tablespace(site: &Site) {
    let name = site.database.address().expect("a database on a server").database;
    site.aside().query(&format!("ALTER DATABASE {name} SET TABLESPACE small"));
}
