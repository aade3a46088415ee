//! Tries faults on several sites at once, and counts.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::site::Site;
use crate::survey::Survey;
use crate::trial::{Fault, Verdict, try_fault};

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

    fn add(&mut self, fault: &Fault, verdict: &Verdict) {
        let counter = if verdict.is_hit { &mut self.tried } else { &mut self.missed };
        *counter += 1;
        self.asked += usize::from(verdict.asked > 0);
        self.lost += usize::from(!verdict.lost.is_empty());
        self.doubled += usize::from(!verdict.doubled.is_empty());
        self.stuck += usize::from(verdict.stuck.is_some());
        if !verdict.is_good() {
            self.findings.push(format!("{}\n{verdict}", fault.what));
        }
    }

    /// Returns the row of a table.
    pub fn row(&self, database: &str, kind: &str) -> String {
        let Self { tried, asked, lost, doubled, stuck, .. } = self;
        format!("| {database} | {kind} | {tried} | {asked} | {lost} | {doubled} | {stuck} |")
    }
}

/// The head of the table.
pub const HEAD: &str =
    "| database | fault | tried | asked | lost | doubled | stuck |\n|---|---|---:|---:|---:|---:|---:|";

/// Tries all faults, on all sites at once.
pub fn run(faults: &[Fault], survey: &Survey, sites: &mut [Site]) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for site in sites {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = try_fault(site, fault, &survey.catalog);
                    tally.lock().unwrap().add(fault, &verdict);
                }
            });
        }
    });
    tally.into_inner().unwrap()
}
