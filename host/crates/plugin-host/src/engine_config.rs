//! The settings that decide what compiled code looks like.
//!
//! The build script compiles the bundled plugins with them and the host loads the result: an artifact
//! of one is accepted by the other only while both use this file. It names no CPU features; the
//! build script pins its target to the baseline, the host compiles for the machine it is on.

/// Returns the configuration of every engine of noorm.
pub(crate) fn engine_config() -> wasmtime::Config {
    let mut config = wasmtime::Config::new();
    config
        .wasm_component_model(true)
        // Bounds the time of each call. Part of an artifact's identity, so never switched off.
        .epoch_interruption(true)
        // The same bytes in give the same bytes out, on every machine.
        .relaxed_simd_deterministic(true);
    config
}
