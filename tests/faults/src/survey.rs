//! A run that nothing happens to: what it leaves, how long it takes, and how many moments there are to strike at.

use std::time::{Duration, Instant};

use noorm_testkit::PARTS;

use crate::catalog::Catalog;
use crate::proxy::Traffic;
use crate::shim::Calls;
use crate::site::{PATIENCE, Site};

/// What an undisturbed run is like.
#[derive(Debug, Clone)]
pub struct Survey {
    /// What it leaves.
    pub catalog: Catalog,
    /// How long it takes.
    pub time: Duration,
    /// What goes over the line; nothing where the database is a file.
    pub traffic: Traffic,
    /// What is done to the file; nothing where the database is on a server.
    pub calls: Calls,
}

impl Survey {
    /// Returns how long so many of the parts of its time are.
    pub fn part(&self, part: u32) -> Duration {
        self.time * part / PARTS
    }

    /// Makes the run.
    pub fn of(site: &mut Site) -> Self {
        site.reset();
        let started = Instant::now();
        let end = site.start().wait(PATIENCE);
        let time = started.elapsed();
        assert_eq!(end.code, Some(0), "the undisturbed run fails\n{end}");
        let traffic = site.proxy().map(|proxy| proxy.traffic()).unwrap_or_default();
        let calls = site.shim().map(|shim| shim.calls()).unwrap_or_default();
        let catalog = site.read();
        assert!(catalog.open().is_empty(), "the undisturbed run leaves something open: {:?}", catalog.open());
        Self { catalog, time, traffic, calls }
    }
}
