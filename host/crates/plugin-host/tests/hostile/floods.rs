//! A loader whose rows never end.

use noorm_plugin_host::{LimitKind, PluginError};

use crate::{SMALL, loader};

#[test]
fn rows_without_end_are_cut() {
    let loader = loader("floods", "floods", SMALL);
    let error = loader.load("a.floods", b"").unwrap_err();
    let PluginError::Limit { function, limit, allowed, used, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(function, "rows.reader.next");
    assert_eq!((*limit, *allowed), (LimitKind::Output, SMALL.output_bytes));
    assert!(used > allowed);
}
