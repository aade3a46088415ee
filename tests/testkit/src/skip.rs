//! Skips that are seen: `tests/all` counts the lines that begin with `skipped: `.

use std::io::Write as _;

/// Says that the test that runs, or a part of it, is skipped, and why. It is written past the capture of a test's output, so
/// that a skip is seen in a run that succeeds.
pub fn skip(why: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    std::io::stderr().write_all(format!("skipped: {test}: {why}\n").as_bytes()).unwrap();
}
