//! Says visibly that a test, or its part on one engine, is skipped: `tests/all` counts these lines.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::Engine;

/// Says that the running test is skipped as a whole.
pub fn skip(why: &str) {
    let thread = std::thread::current();
    print(&format!("skipped: {}: {}\n", thread.name().unwrap_or("a test"), first_line(why)));
}

/// Says that a test is skipped on an engine. However often it is said, it is printed once.
pub(crate) fn skip_on(test: &str, engine: Engine, why: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let line = line(test, engine, why);
    if SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(line.clone()) {
        print(&line);
    }
}

/// Written past the capture of a test's output, so that a skip is seen in a run that succeeds.
fn print(line: &str) {
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

fn line(test: &str, engine: Engine, why: &str) -> String {
    format!("skipped: {test} on {}: {}\n", engine.title(), first_line(why))
}

/// A line is a skip: what a server says may have several.
fn first_line(why: &str) -> &str {
    why.lines().next().unwrap_or_default()
}

/// Returns the name of the test that a closure was written in, without its crate. It is right even where tests run on the
/// main thread, which has no test's name.
pub(crate) fn test_of<T>(_: &T) -> &'static str {
    let name = std::any::type_name::<T>();
    let name = name.split_once("::").map_or(name, |(_, rest)| rest);
    name.split("::{{closure}}").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_tells_its_test() {
        let outer = || test_of(&|| 1);
        assert_eq!(outer(), "skip::tests::a_closure_tells_its_test");
    }

    #[test]
    fn a_skip_is_one_line() {
        let told = line("lock::waits", Engine::Mssql, "it lacks session-lock: no\nsuch procedure");
        assert_eq!(told, "skipped: lock::waits on SQL Server: it lacks session-lock: no\n");
    }
}
