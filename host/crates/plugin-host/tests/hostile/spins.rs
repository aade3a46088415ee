//! A loader that never returns.

use noorm_plugin_host::{LimitKind, Limits, PluginError};

use crate::{SMALL, in_time, loader};

#[test]
fn a_guest_that_never_returns_is_stopped() {
    let loader = loader("spins", "spins", Limits { time_ms: 200, ..SMALL });
    let error = loader.load("a.spins", b"x").unwrap_err();
    let PluginError::Limit { plugin, function, limit, allowed, setting, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((plugin.name.as_str(), plugin.version.as_str()), ("loader-spins", "0.1.0"));
    assert_eq!(function, "rows.reader.push");
    assert_eq!((*limit, *allowed), (LimitKind::Time, 200));
    in_time(&error);
    assert_eq!(*setting, Some("plugins.limits.timeMs"));
    assert!(error.is_plugin_fault());
    assert!(error.hint().unwrap().contains("plugins.limitsFor.loader-spins.timeMs"));
}

#[test]
fn an_idle_guest_costs_nothing() {
    let loader = loader("spins", "spins", SMALL);
    // Nothing to push, nothing to spin on.
    assert!(loader.load("a.spins", b"").is_ok());
}
