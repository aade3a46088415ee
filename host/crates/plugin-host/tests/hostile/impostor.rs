//! A loader whose name tries to be a path.

use noorm_plugin_host::{PluginError, Refusal};

use crate::refused;

#[test]
fn a_name_is_not_a_path() {
    let error = refused("impostor");
    let PluginError::Refused { reason: Refusal::Description { what }, .. } = &error else {
        panic!("{error:?}");
    };
    assert!(what.contains("evil"), "{what}");
}
