//! Guests that spin, hoard, trap and lie: the host survives each and says whose fault it was.
//!
//! One module per guest of `tests/artifacts/guests`, with the guest's name; those that no compiler would make are written in
//! WebAssembly text, in modules that are named after what they do. `THREAT-MODEL.md` lists them all.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::time::{Duration, Instant};

use noorm_artifacts::crafted::Crafted;
use noorm_core::value::Value;
use noorm_plugin_host::{
    Dialect, Grant, Installation, Ledger, LimitKind, Limits, Loader, Options, PluginError, PluginHost, PluginInfo,
    Refusal,
};
use tempfile::TempDir;

mod answers;
mod broken_schema;
mod claims;
mod exhausts;
mod floods;
mod greedy_log;
mod hoards;
mod impostor;
mod invalid_utf8;
mod lines;
mod linked;
mod malformed;
mod nonsense_document;
mod nonsense_rows;
mod nonsense_script;
mod reaches;
mod reenters;
mod spins;
mod starts;
mod swells;
mod table;
mod talks;
mod traps;
mod wasi;
mod wasi_clock;
mod wasi_component;

/// Limits that an honest guest of these tests does not notice.
const SMALL: Limits = Limits { time_ms: 2_000, memory_bytes: 64 << 20, output_bytes: 32 << 20 };

/// A project in a temporary folder, with one guest installed.
struct Project {
    folder: TempDir,
    host: PluginHost,
}

impl Project {
    fn empty(limits: Limits) -> Self {
        let folder = TempDir::new().unwrap();
        let project = Some(folder.path().join(".noorm"));
        let host = PluginHost::open(Options { project, limits, ..Options::default() }).unwrap();
        Self { folder, host }
    }

    /// Opens it once more, for somebody who listens.
    fn heard_by(self, ledger: &Ledger) -> Self {
        let (project, ledger) = (Some(self.folder.path().join(".noorm")), ledger.clone());
        let host = PluginHost::open(Options { project, limits: SMALL, ledger, ..Options::default() }).unwrap();
        Self { host, ..self }
    }

    fn with(guest: &str, limits: Limits) -> Self {
        let mut project = Self::empty(limits);
        project.host.install_file(&noorm_artifacts::guest(guest)).unwrap();
        project
    }

    /// Adds a component without a grant.
    fn add(&mut self, bytes: &[u8]) -> Result<PluginInfo, PluginError> {
        self.add_with(bytes, Vec::new())
    }

    fn add_with(&mut self, bytes: &[u8], grants: Vec<Grant>) -> Result<PluginInfo, PluginError> {
        let candidate = self.host.examine(Path::new("hostile.wasm"), bytes)?;
        let how = Installation { origin: "path:hostile.wasm".to_owned(), grants, ..Installation::default() };
        self.host.install(&candidate, &how)
    }

    /// Whatever happened before: other plugins do what they are there for, at once.
    #[track_caller]
    fn serves_others(&self) {
        let json = self.host.loader("json").unwrap();
        assert_eq!(json.load("a.json", b"[1]").unwrap(), Value::List(vec![Value::Integer(1)]));
    }

    /// Returns whether anything was written.
    fn is_untouched(&self) -> bool {
        !self.folder.path().join(".noorm").exists()
    }
}

fn loader(guest: &str, extension: &str, limits: Limits) -> Loader {
    // The loader keeps what it needs; the folder may go.
    Project::with(guest, limits).host.loader(extension).unwrap()
}

fn dialect(guest: &str, name: &str, limits: Limits) -> Dialect {
    Project::with(guest, limits).host.dialect(name).unwrap()
}

/// A project with a guest that is granted imports, and no files.
fn granted(guest: &str, imports: &[&str]) -> Project {
    let mut project = Project::empty(SMALL);
    let file = noorm_artifacts::guest(guest);
    let candidate = project.host.examine(&file, &std::fs::read(&file).unwrap()).unwrap();
    let grants = imports.iter().map(|&import| Grant { import: import.to_owned(), paths: Vec::new() }).collect();
    project.host.install(&candidate, &Installation { grants, ..Installation::default() }).unwrap();
    project
}

/// Installs a guest that has to be refused, and returns why.
fn refused(guest: &str) -> PluginError {
    let mut project = Project::empty(SMALL);
    let error = project.host.install_file(&noorm_artifacts::guest(guest)).unwrap_err();
    assert!(project.is_untouched(), "a refused plugin leaves nothing behind");
    error
}

/// Limits that a guest reaches soon.
const TIGHT: Limits = Limits { time_ms: 200, ..SMALL };

/// All that a test does with a guest takes less, compiling it included, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// How much later than twice its time a guest is stopped at most, on a machine that is busy.
const LATE_MS: u64 = 1_000;

/// A guest that used up its time was stopped soon after.
#[track_caller]
fn in_time(error: &PluginError) {
    if let PluginError::Limit { limit: LimitKind::Time, allowed, used, .. } = error {
        assert!(used > allowed && *used <= 2 * allowed + LATE_MS, "{used} ms, {allowed} ms allowed");
    }
}

/// Loads a file with a crafted loader, twice. It has to fail both times, in the same way, by its own fault and in its time; other
/// plugins go on.
#[track_caller]
fn fault(guest: &Crafted, word: &str, content: &[u8]) -> PluginError {
    let mut project = Project::empty(TIGHT);
    project.add(&guest.module()).unwrap();
    let loader = project.host.loader(word).unwrap();
    let started = Instant::now();
    let error = loader.load("a.file", content).unwrap_err();
    let again = loader.load("a.file", content).unwrap_err();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    in_time(&error);
    in_time(&again);
    assert_eq!(std::mem::discriminant(&error), std::mem::discriminant(&again), "{error:?}, then {again:?}");
    assert!(error.is_plugin_fault(), "{error:?}");
    assert_eq!(error.plugin().unwrap().name, format!("loader-{word}"));
    project.serves_others();
    error
}

/// Examines a component that does not come as far as being installed. Nothing of it is left behind; other plugins go on.
#[track_caller]
fn turned_away(bytes: &[u8]) -> PluginError {
    let mut project = Project::empty(TIGHT);
    let started = Instant::now();
    let error = project.add(bytes).unwrap_err();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    in_time(&error);
    assert!(project.is_untouched());
    let text = error.to_string();
    assert!(text.len() < 8192 && !text.contains('\u{1b}'), "{text:?}");
    project.serves_others();
    error
}

/// The reason for which a file is no plugin.
#[track_caller]
fn refusal(bytes: &[u8]) -> Refusal {
    match turned_away(bytes) {
        PluginError::Refused { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

/// Numbers as a guest's memory has them.
fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

#[test]
fn every_guest_has_a_test_of_its_name() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    for guest in noorm_artifacts::guests() {
        // Examples are tested where they are used.
        if ["loader-", "dialect-", "quirk-"].iter().any(|kind| guest.starts_with(kind)) {
            continue;
        }
        let test = tests.join(format!("{}.rs", guest.replace('-', "_")));
        assert!(test.is_file(), "the guest `{guest}` has no test {}", test.display());
    }
}
