//! Reads the workspace: its packages with their dependencies, and its sources. Judges nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::source::Source;

/// A package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its folder, relative to the workspace: `host/crates/core`.
    pub(crate) folder: String,
    /// What it needs to be built, build scripts included.
    pub(crate) dependencies: Vec<String>,
    /// What only its tests need.
    pub(crate) dev_dependencies: Vec<String>,
}

/// Returns the workspace's folder.
pub(crate) fn root() -> PathBuf {
    std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

/// Returns every package, as cargo understands the manifests: those of the workspace, and plugins that are workspaces of
/// their own.
pub(crate) fn packages() -> Vec<Package> {
    let plugins = std::fs::read_dir(root().join("plugins")).unwrap().map(|entry| entry.unwrap().path());
    let apart = plugins.filter(|folder| folder.join("Cargo.lock").is_file());
    let mut packages: Vec<_> = std::iter::once(root()).chain(apart).flat_map(|folder| packages_of(&folder)).collect();
    packages.sort_by(|a, b| a.folder.cmp(&b.folder));
    packages
}

fn packages_of(folder: &Path) -> Vec<Package> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

fn package(entry: &serde_json::Value) -> Package {
    let manifest = Path::new(entry["manifest_path"].as_str().unwrap());
    let folder = manifest.parent().unwrap().strip_prefix(root()).unwrap();
    let named = |is_dev: bool| {
        let dependencies = entry["dependencies"].as_array().unwrap().iter();
        dependencies
            .filter(|dependency| (dependency["kind"] == "dev") == is_dev)
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    Package {
        name: entry["name"].as_str().unwrap().to_owned(),
        folder: folder.to_str().unwrap().to_owned(),
        dependencies: named(false),
        dev_dependencies: named(true),
    }
}

/// Returns the folders of the host's crates, the command line's first.
pub(crate) fn host_crates() -> Vec<String> {
    let crates = std::fs::read_dir(root().join("host/crates")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut folders: Vec<_> = crates.map(|name| format!("host/crates/{}", name.to_str().unwrap())).collect();
    folders.sort();
    folders.insert(0, "host".to_owned());
    folders
}

/// Returns the Rust sources below a folder of the workspace, in order of their paths.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let root = root();
    let mut sources = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                sources.push(Source::new(name, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!sources.is_empty(), "no sources in {folder}: has it moved?");
    sources
}

/// Panics with every breach of a rule at once.
#[track_caller]
pub(crate) fn assert_none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}
