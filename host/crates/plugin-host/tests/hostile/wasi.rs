//! A module that imports WASI.

use noorm_plugin_host::{PluginError, Refusal};

use crate::refused;

#[test]
fn a_module_that_wants_a_system_is_refused_by_its_import() {
    let error = refused("wasi");
    let PluginError::Refused { reason: Refusal::Imports { imports }, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(imports, &["wasi_snapshot_preview1"]);
    assert!(!error.is_plugin_fault());
    assert!(error.hint().unwrap().contains("wasm32-unknown-unknown"));
}
