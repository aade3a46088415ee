//! Tries many faults, on several sites at once, and counts.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use noorm_testkit::Engine;

use crate::site::Site;
use crate::survey::Survey;
use crate::trial::{Fault, try_fault};

/// What came of many faults.
#[derive(Debug, Default)]
pub struct Tally {
    /// Faults that struck a run.
    pub tried: usize,
    /// Faults that came when the run had ended.
    pub missed: usize,
    /// Faults after which noorm asked whether a statement was carried out.
    pub asked: usize,
    /// Faults after which something was missing.
    pub lost: usize,
    /// Faults after which something was there that should not be, or not as often.
    pub doubled: usize,
    /// Faults after which one more run was not enough.
    pub stuck: usize,
    /// What went wrong, for people.
    pub findings: Vec<String>,
}

impl Tally {
    /// Whether nothing was lost, doubled or stuck.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns the row of a table.
    pub fn row(&self, engine: Engine, kind: &str) -> String {
        let Self { tried, asked, lost, doubled, stuck, .. } = self;
        format!("| {engine:?} | {kind} | {tried} | {asked} | {lost} | {doubled} | {stuck} |")
    }
}

/// The head of the table.
pub const HEAD: &str =
    "| database | fault | tried | asked | lost | doubled | stuck |\n|---|---|---:|---:|---:|---:|---:|";

/// Tries all faults, so many at a time.
pub fn run(faults: &[Fault], survey: &Survey, jobs: usize, site: impl Fn() -> Site + Sync) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(faults.len()) {
            scope.spawn(|| {
                let mut site = site();
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = try_fault(&mut site, fault, &survey.catalog);
                    let mut tally = tally.lock().unwrap();
                    if verdict.is_hit {
                        tally.tried += 1;
                    } else {
                        tally.missed += 1;
                    }
                    tally.asked += usize::from(verdict.asked > 0);
                    tally.lost += usize::from(!verdict.lost.is_empty());
                    tally.doubled += usize::from(!verdict.doubled.is_empty());
                    tally.stuck += usize::from(verdict.stuck.is_some());
                    if !verdict.is_good() {
                        tally.findings.push(format!("{}\n{verdict}", fault.what));
                    }
                }
            });
        }
    });
    tally.into_inner().unwrap()
}
