//! Guests that spin, hoard, trap and lie: the host survives each and says whose fault it was.
//!
//! One module per guest of `tests/artifacts/guests`, with the guest's name.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use noorm_plugin_host::{Dialect, Grant, Installation, Limits, Loader, Options, PluginError, PluginHost};
use tempfile::TempDir;

mod broken_schema;
mod floods;
mod greedy_log;
mod hoards;
mod impostor;
mod invalid_utf8;
mod lines;
mod linked;
mod nonsense_document;
mod nonsense_rows;
mod nonsense_script;
mod spins;
mod swells;
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

    fn with(guest: &str, limits: Limits) -> Self {
        let mut project = Self::empty(limits);
        project.host.install_file(&noorm_artifacts::guest(guest)).unwrap();
        project
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
