//! Everything that is in a database, as lines that two runs have in common when they came to the same end: objects, rows,
//! and what noorm's history says. Times, durations and who ran it differ and are left out.

mod mariadb;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use noorm_testkit::{Database, Engine};

use crate::NOT_TRIED;

/// The lines of a database, and how often each is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalog(BTreeMap<String, usize>);

/// What two databases do not have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Lines that should be there and are not.
    pub lost: Vec<String>,
    /// Lines that should not be there, or not as often.
    pub doubled: Vec<String>,
}

/// What a run leaves only when it did not come to its end: a lock, a row that says that something is under way.
const OPEN: &str = "open ";

impl Catalog {
    /// How the line of a lock starts.
    pub const LOCK: &str = "open lock";

    /// Reads a database.
    #[track_caller]
    pub fn read(database: &Database) -> Self {
        let engine = database.engine();
        let mut queries: Vec<Labelled> = objects(engine).iter().map(|(what, sql)| (*what, (*sql).to_owned())).collect();
        queries.extend(history(database));
        let mut lines = ask(database, &queries);
        let tables = database.query(tables(engine)).concat();
        let rows: Vec<Labelled> = tables.iter().map(|table| ("row", rows_of(engine, table))).collect();
        lines.extend(ask(database, &rows));
        Self::of(lines)
    }

    fn of(lines: impl IntoIterator<Item = String>) -> Self {
        let mut counted = BTreeMap::new();
        for line in lines {
            *counted.entry(line).or_insert(0) += 1;
        }
        Self(counted)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.0.values().sum()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what `found` has less and more of than this one. What it left open is not part of it.
    pub fn difference(&self, found: &Self) -> Difference {
        let missing = |from: &Self, other: &Self| {
            let mut lines = Vec::new();
            for (line, count) in from.0.iter().filter(|(line, _)| !line.starts_with(OPEN)) {
                let there = other.0.get(line).copied().unwrap_or(0);
                lines.extend(std::iter::repeat_n(line.clone(), count.saturating_sub(there)));
            }
            lines
        };
        Difference { lost: missing(self, found), doubled: missing(found, self) }
    }

    /// Returns what the last run left open.
    pub fn open(&self) -> Vec<String> {
        self.0.keys().filter(|line| line.starts_with(OPEN)).cloned().collect()
    }
}

/// What the rows of a query are, and the query.
type Labelled = (&'static str, String);

fn objects(engine: Engine) -> &'static [(&'static str, &'static str)] {
    match engine {
        Engine::Sqlite => sqlite::OBJECTS,
        Engine::Postgres => postgres::OBJECTS,
        Engine::Mariadb | Engine::Mysql => mariadb::OBJECTS,
        Engine::Mssql => panic!("{NOT_TRIED}"),
    }
}

fn tables(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => sqlite::TABLES,
        Engine::Postgres => postgres::TABLES,
        Engine::Mariadb | Engine::Mysql => mariadb::TABLES,
        Engine::Mssql => panic!("{NOT_TRIED}"),
    }
}

fn rows_of(engine: Engine, table: &str) -> String {
    match engine {
        Engine::Postgres => format!("SELECT '{table}', t::text FROM {table} AS t"),
        _ => format!("SELECT '{table}', t.* FROM {table} AS t"),
    }
}

/// What the history has of each changeset and file, and what should not be there after a run's end.
fn history(database: &Database) -> [Labelled; 5] {
    let (changes, files, lock) =
        (database.tracking("changeset"), database.tracking("executions"), database.tracking("lock"));
    [
        ("applied", format!("SELECT name FROM {changes} WHERE status = 'success'")),
        // A manifest has no effect and is recorded by every attempt.
        ("ran", format!("SELECT filepath FROM {files} WHERE status = 'success' AND file_type <> 'txt'")),
        ("open changeset", format!("SELECT name FROM {changes} WHERE status = 'pending'")),
        // The file that a killed run had begun keeps its row, which tells how far it came, below an operation that failed.
        (
            "open file",
            format!(
                "SELECT filepath FROM {files} AS f JOIN {changes} AS c ON c.id = f.changeset_id \
                 WHERE f.status = 'pending' AND c.status <> 'failed'"
            ),
        ),
        (Catalog::LOCK, format!("SELECT locked_by FROM {lock}")),
    ]
}

/// Asks several queries, and makes a line of each row. A server is asked once: logging in takes longer than the queries.
fn ask(database: &Database, queries: &[Labelled]) -> Vec<String> {
    let line = |row: &[String]| row.join(" | ");
    if database.engine() == Engine::Sqlite {
        let rows = |(what, sql): &Labelled| {
            let rows = database.query(sql);
            rows.iter().map(|row| format!("{what} | {}", line(row))).collect::<Vec<_>>()
        };
        return queries.iter().flat_map(rows).collect();
    }
    let labelled = |(what, sql): &Labelled| format!("SELECT '{what}', q.* FROM ({sql}) AS q");
    let text = queries.iter().map(labelled).collect::<Vec<_>>().join(";\n");
    if text.is_empty() { Vec::new() } else { database.query(&text).iter().map(|row| line(row)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog(lines: &[&str]) -> Catalog {
        Catalog::of(lines.iter().map(|line| (*line).to_owned()))
    }

    #[test]
    fn what_is_missing_is_lost_and_what_is_more_is_doubled() {
        let (expected, found) = (catalog(&["a", "b", "b"]), catalog(&["b", "c", "c", "open lock x"]));
        let difference = expected.difference(&found);
        assert_eq!(difference.lost, ["a", "b"]);
        assert_eq!(difference.doubled, ["c", "c"]);
        assert_eq!(found.open(), ["open lock x"]);
        assert_eq!(expected.difference(&expected), Difference::default());
        assert_eq!((expected.len(), expected.is_empty()), (3, false));
    }
}
