//! Trying scripts for a while, and what came of it.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::script::Source;
use crate::{Dialect, laws};

/// A script that takes longer than this hangs: the longest has 16 KiB, which is a matter of milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After so many scripts.
    Count(u64),
    /// After so long.
    Time(Duration),
}

/// What came of it. A script that hangs is in none: it ends the program.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Scripts that were tried.
    pub tried: u64,
    /// Scripts that were split to the end; the others were refused, with a place and a help.
    pub split: u64,
    /// Bytes of all scripts.
    pub bytes: u64,
    /// Numbers of the scripts that broke a law or crashed.
    pub crashed: Vec<u64>,
    /// The longest that one script took, with all its laws.
    pub slowest: Duration,
}

/// Tries the scripts of one dialect, from number 0 on.
pub fn run(dialect: &Dialect, source: &Source, seed: u64, until: Until) -> Tally {
    let watch = Watch::start(format!("{}, seed {seed}", dialect.name));
    let (started, mut tally) = (Instant::now(), Tally::default());
    let goes_on = |tried| match until {
        Until::Count(count) => tried < count,
        Until::Time(time) => started.elapsed() < time,
    };
    while goes_on(tally.tried) {
        let number = tally.tried;
        watch.number.store(number, Ordering::Relaxed);
        let (script, cuts) = source.script(seed, number);
        let since = Instant::now();
        let checked = catch_unwind(AssertUnwindSafe(|| laws::check(dialect, &script, &cuts)));
        tally.slowest = tally.slowest.max(since.elapsed());
        match checked {
            Ok(is_split) => tally.split += u64::from(is_split),
            Err(_) => tally.crashed.push(number),
        }
        tally.tried += 1;
        tally.bytes += script.len() as u64;
    }
    tally
}

/// Looks whether the number moves. A thread cannot be ended from outside, so a script that hangs ends the program.
struct Watch {
    number: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Watch {
    fn start(what: String) -> Self {
        let watch = Self { number: Arc::default(), ended: Arc::default() };
        let (number, ended) = (Arc::clone(&watch.number), Arc::clone(&watch.ended));
        std::thread::spawn(move || {
            let (mut last, mut since) = (0, Instant::now());
            while !ended.load(Ordering::Relaxed) {
                std::thread::sleep(PATIENCE / 20);
                let now = number.load(Ordering::Relaxed);
                if now != last {
                    (last, since) = (now, Instant::now());
                }
                if since.elapsed() > PATIENCE {
                    let _ = writeln!(std::io::stderr(), "script {now} of {what} hangs");
                    std::process::abort();
                }
            }
        });
        watch
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}
