//! Makes the checks of a report, one after the other.

use std::time::{Duration, Instant};

use noorm_plugin_host::{PluginError, PluginInfo, Refusal};

use crate::order::Order;
use crate::report::{Check, Fault, Figure, Outcome, Report};

/// Checks in which a plugin used up the time of a call, before the others are not made: each would take as long again.
const STUCK_MAX: u32 = 2;

/// How long a check that tries many inputs goes on.
const PATIENCE: Duration = Duration::from_secs(4);

/// What comes of a check that found no fault.
pub(crate) enum Pass {
    /// The law holds.
    Held,
    /// It holds, and this is worth knowing.
    Noted(String),
    /// It could not be tried.
    Skipped(String),
}

/// What comes of a check.
pub(crate) type Verdict = Result<Pass, Fault>;

/// The inputs of a check.
pub(crate) struct Cases {
    count: u64,
    begun: Instant,
}

impl Cases {
    /// Counts one more input.
    pub(crate) fn next(&mut self) {
        self.count += 1;
    }

    /// Returns whether the check has taken long enough.
    pub(crate) fn is_late(&self) -> bool {
        self.begun.elapsed() > PATIENCE
    }
}

/// Where checks are made.
pub(crate) struct Bench<'a> {
    pub(crate) order: &'a Order<'a>,
    report: &'a mut Report,
    over: Option<&'a str>,
    stuck: u32,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(order: &'a Order<'a>, report: &'a mut Report, over: Option<&'a str>) -> Self {
        Self { order, report, over, stuck: 0 }
    }

    /// Returns the base that a quirk was composed over.
    pub(crate) fn over(&self) -> Option<&'a str> {
        self.over
    }

    /// Makes a check.
    pub(crate) fn check(
        &mut self,
        name: &'static str,
        law: &'static str,
        body: impl FnOnce(&mut Cases) -> Verdict,
    ) -> bool {
        if self.stuck >= STUCK_MAX {
            let reason = format!("the plugin used up its time in {} checks", self.stuck);
            self.skip(name, law, &reason);
            return false;
        }
        let mut cases = Cases { count: 0, begun: Instant::now() };
        let outcome = match body(&mut cases) {
            Ok(Pass::Held) => Outcome::Passed { note: None },
            Ok(Pass::Noted(note)) => Outcome::Passed { note: Some(note) },
            Ok(Pass::Skipped(reason)) => Outcome::Skipped { reason },
            Err(fault) => {
                self.stuck += u32::from(fault.is_stuck);
                Outcome::Failed(fault)
            }
        };
        let is_passed = matches!(outcome, Outcome::Passed { .. });
        let duration_ms = u64::try_from(cases.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.put(name, law, outcome, cases.count, duration_ms);
        is_passed
    }

    /// Notes a check that is not made.
    pub(crate) fn skip(&mut self, name: &'static str, law: &'static str, reason: &str) {
        self.put(name, law, Outcome::Skipped { reason: reason.to_owned() }, 0, 0);
    }

    /// Notes something that was measured.
    pub(crate) fn figure(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        let name = name.into();
        let name = self.over.map_or(name.clone(), |over| format!("{name} over {over}"));
        self.report.figures.push(Figure { name, value: (value * 100.0).round() / 100.0, unit });
    }

    /// Notes what the host found out when it opened the plugin: it would not have opened it otherwise.
    pub(crate) fn world(&mut self, info: &PluginInfo) {
        let note = match info.imports.as_slice() {
            [] => format!("{}, imports nothing", info.interface),
            imports => format!("{}, imports {}", info.interface, imports.join(", ")),
        };
        self.put(WORLD.0, WORLD.1, Outcome::Passed { note: Some(note) }, 1, 0);
        self.check(DESCRIPTION.0, DESCRIPTION.1, |cases| {
            cases.next();
            match info.summary.as_str() {
                "" => Err(Fault::new("the summary is empty, which is the line that `plugin list` shows")),
                summary => Ok(Pass::Noted(format!("{} {}: {summary}", info.name, info.version))),
            }
        });
    }

    /// Notes why a plugin could not be opened.
    pub(crate) fn refuse(&mut self, error: &PluginError) {
        let is_open =
            !matches!(error, PluginError::Refused { reason, .. } if !matches!(reason, Refusal::Description { .. }));
        let fault = Outcome::Failed(Fault::of(error));
        if is_open {
            self.put(WORLD.0, WORLD.1, Outcome::Passed { note: None }, 1, 0);
            self.put(DESCRIPTION.0, DESCRIPTION.1, fault, 1, 0);
        } else {
            self.put(WORLD.0, WORLD.1, fault, 1, 0);
        }
    }

    fn put(&mut self, name: &'static str, law: &'static str, outcome: Outcome, cases: u64, duration_ms: u64) {
        let over = self.over.map(str::to_owned);
        self.report.checks.push(Check { name, over, law, outcome, cases, duration_ms });
    }
}

/// The checks that the host makes of everything it opens.
const WORLD: (&str, &str) =
    ("world", "the component exports one of the worlds and imports what a plugin may be granted");
const DESCRIPTION: (&str, &str) = ("description", "the plugin says who it is in words that can serve as names");
