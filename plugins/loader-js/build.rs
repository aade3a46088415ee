//! Asks for more stack than a guest has by default: the engine's parser and compiler call themselves for each level of a
//! source.

// Printing is how a build script talks to cargo.
#![allow(clippy::print_stdout)]

/// Bytes of the stack in the guest's memory. Behind it ends the one that the sandbox keeps itself, half a megabyte, with a
/// trap that says so.
const STACK_BYTES: usize = 8 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A linker of the machine's own, as for the tests, does not know the flag.
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo::rustc-cdylib-link-arg=-zstack-size={STACK_BYTES}");
    }
}
