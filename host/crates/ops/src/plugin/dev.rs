//! `plugin dev`: builds and tests a plugin's project whenever one of its files changes, until it is stopped.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Here;
use super::build::{BuildError, Built, build};
use super::test::{Report, TestError, TestRequest, test};
use super::tools::Tools;
use crate::cancel::Cancel;

/// How long nothing may change before a change counts as complete: editors write in several steps.
const QUIET: Duration = Duration::from_millis(150);

/// How often it is asked whether to stop.
const ASKED: Duration = Duration::from_millis(100);

/// What builds and tools write themselves.
const OWN: [&str; 9] = [
    "dist",
    "target",
    "node_modules",
    ".venv",
    ".git",
    "__pycache__",
    "Cargo.lock",
    "package-lock.json",
    ".pytest_cache",
];

/// How to work.
#[derive(Clone, Debug)]
pub struct DevRequest {
    /// The project's folder.
    pub folder: PathBuf,
    /// Decides all that is tried by chance.
    pub seed: u64,
    /// How long to try what nobody thought of, in milliseconds.
    pub fuzz_ms: u64,
    /// The user's cache, and what else plugins get.
    pub tools: Tools,
}

/// One time through.
#[derive(Debug)]
pub struct Cycle {
    /// Counted from 1.
    pub number: u32,
    /// The files that changed, from the project's folder; none for the first.
    pub changed: Vec<String>,
    /// What came of it.
    pub outcome: Result<(Built, Report), CycleError>,
    /// How long it took.
    pub duration: Duration,
}

/// Why a cycle ended early.
#[derive(Debug, thiserror::Error)]
pub enum CycleError {
    /// It does not build.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// It could not be tested.
    #[error(transparent)]
    Test(#[from] TestError),
}

/// Why files cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch `{}`", folder.display())]
pub struct WatchError {
    /// The folder.
    pub folder: PathBuf,
    /// Why.
    #[source]
    pub source: notify::Error,
}

/// Works until it is cancelled.
pub fn dev(request: &DevRequest, cancel: &Cancel, mut seen: impl FnMut(&Cycle)) -> Result<(), WatchError> {
    let (sender, changes) = mpsc::channel();
    let failed = |source| WatchError { folder: request.folder.clone(), source };
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Nobody hears it where the work has ended.
        let _ = sender.send(event);
    });
    let mut watcher = watcher.map_err(failed)?;
    watch(&mut watcher, &request.folder).map_err(failed)?;
    let (mut number, mut changed) = (0, BTreeSet::new());
    while !cancel.is_cancelled() {
        number += 1;
        let begun = Instant::now();
        let outcome = cycle(request);
        let changed_now = std::mem::take(&mut changed).into_iter().collect();
        seen(&Cycle { number, changed: changed_now, outcome, duration: begun.elapsed() });
        changed = wait(request, &changes, cancel);
        // A folder that is new is not watched yet. What is watched already is no error that matters here.
        let _ = watch(&mut watcher, &request.folder);
    }
    Ok(())
}

fn cycle(request: &DevRequest) -> Result<(Built, Report), CycleError> {
    let built = build(&request.folder, &request.tools)?;
    let subject = built.file.to_string_lossy().into_owned();
    let here = Here { project: None, tools: &request.tools };
    let request = TestRequest {
        subject,
        working_dir: request.folder.clone(),
        samples: None,
        over: Vec::new(),
        seed: request.seed,
        fuzz_ms: request.fuzz_ms,
    };
    let report = test(here, &request)?;
    Ok((built, report))
}

/// Watches a project, but for the folders that builds write into.
fn watch(watcher: &mut RecommendedWatcher, folder: &Path) -> notify::Result<()> {
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    for entry in std::fs::read_dir(folder)?.flatten() {
        if entry.path().is_dir() && !is_own(&entry.file_name()) {
            watcher.watch(&entry.path(), RecursiveMode::Recursive)?;
        }
    }
    Ok(())
}

fn is_own(name: &OsStr) -> bool {
    OWN.iter().any(|own| name == *own)
}

/// Waits for a change that is complete, and returns the files in it; none where it was cancelled.
fn wait(request: &DevRequest, changes: &Receiver<notify::Result<Event>>, cancel: &Cancel) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    while !cancel.is_cancelled() {
        let patience = if changed.is_empty() { ASKED } else { QUIET };
        match changes.recv_timeout(patience) {
            Ok(Ok(event)) => changed.extend(files(&request.folder, &event)),
            // A watcher that lost count has seen something.
            Ok(Err(_)) => drop(changed.insert(".".to_owned())),
            Err(RecvTimeoutError::Timeout) if changed.is_empty() => {}
            Err(RecvTimeoutError::Timeout) => break,
            // Without a watcher nothing will be heard any more: what is left is to be stopped.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(ASKED),
        }
    }
    changed
}

/// Returns the files of the project that an event says something new of.
fn files(folder: &Path, event: &Event) -> Vec<String> {
    let counts = match event.kind {
        EventKind::Create(_) | EventKind::Remove(_) => true,
        EventKind::Modify(kind) => !matches!(kind, ModifyKind::Metadata(_)),
        _ => false,
    };
    let below = event.paths.iter().filter(|_| counts).filter_map(|path| path.strip_prefix(folder).ok());
    let below = below.filter(|path| !path.iter().any(is_own));
    below.map(|path| path.to_string_lossy().replace('\\', "/")).filter(|path| !path.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use notify::event::{AccessKind, CreateKind, DataChange, MetadataKind};

    use super::*;

    fn check(kind: EventKind, path: &str, counts: bool) {
        let event = Event::new(kind).add_path(Path::new("/p").join(path));
        assert_eq!(files(Path::new("/p"), &event).is_empty(), !counts, "{event:?}");
    }

    #[test]
    fn what_a_build_does_is_no_change() {
        let modify = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        check(modify, "src/lib.rs", true);
        check(EventKind::Create(CreateKind::File), "samples/a.ini", true);
        check(EventKind::Access(AccessKind::Any), "src/lib.rs", false);
        check(EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any)), "src/lib.rs", false);
        for own in ["target/x", "dist/a.wasm", "src/__pycache__/a.pyc", "node_modules/a/b.js", "Cargo.lock", ""] {
            check(modify, own, false);
        }
    }
}
