//! A loader whose documents are broken CBOR.

use noorm_plugin_host::PluginError;

use crate::{SMALL, loader};

const LIES: [&str; 11] = [
    "text-length",
    "list-length",
    "map-length",
    "depth",
    "trailing",
    "indefinite",
    "not-text",
    "integer-key",
    "tag",
    "failure",
    "nothing",
];

#[test]
fn every_lie_in_cbor_is_the_guests_fault() {
    let loader = loader("nonsense-document", "nonsensedocument", SMALL);
    for lie in LIES {
        let error = loader.load("a.nonsense", lie.as_bytes()).unwrap_err();
        assert!(matches!(error, PluginError::Nonsense { .. }), "{lie}: {error:?}");
    }
}
