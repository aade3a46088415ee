//! A loader that logs without measure.

use noorm_core::value::Value;

use crate::{SMALL, loader};

/// That messages are dropped, counted and cleaned is tested beside the log; here, that ten megabytes of
/// them do no harm.
#[test]
fn a_flood_of_messages_does_not_fail_the_call() {
    let loader = loader("greedy-log", "greedylog", SMALL);
    assert_eq!(loader.info().imports, ["noorm:host/log@1.0.0"]);
    assert_eq!(loader.load("a.greedylog", b"").unwrap(), Value::Boolean(true));
}
