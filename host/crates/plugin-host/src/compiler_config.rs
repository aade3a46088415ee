//! The settings that only a compiler has.
//!
//! Apart from `engine_config`, as a host without a compiler does not have them. The build script always does.

use crate::engine_config::engine_config;

/// Returns the configuration of an engine that compiles.
pub(crate) fn compiler_config() -> wasmtime::Config {
    let mut config = engine_config();
    // The same bytes in give the same bytes out, on every machine.
    config.cranelift_nan_canonicalization(true);
    config
}
