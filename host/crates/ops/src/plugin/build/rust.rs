//! Rust: cargo makes a core module with the interface embedded. It needs nothing but rustc and its target.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::{BuildError, Made, tool};

/// What plugins are compiled for: it offers nothing that would have to be denied.
const TARGET: &str = "wasm32-unknown-unknown";

/// A line that cargo prints.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    filenames: Vec<PathBuf>,
    target: Option<Target>,
    manifest_path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

pub(super) fn build(folder: &Path) -> Result<Made, BuildError> {
    let notes = ensure_target(folder)?;
    let mut cargo = Command::new("cargo");
    cargo.current_dir(folder).args(["build", "--release", "--lib", "--target", TARGET]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    let output = tool::run("cargo", &mut cargo)?;
    let manifest = folder.join("Cargo.toml");
    let is_own = |message: &Message| {
        let path = message.manifest_path.as_ref();
        path.is_some_and(|path| same_file(path, &manifest))
    };
    let messages = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect::<Vec<Message>>();
    let module = messages
        .iter()
        .filter(|message| message.reason == "compiler-artifact" && is_own(message))
        .filter(|message| message.target.as_ref().is_some_and(|target| target.kind.iter().any(|kind| kind == "cdylib")))
        .flat_map(|message| &message.filenames)
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    let what = "makes no `cdylib`: a plugin's `[lib]` has `crate-type = [\"cdylib\"]`".to_owned();
    let module = module.ok_or(BuildError::Manifest { file: manifest.clone(), what })?;
    Ok(Made { file: module.clone(), notes })
}

fn same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// Adds the target to the toolchain where it is missing, and says so.
fn ensure_target(folder: &Path) -> Result<Vec<String>, BuildError> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(folder).args(["--print", "target-libdir", "--target", TARGET]);
    let output = tool::run("rustc", &mut rustc)?;
    if Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir() {
        return Ok(Vec::new());
    }
    let mut rustup = Command::new("rustup");
    rustup.current_dir(folder).args(["target", "add", TARGET]);
    tool::run("rustup", &mut rustup)?;
    Ok(vec![format!("added the target {TARGET} to the Rust toolchain")])
}
