//! A component that imports WASI.

use noorm_plugin_host::{PluginError, Refusal};

use crate::refused;

#[test]
fn a_component_that_wants_a_system_is_refused_by_its_import() {
    let error = refused("wasi-component");
    let PluginError::Refused { reason: Refusal::Imports { imports }, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(imports, &["wasi:cli/environment@0.2.6"]);
    assert!(error.to_string().contains("`wasi:cli/environment@0.2.6`"), "{error}");
}
