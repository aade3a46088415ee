//! What plugins used: where their code came from, how often they were called, how long that took, what went in and out.
//!
//! Counted while plugins work, as cheaply as a small call needs it; shown by whoever asks. It judges nothing: bounds are
//! the business of `limits`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use noorm_core::plugin::PluginRef;
use serde::Serialize;

use crate::message::{MessageLevel, Messages};

/// Where the code of a plugin came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeOrigin {
    /// It is part of this binary.
    Bundled,
    /// A sealed bundle.
    Bundle,
    /// The user's cache.
    Cache,
    /// It was compiled.
    Compiler,
}

impl CodeOrigin {
    /// Returns the word that tables show.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bundled => "bundled",
            Self::Bundle => "bundle",
            Self::Cache => "cache",
            Self::Compiler => "compiler",
        }
    }
}

/// What it took to get a plugin's code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    pub(crate) origin: CodeOrigin,
    pub(crate) compile: Duration,
    pub(crate) load: Duration,
}

/// What one plugin used in this process.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The plugin.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// Where its code came from.
    pub code: CodeOrigin,
    /// How often it was compiled.
    pub compilations: u64,
    /// Time of compiling it.
    pub compile_ms: f64,
    /// Time of reading and checking its compiled code.
    pub load_ms: f64,
    /// How many instances were made.
    pub instances: u64,
    /// How many calls there were, the making of instances apart.
    pub calls: u64,
    /// How many of all these failed or were refused.
    pub failures: u64,
    /// Time of all of them.
    pub call_ms: f64,
    /// Largest linear memory of one instance.
    pub peak_memory_bytes: u64,
    /// Bytes of data files, scripts and names that went in.
    pub bytes_in: u64,
    /// Bytes that came out.
    pub bytes_out: u64,
}

/// Counts while a plugin works. A plugin has one, whoever calls it.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    instances: AtomicU64,
    calls: AtomicU64,
    failures: AtomicU64,
    call_ns: AtomicU64,
    peak: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

impl Counters {
    /// Counts one call, or the making of an instance.
    pub(crate) fn called(&self, is_instance: bool, failed: bool, time: Duration, memory: u64) {
        let counter = if is_instance { &self.instances } else { &self.calls };
        counter.fetch_add(1, Relaxed);
        self.call_ns.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        if failed {
            self.failures.fetch_add(1, Relaxed);
        }
        // Memory only grows, so nearly no call has something to write.
        if memory > self.peak.load(Relaxed) {
            self.peak.fetch_max(memory, Relaxed);
        }
    }

    /// Counts what crossed the border.
    pub(crate) fn crossed(&self, bytes_in: usize, bytes_out: usize) {
        self.bytes_in.fetch_add(bytes_in as u64, Relaxed);
        self.bytes_out.fetch_add(bytes_out as u64, Relaxed);
    }
}

/// What the plugins of this process used, and what there is to say about it. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Ledger(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    plugins: Vec<(PluginRef, Spent, Arc<Counters>)>,
    notes: Vec<String>,
    recorded: Vec<PathBuf>,
    not_recorded: Vec<String>,
    messages: Messages,
    wants_all: bool,
}

impl Ledger {
    /// Enters a plugin that was loaded.
    pub(crate) fn enter(&self, plugin: PluginRef, spent: Spent, counters: &Arc<Counters>) {
        self.book().plugins.push((plugin, spent, Arc::clone(counters)));
    }

    /// Notes what a user may want to know and no command fails over. Each is noted once.
    #[cfg_attr(not(feature = "compiler"), allow(dead_code))] // It is the cache of what was compiled that has something to say.
    pub(crate) fn note(&self, note: String) {
        let mut book = self.book();
        if !book.notes.contains(&note) {
            book.notes.push(note);
        }
    }

    /// Has plugins say the details as well, which are for those who look for a fault.
    pub fn want_all_messages(&self) {
        self.book().wants_all = true;
    }

    pub(crate) fn wants_all(&self) -> bool {
        self.book().wants_all
    }

    /// Notes what a plugin said in one call, and how many more messages of that call were dropped.
    pub(crate) fn say(&self, plugin: &str, messages: &[(MessageLevel, String)], dropped: u64) {
        let mut book = self.book();
        for (level, text) in messages {
            book.messages.say(plugin, *level, text);
        }
        book.messages.drop_more(dropped);
    }

    /// Returns what plugins said, and forgets it.
    #[must_use]
    pub fn take_messages(&self) -> Messages {
        std::mem::take(&mut self.book().messages)
    }

    /// Notes where a failing call was stored.
    pub(crate) fn recorded(&self, place: PathBuf) {
        let mut book = self.book();
        if !book.recorded.contains(&place) {
            book.recorded.push(place);
        }
    }

    /// Notes why a failing call was not stored.
    pub(crate) fn not_recorded(&self, why: String) {
        let mut book = self.book();
        if !book.not_recorded.contains(&why) {
            book.not_recorded.push(why);
        }
    }

    /// Returns what each plugin used, by name. One that was loaded several times is there once.
    #[must_use]
    pub fn usage(&self) -> Vec<Usage> {
        let mut all: BTreeMap<(String, String), Usage> = BTreeMap::new();
        for (plugin, spent, counters) in &self.book().plugins {
            let one = Usage::of(plugin, *spent, counters);
            match all.entry((one.name.clone(), one.digest.clone())) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(one);
                }
                std::collections::btree_map::Entry::Occupied(mut known) => known.get_mut().add(&one),
            }
        }
        all.into_values().collect()
    }

    /// Returns what there is to say, in the order in which it came up, and forgets it.
    #[must_use]
    pub fn take_notes(&self) -> Vec<String> {
        std::mem::take(&mut self.book().notes)
    }

    /// Returns why failing calls were not stored.
    #[must_use]
    pub fn not_recorded_for(&self) -> Vec<String> {
        self.book().not_recorded.clone()
    }

    /// Returns where failing calls were stored.
    #[must_use]
    pub fn recorded_places(&self) -> Vec<PathBuf> {
        self.book().recorded.clone()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Usage {
    fn of(plugin: &PluginRef, spent: Spent, counters: &Counters) -> Self {
        let load = |counter: &AtomicU64| counter.load(Relaxed);
        Self {
            name: plugin.name.clone(),
            version: plugin.version.clone(),
            digest: plugin.digest.clone(),
            code: spent.origin,
            compilations: u64::from(spent.origin == CodeOrigin::Compiler),
            compile_ms: ms(spent.compile),
            load_ms: ms(spent.load),
            instances: load(&counters.instances),
            calls: load(&counters.calls),
            failures: load(&counters.failures),
            call_ms: ms(Duration::from_nanos(load(&counters.call_ns))),
            peak_memory_bytes: load(&counters.peak),
            bytes_in: load(&counters.bytes_in),
            bytes_out: load(&counters.bytes_out),
        }
    }

    /// Adds what the same plugin used elsewhere in the process. Where its code came from is what the costliest way was.
    fn add(&mut self, other: &Self) {
        if other.compilations > 0 {
            self.code = other.code;
        }
        self.compilations += other.compilations;
        self.compile_ms = rounded(self.compile_ms + other.compile_ms);
        self.load_ms = rounded(self.load_ms + other.load_ms);
        self.instances += other.instances;
        self.calls += other.calls;
        self.failures += other.failures;
        self.call_ms = rounded(self.call_ms + other.call_ms);
        self.peak_memory_bytes = self.peak_memory_bytes.max(other.peak_memory_bytes);
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
    }
}

fn ms(time: Duration) -> f64 {
    rounded(time.as_secs_f64() * 1000.0)
}

/// To a microsecond.
fn rounded(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_twice_is_counted_together() {
        let plugin = |name: &str| PluginRef { name: name.into(), version: "1.0.0".into(), digest: "ab".into() };
        let spent = |origin| Spent { origin, compile: Duration::from_millis(3), load: Duration::from_micros(1500) };
        let ledger = Ledger::default();
        let one = Arc::new(Counters::default());
        one.called(true, false, Duration::from_millis(1), 100);
        one.called(false, true, Duration::from_millis(2), 50);
        one.crossed(10, 20);
        ledger.enter(plugin("loader-b"), spent(CodeOrigin::Compiler), &one);
        ledger.enter(plugin("loader-b"), spent(CodeOrigin::Cache), &one);
        ledger.enter(plugin("loader-a"), spent(CodeOrigin::Bundled), &Arc::default());
        let usage = ledger.usage();
        assert_eq!(usage.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["loader-a", "loader-b"]);
        let it = &usage[1];
        assert_eq!((it.code, it.compilations, it.instances, it.calls, it.failures), (CodeOrigin::Compiler, 1, 2, 2, 2));
        assert_eq!((it.compile_ms, it.load_ms, it.call_ms), (6.0, 3.0, 6.0));
        assert_eq!((it.peak_memory_bytes, it.bytes_in, it.bytes_out), (100, 20, 40));
    }

    #[test]
    fn a_note_is_told_once() {
        let ledger = Ledger::default();
        for _ in 0..3 {
            ledger.clone().note("no room".to_owned());
        }
        assert_eq!(ledger.take_notes(), ["no room"]);
        assert_eq!(ledger.take_notes(), Vec::<String>::new());
    }
}
