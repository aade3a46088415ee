//! A loader whose schema of options is none: its fault, and told before it is added.

use noorm_plugin_host::{PluginError, Refusal};

use crate::refused;

#[test]
fn a_schema_that_is_none_is_the_plugins_fault() {
    let error = refused("broken-schema");
    let PluginError::Refused { reason: Refusal::Schema { what }, .. } = &error else { panic!("{error:?}") };
    assert!(what.contains("objekt"), "{what}");
    assert!(error.is_plugin_fault());
}
