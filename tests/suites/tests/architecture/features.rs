//! What a build without the compiler of plugins leaves out, as cargo resolves it. Whether it compiles and runs is checked by
//! `tests/compilerless`, which takes minutes.

use std::process::Command;

/// Returns the crates of the host's program, without those that only its build needs.
fn crates(more: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["tree", "--offline", "--locked", "-p", "noorm"]);
    cargo.args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]).args(more);
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn a_host_without_the_compiler_has_none() {
    let (whole, without) = (crates(&[]), crates(&["--no-default-features"]));
    for compiler in ["cranelift-codegen", "wasmtime-internal-cranelift", "regalloc2", "wit-component", "wac-graph"] {
        assert!(whole.iter().any(|name| name == compiler), "{compiler} is looked for under its name");
        assert!(!without.iter().any(|name| name == compiler), "{compiler} is still in it");
    }
    assert!(without.iter().any(|name| name == "wasmtime"));
}
