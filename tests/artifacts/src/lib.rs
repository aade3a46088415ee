//! Builds the guests that tests install: hostile ones and examples.
//!
//! All of `guests/*` are built once per process by the same command as the bundled plugins. What comes
//! out are core modules with their interface embedded, as a Rust author has them; installing one makes
//! it a component.

pub mod crafted;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

#[path = "../../../host/crates/plugin-host/build/guest_build.rs"]
mod guest_build;

/// Returns the names of all guests: the folders of `guests/`, sorted.
///
/// # Panics
/// If the folder cannot be read.
#[must_use]
pub fn guests() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests");
    let entries = fs::read_dir(&folder).expect("the guests are part of the source");
    let mut names: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

/// Returns the built module of a guest.
///
/// # Panics
/// If there is no such guest, or the guests do not build.
#[must_use]
pub fn guest(name: &str) -> PathBuf {
    static MODULES: OnceLock<PathBuf> = OnceLock::new();
    let guests = guests();
    assert!(guests.iter().any(|guest| guest == name), "no guest `{name}` among {guests:?}");
    let all = || {
        let packages: Vec<_> = guests.iter().map(|name| package(name)).collect();
        build(&packages.iter().map(String::as_str).collect::<Vec<_>>())
    };
    MODULES.get_or_init(all).join(guest_build::module_name(&package(name)))
}

/// What stands in a guest that can be flawed, before the name of its flaw.
const FLAW: &[u8] = b"noorm-flaw:";

/// Bytes of that name, filled up with blanks.
const FLAW_BYTES: usize = 21;

/// Returns the module of a guest with one flaw: the name of it is written into the module's data.
///
/// # Panics
/// If the guest has no place for the name, or the name does not fit.
#[must_use]
pub fn flawed(guest: &str, flaw: &str) -> Vec<u8> {
    let file = self::guest(guest);
    let mut module = fs::read(&file).expect("it was built");
    let places: Vec<_> = (0..module.len()).filter(|at| module[*at..].starts_with(FLAW)).collect();
    let [place] = places.as_slice() else { panic!("{}: {} places for a flaw", file.display(), places.len()) };
    assert!(flaw.len() <= FLAW_BYTES, "`{flaw}` is too long");
    let start = place + FLAW.len();
    module[start..start + FLAW_BYTES].copy_from_slice(format!("{flaw:FLAW_BYTES$}").as_bytes());
    module
}

/// Returns the built module of a bundled plugin, to install what the host has anyway, or of an example of the SDK.
///
/// # Panics
/// If there is no such plugin, or it does not build.
#[must_use]
pub fn plugin(name: &str) -> PathBuf {
    static BUILT: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    // Those that wait for a build that failed build it themselves, and say so.
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let build = || build(&[name]).join(guest_build::module_name(name));
    built.entry(name.to_owned()).or_insert_with(build).clone()
}

fn build(packages: &[&str]) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let workspace = workspace.expect("tests/artifacts has a root above it");
    // A test runs as <target>/<profile>/deps/<name>; the guests are where the host's own are.
    let exe = std::env::current_exe().expect("a test knows its own path");
    let target = exe.ancestors().nth(3).map_or_else(|| workspace.join("target"), Path::to_path_buf);
    match guest_build::build(workspace, &target.join("guests"), packages) {
        Ok(modules) => modules,
        Err(reason) => panic!("{reason}"),
    }
}

/// Returns the name of a guest's package: examples are called as their plugins are, hostile guests have a
/// prefix that keeps their words out of the workspace's names.
fn package(name: &str) -> String {
    let is_example = ["loader-", "dialect-", "quirk-"].iter().any(|kind| name.starts_with(kind));
    if is_example { name.to_owned() } else { format!("guest-{name}") }
}
