//! Builds guests with a cargo of its own: the bundled plugins for the host, the hostile ones for its tests.
//!
//! Knows nothing of components. The target directory is not the outer build's, whose lock is held.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What guests are compiled for: it offers nothing that would have to be denied.
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds packages of the workspace and returns the folder of their core modules. A package with a lock file of its own
/// is no member of the workspace, and built by itself.
pub(crate) fn build(workspace: &Path, target_dir: &Path, packages: &[&str]) -> Result<PathBuf, String> {
    let modules = target_dir.join(TARGET).join("guest");
    if packages.is_empty() {
        // Without `-p` cargo would build the host.
        return Ok(modules);
    }
    ensure_target()?;
    let is_apart = |package: &&&str| manifest(workspace, package).with_file_name("Cargo.lock").is_file();
    let (apart, members): (Vec<&str>, Vec<&str>) = packages.iter().partition(is_apart);
    if !members.is_empty() {
        let mut cargo = cargo(workspace, target_dir);
        for package in &members {
            cargo.args(["-p", package]);
        }
        run(cargo, &members)?;
    }
    for package in apart {
        let mut cargo = cargo(workspace, target_dir);
        cargo.arg("--manifest-path").arg(manifest(workspace, package));
        run(cargo, &[package])?;
    }
    Ok(modules)
}

fn manifest(workspace: &Path, package: &str) -> PathBuf {
    workspace.join("plugins").join(package).join("Cargo.toml")
}

/// Returns a cargo that builds guests; what it builds is still to be said.
fn cargo(workspace: &Path, target_dir: &Path) -> Command {
    let mut cargo = Command::new(tool("CARGO", "cargo"));
    shed_outer_build(&mut cargo);
    // Crates that can ask for random numbers get none, rather than those of a browser.
    let flags = format!("{}\u{1f}--cfg\u{1f}getrandom_backend=\"unsupported\"", remapped_paths(workspace));
    cargo
        .current_dir(workspace)
        .env("CARGO_ENCODED_RUSTFLAGS", flags)
        .args(["build", "--locked", "--keep-going", "--profile", "guest", "--target", TARGET])
        .arg("--target-dir")
        .arg(target_dir);
    cargo
}

fn run(mut cargo: Command, packages: &[&str]) -> Result<(), String> {
    let out = cargo.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    if out.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    Err(format!("the guests {} do not build:\n{text}", packages.join(", ")))
}

/// Returns the file name of a package's core module.
pub(crate) fn module_name(package: &str) -> String {
    format!("{}.wasm", package.replace('-', "_"))
}

/// Adds the guests' target to the toolchain where it is missing: a `targets` line in a toolchain
/// file does nothing on machines that switch automatic installation off.
fn ensure_target() -> Result<(), String> {
    let mut rustc = Command::new(tool("RUSTC", "rustc"));
    let out = rustc
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .map_err(|error| format!("cannot start rustc: {error}"))?;
    if Path::new(String::from_utf8_lossy(&out.stdout).trim()).is_dir() {
        return Ok(());
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).output();
    let reason = match added {
        Ok(out) if out.status.success() => return Ok(()),
        Ok(out) => String::from_utf8_lossy(&out.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Err(format!(
        "plugins are compiled for {TARGET}, which this toolchain does not have, \
         and `rustup target add {TARGET}` failed: {reason}"
    ))
}

/// Returns a tool of the outer build, so that both builds use one toolchain.
fn tool(variable: &str, name: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| name.into(), PathBuf::from)
}

/// Removes what an outer cargo, clippy or a coverage tool told its own compilers: flags for the
/// host's target, wrappers, profiles, directories.
fn shed_outer_build(cargo: &mut Command) {
    // Where crates come from, and whose turn it is to use a core.
    let keep = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_MAKEFLAGS"];
    let shed = ["CARGO_", "RUSTFLAGS", "RUSTC_", "RUSTDOC", "CLIPPY_", "LLVM_PROFILE_FILE"];
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let is = |prefix: &&str| text.starts_with(*prefix);
        if shed.iter().any(is) && !keep.iter().any(is) {
            cargo.env_remove(&name);
        }
    }
}

/// Returns flags that keep this machine's folders out of the guests: they would change their digests, and
/// stand in the texts of panics.
fn remapped_paths(workspace: &Path) -> String {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let mut flags = vec![format!("--remap-path-prefix={}=/noorm", workspace.display())];
    flags.extend(home.map(|home| format!("--remap-path-prefix={}=/cargo", home.display())));
    flags.join("\u{1f}")
}
