//! A component that imports a clock and a seed of WASI: the seed is always the same, and there is no clock.

use noorm_core::value::Value;
use noorm_plugin_host::PluginError;

use crate::granted;

const IMPORTS: [&str; 2] = ["wasi:clocks/monotonic-clock@0.2.6", "wasi:random/insecure-seed@0.2.6"];

#[test]
fn the_seed_is_fixed_and_the_clock_is_not_there() {
    let project = granted("wasi-clock", &IMPORTS);
    let loader = project.host.loader("timely").unwrap();
    assert_eq!(loader.load("a.timely", b"").unwrap(), Value::Boolean(false));
    let error = loader.load("a.timely", b"what time is it?").unwrap_err();
    assert!(matches!(error, PluginError::Denied { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "plugin `loader-timely` 0.1.0 was denied: `wasi:clocks/monotonic-clock@0.2.6#now`: noorm gives plugins no clock"
    );
    assert_eq!(loader.load("a.timely", b"").unwrap(), Value::Boolean(false), "the next file is another instance");
}

#[test]
fn a_grant_that_is_taken_back_keeps_it_from_running() {
    let mut project = granted("wasi-clock", &IMPORTS);
    project.host.set_grants("loader-timely", Vec::new()).unwrap();
    let Err(error) = project.host.loader("timely") else { panic!("nothing is granted") };
    let PluginError::NotGranted { imports, .. } = &error else { panic!("{error:?}") };
    assert_eq!(imports, &IMPORTS);
}
