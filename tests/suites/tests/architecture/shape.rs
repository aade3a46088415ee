//! Every module says what it is for, and none is too long to read.

use crate::source::Source;
use crate::workspace::{assert_none, sources};

const LINES_MAX: usize = 500;

fn breaches(source: &Source) -> Vec<String> {
    let lines = source.text.lines().count();
    let mut breaches = Vec::new();
    if !source.text.starts_with("//!") {
        breaches.push(format!("{} does not open with `//!`", source.path));
    }
    if lines > LINES_MAX {
        breaches.push(format!("{} has {lines} lines", source.path));
    }
    breaches
}

#[test]
fn modules_are_introduced_and_short() {
    let folders = ["host", "plugins", "sdk-guest", "tests"];
    let sources: Vec<_> = folders.iter().flat_map(|folder| sources(folder)).collect();
    assert_none("modules out of shape", &sources.iter().flat_map(breaches).collect::<Vec<_>>());
}

#[test]
fn a_long_or_unexplained_module_is_found() {
    let long = Source::new("long.rs", &format!("//! Long.\n{}", "fn a() {}\n".repeat(500)));
    assert_eq!(breaches(&long), ["long.rs has 501 lines"]);
    assert_eq!(breaches(&Source::new("mute.rs", "fn a() {}\n")), ["mute.rs does not open with `//!`"]);
    assert_eq!(breaches(&Source::new("fine.rs", "//! Fine.\n")), Vec::<String>::new());
}
