//! A loader whose batches of rows contradict themselves.

use noorm_plugin_host::PluginError;

use crate::{SMALL, loader};

const LIES: [&str; 13] = [
    "no-columns",
    "empty-columns",
    "same-columns",
    "ends-beyond",
    "ends-back",
    "ends-few",
    "ends-short",
    "rows-many",
    "rows-none",
    "nulls-beyond",
    "nulls-full",
    "not-text",
    "half-character",
];

#[test]
fn every_lie_in_a_batch_is_the_guests_fault() {
    let loader = loader("nonsense-rows", "nonsenserows", SMALL);
    for lie in LIES {
        let error = loader.load("a.nonsense", lie.as_bytes()).unwrap_err();
        assert!(matches!(error, PluginError::Nonsense { .. }), "{lie}: {error:?}");
    }
}
