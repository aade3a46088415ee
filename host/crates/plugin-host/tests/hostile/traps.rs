//! A loader that panics.

use noorm_core::value::Value;
use noorm_plugin_host::PluginError;

use crate::{SMALL, loader};

#[test]
fn a_panic_is_reported_with_its_text_and_place() {
    let loader = loader("traps", "traps", SMALL);
    let error = loader.load("a.traps", b"odd").unwrap_err();
    let PluginError::Trap { plugin, function, message, backtrace, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(plugin.name, "loader-traps");
    assert_eq!(function, "document.load");
    assert!(message.contains("cannot read files of odd length"), "{message}");
    assert!(message.contains("src/lib.rs:"), "{message}");
    assert!(backtrace.iter().any(|frame| frame.contains("guest_traps")), "{backtrace:?}");
    assert!(error.is_plugin_fault());
}

#[test]
fn an_instance_that_trapped_is_not_used_again() {
    let loader = loader("traps", "traps", SMALL);
    assert!(loader.load("a.traps", b"odd").is_err());
    assert_eq!(loader.load("a.traps", b"even").unwrap(), Value::Null);
    assert!(matches!(loader.load("a.traps", b"odd"), Err(PluginError::Trap { .. })));
}
