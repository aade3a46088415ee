//! The suite finds each law that is broken, and no other: guests that are right but for one thing.
//!
//! What a guest cannot do at all has no guest here: without a clock or chance none answers otherwise in another process
//! (`order.rs` has the tests of that), and as each file gets an instance of its own, no loader reads it otherwise again. Two
//! modules have words that are no flaw: what a plugin may do, and the suite has to bear.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use noorm_conformance::difference::compare;
use noorm_conformance::{Check, Fault, Order, Outcome, Report, Sample, test};
use noorm_plugin_host::{Opened, Options, PluginHost};

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

fn open(module: &[u8]) -> Opened {
    let host = PluginHost::open(Options::default()).unwrap();
    let candidate = host.examine(Path::new("flawed.wasm"), module).unwrap();
    host.open_candidate(&candidate).unwrap()
}

/// Tests a module, with inputs by chance for so long.
fn report(module: &[u8], fuzz_ms: u64) -> Report {
    report_with(module, fuzz_ms, samples())
}

fn report_with(module: &[u8], fuzz_ms: u64, samples: Vec<Sample>) -> Report {
    test(&open(module), &Order { seed: 1, fuzz_ms, samples, files: None, elsewhere: None })
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
    fails_only(guest, flaw, flaw)
}

/// Checks that a guest fails the check of each flaw alone, and that the smallest example is shown where it is known.
#[track_caller]
fn each_fails_alone(guest: &str, flaws: &[(&str, Option<&str>)]) {
    for (flaw, smallest) in flaws {
        let report = fails_alone(guest, flaw);
        if let Some(smallest) = smallest {
            assert_eq!(example(&report, flaw), *smallest, "{flaw}");
        }
    }
}

/// Checks that a guest with a flaw fails this check alone.
#[track_caller]
fn fails_only(guest: &str, flaw: &str, check: &str) -> Report {
    let fuzz_ms = if flaw == "fuzz" { 20_000 } else { 0 };
    let report = report(&noorm_artifacts::flawed(guest, flaw), fuzz_ms);
    let failed = failed(&report);
    assert_eq!(failed.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [check], "{flaw}: {failed:#?}");
    report
}

/// Returns the example with which a check failed.
#[track_caller]
fn example(report: &Report, check: &str) -> String {
    let fault = failed(report).into_iter().find(|(name, _)| *name == check).map(|(_, fault)| fault);
    fault.as_ref().and_then(|fault| fault.example.clone()).unwrap_or_else(|| panic!("{check}: {fault:?}")).text
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
    each_fails_alone(
        "loader-flawed",
        &[
            ("description", None),
            ("options-schema", None),
            ("samples", None),
            ("empty-input", None),
            ("chunks", None),
            ("byte-order-mark", None),
            ("line-ends", None),
            ("nul", Some("\\0")),
            ("invalid-utf8", None),
            ("huge-cells", None),
            ("deep-nesting", None),
            ("places", None),
            ("csv-cases", None),
            ("growth", None),
            ("fuzz", Some("\\u{7f}")),
        ],
    );
}

#[test]
fn each_flaw_of_a_dialect_is_found_by_its_check() {
    each_fails_alone(
        "dialect-flawed",
        &[
            ("quoting", Some("a\"b")),
            ("impossible-names", None),
            ("name-length", None),
            ("qualifying", None),
            ("text-literals", None),
            ("escaping", None),
            ("numbers", None),
            ("other-literals", None),
            ("pieces", None),
            ("script-chunks", None),
            ("places", None),
            ("terminators", None),
            ("actions", None),
            ("upgrades", None),
            ("adoption", None),
            ("control-text", None),
            ("sessions", None),
            ("databases", None),
            ("error-classes", None),
            ("repeats", None),
            ("throughput", None),
            ("fuzz", Some("#")),
        ],
    );
}

#[test]
fn a_document_that_is_not_deterministic_is_found() {
    let module = std::fs::read(noorm_artifacts::guest("loader-unsorted")).unwrap();
    let report = report(&module, 0);
    assert_eq!(failed(&report).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["encoding"]);
}

#[test]
fn an_integer_that_was_rounded_is_another_number() {
    let report = fails_only("dialect-flawed", "rounding", "numbers");
    assert_eq!(example(&report, "numbers"), "Integer(9007199254740993)");
}

#[test]
fn a_loader_that_reads_one_extension_otherwise_than_another_passes() {
    let report = report(&noorm_artifacts::flawed("loader-flawed", "by-extension"), 500);
    assert!(report.is_passed(), "{:#?}", failed(&report));
    let is_passed = |name: &str| {
        report.checks.iter().any(|check| check.name == name && matches!(check.outcome, Outcome::Passed { .. }))
    };
    assert!(is_passed("csv-cases") && is_passed("line-ends") && is_passed("growth"), "{report:#?}");
}

/// A splitter that never cuts leaves nothing that the laws of names and values could be held against.
#[test]
fn a_script_that_stays_in_one_piece_fails_and_what_stands_on_it_is_not_tried() {
    let report = fails_only("dialect-flawed", "one-piece", "terminators");
    let (_, fault) = failed(&report).remove(0);
    assert_eq!(fault.what, "two statements are split by none of `;`, `GO`, `/`");
    assert_eq!(example(&report, "terminators"), "SELECT 1;\\nSELECT 2;\\n");
    let is_skipped = |check: &&Check| matches!(check.outcome, Outcome::Skipped { .. });
    let skipped: Vec<_> = report.checks.iter().filter(is_skipped).map(|check| check.name).collect();
    let expected = [
        "quoting",
        "qualifying",
        "text-literals",
        "escaping",
        "numbers",
        "other-literals",
        "upgrades",
        "control-text",
        "sessions",
        "databases",
        "another-process",
        "throughput",
        "fuzz",
    ];
    assert_eq!(skipped, expected);
}

#[test]
fn a_long_sample_is_made_small() {
    let content = [ROWS, &"4,Alan,some note\n".repeat(200)].concat().into_bytes();
    for flaw in ["chunks", "chunks-once"] {
        let sample = Sample { path: "long.flawed".to_owned(), content: content.clone(), expected: None, is_own: true };
        let report = report_with(&noorm_artifacts::flawed("loader-flawed", flaw), 0, vec![sample]);
        let example = example(&report, "chunks");
        assert!(example.len() < 10, "{flaw}: {example}");
    }
}

#[test]
fn a_script_of_which_the_pieces_are_nonsense_is_made_small() {
    let report = report(&noorm_artifacts::flawed("dialect-flawed", "gap"), 0);
    assert_eq!(example(&report, "pieces"), "stock");
    assert_eq!(example(&report, "script-chunks"), "stock");
}

#[test]
fn numbers_of_a_plugin_are_no_bound_of_the_suite() {
    fails_only("dialect-flawed", "versions", "upgrades");
    let Opened::Dialect(dialect) = open(&noorm_artifacts::flawed("dialect-flawed", "versions")) else {
        panic!("a dialect")
    };
    assert!(compare(&dialect, &dialect).differences.is_empty());

    let report = report(&noorm_artifacts::flawed("dialect-flawed", "no-limit"), 0);
    assert!(report.is_passed(), "{:#?}", failed(&report));
}
