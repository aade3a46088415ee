//! The core does no I/O and reads no clock, and only the command line prints.

use crate::source::Source;
use crate::workspace::{assert_none, sources};

const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "Uuid::new_v4",
    "Uuid::now",
];

const PRINTS: &[&str] = &["print!", "println!", "io::stdout", "io::stderr", "dbg!"];

/// Everything but the command line and the tests.
const SILENT: &[&str] = &["host/crates", "plugins", "sdk-guest"];

fn breaches(source: &Source, parts: &[&str]) -> Vec<String> {
    let found = parts.iter().flat_map(|part| source.lines_with(part).into_iter().map(move |line| (line, part)));
    found.map(|(line, part)| format!("{}:{line}: {part}", source.path)).collect()
}

/// Build scripts talk to cargo by printing.
fn is_build_script(source: &Source) -> bool {
    source.path.split('/').any(|part| matches!(part, "build.rs" | "build"))
}

#[test]
fn the_core_is_pure() {
    let sources: Vec<_> = sources("host/crates/core/src").into_iter().filter(|source| !source.is_test()).collect();
    assert_none(
        "the core is not pure",
        &sources.iter().flat_map(|source| breaches(source, IMPURE)).collect::<Vec<_>>(),
    );
}

#[test]
fn only_the_command_line_prints() {
    let sources = SILENT.iter().flat_map(|folder| sources(folder));
    let sources: Vec<_> = sources.filter(|source| !source.is_test() && !is_build_script(source)).collect();
    let found: Vec<_> = sources.iter().flat_map(|source| breaches(source, PRINTS)).collect();
    assert_none("somebody else prints", &found);
}

#[test]
fn a_clock_and_a_print_are_found() {
    let source = Source::new("x.rs", "// std::fs\nfn a() { SystemTime::now() }\nfn b() { eprintln!(\"std::env\") }\n");
    assert_eq!(breaches(&source, IMPURE), ["x.rs:2: SystemTime"]);
    assert_eq!(breaches(&source, PRINTS), ["x.rs:3: println!"]);
    assert!(is_build_script(&Source::new("host/crates/plugin-host/build.rs", "")));
    assert!(!is_build_script(&Source::new("host/src/cli/run/builder.rs", "")));
}
