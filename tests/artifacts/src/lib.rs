//! Builds the guests that tests install: hostile ones and examples.
//!
//! All of `guests/*` are built once per process by the same command as the bundled plugins. What comes
//! out are core modules with their interface embedded, as a Rust author has them; installing one makes
//! it a component.

pub mod crafted;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

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

/// Returns the built module of a bundled plugin, to install what the host has anyway.
///
/// # Panics
/// If there is no such plugin, or it does not build.
#[must_use]
pub fn plugin(name: &str) -> PathBuf {
    build(&[name]).join(guest_build::module_name(name))
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
    if name.starts_with("loader-") || name.starts_with("dialect-") { name.to_owned() } else { format!("guest-{name}") }
}
