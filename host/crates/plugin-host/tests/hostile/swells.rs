//! A loader whose small documents would be large once read.

use noorm_plugin_host::{LimitKind, Limits, PluginError};

use crate::{SMALL, loader};

/// Room for the guest itself, not for what it says.
const LIMITS: Limits = Limits { memory_bytes: 512 << 20, ..SMALL };

fn check(content: &[u8]) {
    let error = loader("swells", "swells", LIMITS).load("a.swells", content).unwrap_err();
    let PluginError::Limit { limit, allowed, used, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*limit, *allowed), (LimitKind::Output, LIMITS.output_bytes));
    assert!(used > allowed);
}

#[test]
fn a_document_that_is_large_on_the_wire_is_cut() {
    check(b"wire");
}

#[test]
fn a_document_that_would_be_large_once_read_is_cut() {
    check(b"memory");
}
