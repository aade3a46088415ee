//! The suite finds each law that is broken, and no other: guests that are right but for one thing.
//!
//! What a guest cannot do at all has no guest here: without a clock or chance none answers otherwise the second time, or in
//! another process (`order.rs` has the tests of that).

#![allow(clippy::unwrap_used)]

use std::path::Path;

use noorm_conformance::{Check, Fault, Order, Outcome, Report, Sample, test};
use noorm_plugin_host::{Options, PluginHost};

/// A file of rows that the flawed loader reads.
const ROWS: &str = "id,name,note\n1,Ada,plain\n007,\"Zoë, the second\",x\n3,Grace,\n";

fn samples() -> Vec<Sample> {
    let expected = serde_json::json!([
        { "id": "1", "name": "Ada", "note": "plain" },
        { "id": "007", "name": "Zoë, the second", "note": "x" },
        { "id": "3", "name": "Grace", "note": "" },
    ]);
    let sample = |path: &str, expected| Sample {
        path: path.to_owned(),
        content: ROWS.as_bytes().to_vec(),
        expected,
        is_own: true,
    };
    vec![sample("rows.flawed", Some(expected)), sample("any.unsorted", None)]
}

/// Tests a module, with inputs by chance for so long.
fn report(module: &[u8], fuzz_ms: u64) -> Report {
    let host = PluginHost::open(Options::default()).unwrap();
    let candidate = host.examine(Path::new("flawed.wasm"), module).unwrap();
    let order = Order { seed: 1, fuzz_ms, samples: samples(), files: None, elsewhere: None };
    test(&host.open_candidate(&candidate).unwrap(), &order)
}

fn failed(report: &Report) -> Vec<(&'static str, Fault)> {
    let fault = |check: &Check| match &check.outcome {
        Outcome::Failed(fault) => Some((check.name, fault.clone())),
        _ => None,
    };
    report.checks.iter().filter_map(fault).collect()
}

/// Checks that a guest with a flaw fails the check of that name alone.
#[track_caller]
fn fails_alone(guest: &str, flaw: &str) -> Report {
    let fuzz_ms = if flaw == "fuzz" { 20_000 } else { 0 };
    let report = report(&noorm_artifacts::flawed(guest, flaw), fuzz_ms);
    let failed = failed(&report);
    assert_eq!(failed.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [flaw], "{failed:#?}");
    report
}

#[test]
fn a_loader_without_a_flaw_passes() {
    let report = report(&noorm_artifacts::flawed("loader-flawed", "none"), 500);
    assert!(report.is_passed(), "{:#?}", failed(&report));
    let (passed, _, skipped) = report.counts();
    // There is no other process, rows are no document, and it does not serve `csv`.
    assert!(passed >= 15 && skipped == 2, "{report:#?}");
}

#[test]
fn a_dialect_without_a_flaw_passes() {
    let report = report(&noorm_artifacts::flawed("dialect-flawed", "none"), 500);
    assert!(report.is_passed(), "{:#?}", failed(&report));
    assert!(report.counts().0 >= 18, "{report:#?}");
}

#[test]
fn each_flaw_of_a_loader_is_found_by_its_check() {
    for flaw in [
        "description",
        "options-schema",
        "samples",
        "empty-input",
        "chunks",
        "byte-order-mark",
        "line-ends",
        "nul",
        "invalid-utf8",
        "huge-cells",
        "deep-nesting",
        "places",
        "csv-cases",
        "growth",
        "fuzz",
    ] {
        fails_alone("loader-flawed", flaw);
    }
}

#[test]
fn each_flaw_of_a_dialect_is_found_by_its_check() {
    for flaw in [
        "quoting",
        "impossible-names",
        "name-length",
        "qualifying",
        "text-literals",
        "escaping",
        "numbers",
        "other-literals",
        "pieces",
        "script-chunks",
        "terminators",
        "actions",
        "upgrades",
        "adoption",
        "control-text",
        "sessions",
        "databases",
        "error-classes",
        "throughput",
        "fuzz",
    ] {
        fails_alone("dialect-flawed", flaw);
    }
}

#[test]
fn a_document_that_is_not_deterministic_is_found() {
    let module = std::fs::read(noorm_artifacts::guest("loader-unsorted")).unwrap();
    let report = report(&module, 0);
    assert_eq!(failed(&report).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["encoding"]);
}

#[test]
fn the_smallest_example_is_shown() {
    let check = |guest: &str, flaw: &str, expected: &str| {
        let report = fails_alone(guest, flaw);
        let (_, fault) = failed(&report).remove(0);
        assert_eq!(fault.example.as_ref().map(|example| example.text.as_str()), Some(expected), "{fault:?}");
    };
    check("loader-flawed", "nul", "\\0");
    check("loader-flawed", "fuzz", "\\u{7f}");
    check("dialect-flawed", "fuzz", "#");
    check("dialect-flawed", "quoting", "a\"b");
}
