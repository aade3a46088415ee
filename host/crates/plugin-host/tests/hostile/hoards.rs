//! A loader that takes memory without end.

use noorm_plugin_host::{LimitKind, PluginError};

use crate::{SMALL, loader};

#[test]
fn a_guest_that_takes_all_memory_is_stopped() {
    let loader = loader("hoards", "hoards", SMALL);
    let error = loader.load("a.hoards", b"x").unwrap_err();
    let PluginError::Limit { limit, allowed, used, setting, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((*limit, *allowed), (LimitKind::Memory, SMALL.memory_bytes));
    assert!(used > allowed);
    assert_eq!(*setting, Some("plugins.limits.memoryMb"));
    assert!(error.to_string().contains("`loader-hoards` 0.1.0 reached its memory limit"), "{error}");
}

#[test]
fn the_next_file_gets_a_fresh_instance() {
    let loader = loader("hoards", "hoards", SMALL);
    for _ in 0..2 {
        let error = loader.load("a.hoards", b"x").unwrap_err();
        assert!(matches!(error, PluginError::Limit { .. }), "{error:?}");
    }
}
