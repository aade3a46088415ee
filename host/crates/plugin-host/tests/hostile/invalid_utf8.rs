//! A loader whose strings are not UTF-8.

use noorm_plugin_host::PluginError;

use crate::{SMALL, loader};

#[test]
fn a_string_that_is_none_is_nonsense() {
    let loader = loader("invalid-utf8", "invalidutf8", SMALL);
    for _ in 0..2 {
        let error = loader.load("a.invalidutf8", b"").unwrap_err();
        let PluginError::Nonsense { what, .. } = &error else { panic!("{error:?}") };
        assert!(what.contains("utf-8"), "{what}");
        assert!(error.is_plugin_fault());
    }
}
