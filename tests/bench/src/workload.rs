//! The same changesets for both tools: one table, one index and three rows each.

use noorm_testkit::{Database, Sandbox};

fn change(number: usize) -> String {
    format!(
        "CREATE TABLE t{number:04} (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL);\n\
         CREATE INDEX t{number:04}_name ON t{number:04} (name);\n\
         INSERT INTO t{number:04} VALUES (1, 'one');\n\
         INSERT INTO t{number:04} VALUES (2, 'two');\n\
         INSERT INTO t{number:04} VALUES (3, 'three');\n"
    )
}

fn revert(number: usize) -> String {
    format!("DROP TABLE t{number:04};\n")
}

pub(crate) fn write_for_noorm(sandbox: &Sandbox, count: usize) {
    for number in 1..=count {
        let folder = format!("changesets/2026-01-01_c{number:04}");
        sandbox.write(&format!("{folder}/change/001.sql"), change(number));
        sandbox.write(&format!("{folder}/revert/001.sql"), revert(number));
    }
}

pub(crate) fn write_for_dbmate(sandbox: &Sandbox, count: usize) {
    for number in 1..=count {
        let text = format!("-- migrate:up\n{}\n-- migrate:down\n{}", change(number), revert(number));
        sandbox.write(&format!("db/migrations/{}_c{number:04}.sql", 20_260_101_000_000 + number), text);
    }
}

/// A tool that left something out has not been faster.
pub(crate) fn check_applied(database: &Database, count: usize) {
    for number in [1, count / 2 + 1, count] {
        let rows = database.query(&format!("SELECT count(*) FROM t{number:04}"));
        assert_eq!(rows, [["3"]], "changeset {number} was not applied");
    }
}
