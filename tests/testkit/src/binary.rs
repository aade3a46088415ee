//! Finds the `noorm` that is under test. It never takes one from `PATH`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Returns the binary that `NOORM_BIN` names, or the one beside the running test, built if it is missing.
pub(crate) fn noorm() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("NOORM_BIN") {
        Some(given) => {
            std::fs::canonicalize(&given).unwrap_or_else(|error| panic!("NOORM_BIN={}: {error}", given.display()))
        }
        None => beside_the_test(),
    })
}

/// Test programs lie in `<profile>/deps`, programs in `<profile>`.
fn beside_the_test() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let profile_dir = test.ancestors().nth(2).expect("cargo runs tests from a folder in the target folder");
    let binary = profile_dir.join(format!("noorm{}", std::env::consts::EXE_SUFFIX));
    if !binary.exists() {
        build(profile_dir);
    }
    assert!(binary.exists(), "{} is missing after building it", binary.display());
    binary
}

/// `cargo test -p` of one crate does not build the binary of another.
fn build(profile_dir: &Path) {
    let profile = match profile_dir.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let target_dir = profile_dir.parent().expect("a profile's folder lies in the target folder");
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--package", "noorm", "--profile", profile])
        .arg("--target-dir")
        .arg(target_dir)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs, as it started this test");
    assert!(status.success(), "building noorm failed");
}
