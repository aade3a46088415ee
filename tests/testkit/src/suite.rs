//! Runs one test on many engines, and says visibly where it does not run.

use crate::capability::{Capability, basic};
use crate::skip::{skip_on, test_of};
use crate::{Engine, Project};

/// The variable with the names of the engines to run on, for who looks at one of them.
const ONLY: &str = "NOORM_TEST_ONLY";

/// Runs a test on each database that the suites know. Where no variable names the server of one that cannot be installed
/// everywhere, or that lacks what noorm needs, the test's part there is skipped.
pub fn for_each_database<T: Fn(&mut Project)>(test: T) {
    on_each(&Engine::ALL, &[], test);
}

/// Like [`for_each_database`], with more that the test needs of a database.
pub fn for_each_database_with<T: Fn(&mut Project)>(needs: &[Capability], test: T) {
    on_each(&Engine::ALL, needs, test);
}

/// Runs a test on one engine, unless that is skipped.
pub fn on<T: Fn(&mut Project)>(engine: Engine, needs: &[Capability], test: T) {
    on_each(&[engine], needs, test);
}

/// Runs a test on some engines, unless that is skipped.
///
/// The engine is printed first, so that the output of a failed test says where it failed.
#[allow(clippy::print_stdout)]
pub fn on_each<T: Fn(&mut Project)>(engines: &[Engine], needs: &[Capability], test: T) {
    for engine in engines {
        match obstacle(*engine, needs) {
            Some(why) => skip_on(test_of(&test), *engine, &why),
            None => {
                println!("on {engine:?}");
                test(&mut Project::new(*engine));
            }
        }
    }
}

/// Returns what keeps tests with these needs from running on an engine.
fn obstacle(engine: Engine, needs: &[Capability]) -> Option<String> {
    let is_named = |only: String| only.split(',').any(|name| name.trim() == engine.name());
    if std::env::var(ONLY).is_ok_and(|only| !only.is_empty() && !is_named(only)) {
        return Some(format!("{ONLY} leaves it out"));
    }
    if engine.is_optional() && engine.url().is_none() {
        return engine.variable().map(|variable| format!("{variable} is not set"));
    }
    let missing = |need: &Capability| need.missing(engine).map(|why| format!("it lacks {}: {why}", need.name()));
    basic(engine).iter().chain(needs).find_map(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_installed_is_skipped() {
        if std::env::var(ONLY).is_ok_and(|only| !only.is_empty()) {
            return;
        }
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::Mariadb] {
            assert_eq!(obstacle(engine, &[Capability::SessionLock]), None);
        }
        for engine in [Engine::Mysql, Engine::Mssql] {
            let expected = format!("{} is not set", engine.variable().unwrap());
            assert_eq!(obstacle(engine, &[]).is_some_and(|why| why == expected), engine.url().is_none());
        }
    }
}
