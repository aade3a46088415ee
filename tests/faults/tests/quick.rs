//! The harness in its quick form, on every database: some faults of every kind. `tests/faults/run` tries all of them.

use std::io::Write as _;

use noorm_faults::plan::{Plan, SEED, Said};
use noorm_faults::size::Size;
use noorm_testkit::Engine;

fn check(engine: Engine) {
    let (mut tried, mut missed, mut findings) = (0, 0, Vec::new());
    let mut tell = |said| match said {
        Said::Tried { kind, tally } => {
            tried += tally.tried;
            missed += tally.missed;
            findings.extend(tally.findings.iter().map(|finding| format!("{kind}: {finding}")));
        }
        Said::Skipped { kind, why } => skip(&format!("{engine:?}, {kind}: {why}")),
    };
    Plan::new(engine, &Size::quick(), SEED, &mut tell).run();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    // A fault at a random moment, or one of a machine that became quicker, can come when the run has ended.
    assert!(tried > 3 * missed, "{missed} faults came too late, and {tried} in time");
}

/// Says visibly what is skipped: past the capture of its output, so that it is seen in a run that succeeds.
fn skip(what: &str) {
    std::io::stderr().write_all(format!("skipped: faults on {what}\n").as_bytes()).expect("standard error");
}

#[test]
fn faults_on_sqlite_lose_and_double_nothing() {
    check(Engine::Sqlite);
}

#[test]
fn faults_on_postgres_lose_and_double_nothing() {
    check(Engine::Postgres);
}

#[test]
fn faults_on_mariadb_lose_and_double_nothing() {
    check(Engine::Mariadb);
}
