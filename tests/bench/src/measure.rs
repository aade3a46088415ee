//! Runs a command and keeps how long it took and how much memory it had. Memory comes from a run of its own, as the
//! program that tells it (`/usr/bin/time`) takes time itself.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What several runs of one command took.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    times: Vec<Duration>,
    peak_kib: Option<u64>,
}

impl Measured {
    /// Runs the command once, for its time or, if `for_memory`, for its peak memory.
    pub(crate) fn add(&mut self, command: Command, for_memory: bool) {
        if for_memory {
            self.peak_kib = peak_kib(command);
            return;
        }
        let started = Instant::now();
        run(command);
        self.times.push(started.elapsed());
    }

    /// Returns the time in the middle, in milliseconds.
    pub(crate) fn median_ms(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    }

    /// Returns a row of the table.
    pub(crate) fn row(&self, what: &str) -> String {
        let mut times = self.times.clone();
        times.sort();
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
        let (median, fastest, slowest) = (ms(times[times.len() / 2]), ms(times[0]), ms(times[times.len() - 1]));
        format!("| {what} | {median} | {fastest} | {slowest} | {} |", self.peak())
    }

    /// Returns the row of a table of rates, for a command that takes so many megabytes.
    pub(crate) fn rate(&self, what: &str, megabytes: usize) -> String {
        let mut times = self.times.clone();
        times.sort();
        let rate = |time: Duration| format!("{:.0}", megabytes as f64 / time.as_secs_f64());
        let (median, fastest, slowest) = (rate(times[times.len() / 2]), rate(times[0]), rate(times[times.len() - 1]));
        format!("| {what} | {megabytes} | {median} | {fastest} | {slowest} | {} |", self.peak())
    }

    /// Returns the largest resident set, in MiB.
    pub(crate) fn peak(&self) -> String {
        self.peak_kib.map_or("?".to_owned(), |kib| format!("{:.1}", kib as f64 / 1024.0))
    }
}

fn run(mut command: Command) {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the command and returns its largest resident set, if this machine has the program that tells.
fn peak_kib(command: Command) -> Option<u64> {
    const TIME: &str = "/usr/bin/time";
    if !std::path::Path::new(TIME).exists() {
        run(command);
        return None;
    }
    let report = std::env::temp_dir().join(format!("noorm-bench-{}", std::process::id()));
    let mut timed = Command::new(TIME);
    timed.args(["-f", "%M", "-o"]).arg(&report).arg(command.get_program()).args(command.get_args());
    timed.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    timed.current_dir(command.get_current_dir().expect("a command of a sandbox has a folder"));
    run(timed);
    let text = std::fs::read_to_string(&report).unwrap();
    std::fs::remove_file(&report).unwrap();
    text.trim().parse().ok()
}
