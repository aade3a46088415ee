//! The binary starts. That this test exists has `cargo test` build the binary, which the suites in `tests/` run.

use std::process::Command;

#[test]
fn the_binary_tells_its_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_noorm")).arg("--version").env_clear().output().expect("it starts");
    let expected = concat!("noorm ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((String::from_utf8_lossy(&output.stdout).as_ref(), output.status.code()), (expected, Some(0)));
}
