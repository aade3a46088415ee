//! Trying inputs of chance for a while, and what came of it.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// An input that takes longer than this hangs: the longest has 16 KiB, which is a matter of milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After so many inputs.
    Count(u64),
    /// After so long.
    Time(Duration),
}

/// What is tried: how an input comes about, how long it is, and whether all laws hold for it.
pub struct Trial<'a, T> {
    /// Its name, for messages.
    pub name: String,
    /// Makes the input of a number: the same one each time.
    pub make: Box<dyn Fn(u64) -> T + 'a>,
    /// Returns the bytes of an input.
    pub size: fn(&T) -> usize,
    /// Panics where a law is broken; returns whether the input was taken, and not refused.
    pub check: Box<dyn Fn(&T) -> bool + 'a>,
}

/// What came of it. An input that hangs is in none: it ends the program.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Inputs that were tried.
    pub tried: u64,
    /// Inputs that were taken; the others were refused, with a place and a help.
    pub taken: u64,
    /// Bytes of all inputs.
    pub bytes: u64,
    /// Numbers of the inputs that broke a law or crashed.
    pub crashed: Vec<u64>,
    /// The longest that one input took, with all its laws.
    pub slowest: Duration,
}

/// Tries inputs, from number 0 on.
pub fn run<T>(trial: Trial<'_, T>, until: Until) -> Tally {
    let watch = Watch::start(trial.name);
    let (started, mut tally) = (Instant::now(), Tally::default());
    let goes_on = |tried| match until {
        Until::Count(count) => tried < count,
        Until::Time(time) => started.elapsed() < time,
    };
    while goes_on(tally.tried) {
        let number = tally.tried;
        watch.number.store(number, Ordering::Relaxed);
        let input = (trial.make)(number);
        let since = Instant::now();
        let checked = catch_unwind(AssertUnwindSafe(|| (trial.check)(&input)));
        tally.slowest = tally.slowest.max(since.elapsed());
        match checked {
            Ok(is_taken) => tally.taken += u64::from(is_taken),
            Err(_) => tally.crashed.push(number),
        }
        tally.tried += 1;
        tally.bytes += (trial.size)(&input) as u64;
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
                    let _ = writeln!(std::io::stderr(), "number {now} of {what} hangs");
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
