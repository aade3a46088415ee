//! The harness in its quick form, on every database: some faults of every kind. `tests/faults/run` tries all of them.

use noorm_faults::plan::{Plan, SEED, Said};
use noorm_faults::size::Size;
use noorm_testkit::{Engine, skip};

fn check(engine: Engine) {
    let (mut tried, mut missed, mut findings) = (0, 0, Vec::new());
    let mut tell = |said| match said {
        Said::Tried { kind, tally } => {
            tried += tally.tried;
            missed += tally.missed;
            findings.extend(tally.findings.iter().map(|finding| format!("{kind}: {finding}")));
        }
        Said::Skipped { kind, why } => skip(&format!("{kind}: {why}")),
    };
    Plan::new(engine, &Size::quick(), SEED, &mut tell).run();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    // A fault at a random moment, or one of a machine that became quicker, can come when the run has ended.
    assert!(tried > 3 * missed, "{missed} faults came too late, and {tried} in time");
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

#[test]
fn faults_on_mysql_lose_and_double_nothing() {
    match Engine::Mysql.url() {
        Some(_) => check(Engine::Mysql),
        None => skip("NOORM_TEST_MYSQL_URL is not set"),
    }
}
