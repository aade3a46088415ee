//! Everything that is in a database, as lines that two runs have in common when they came to the same end: objects, rows,
//! and what noorm's history says. Times, durations and who ran it differ and are left out.

mod mariadb;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use noorm_testkit::Database;

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
    /// Reads a database.
    #[track_caller]
    pub fn read(database: &Database) -> Self {
        let mut lines = match database {
            Database::Sqlite(file) => sqlite::lines(file),
            Database::Postgres(postgres) => postgres::lines(postgres),
            Database::Mariadb(mariadb) => mariadb::lines(mariadb),
        };
        lines.extend(history(database));
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

/// What the history has of each changeset and file, and what should not be there after a run's end.
fn history(database: &Database) -> Vec<String> {
    let (changes, files, lock) =
        (database.tracking("changeset"), database.tracking("executions"), database.tracking("lock"));
    // A manifest has no effect and is recorded by every attempt.
    let queries = [
        ("applied", format!("SELECT name FROM {changes} WHERE status = 'success'")),
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
        ("open lock", format!("SELECT locked_by FROM {lock}")),
    ];
    queries.iter().flat_map(|(what, sql)| named(what, database.query(sql))).collect()
}

/// One line for each row.
fn named(what: &str, rows: Vec<Vec<String>>) -> Vec<String> {
    rows.into_iter().map(|row| format!("{what} {}", row.join(" | "))).collect()
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
