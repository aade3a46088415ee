//! What PostgreSQL has and CockroachDB does not (cockroachlabs.com/docs/stable/postgresql-compatibility), so that a script is
//! refused before its first statement runs, with its place.

use std::ops::Range;

use noorm_guest::quirk::{Diagnostic, Piece, Statement};

/// First words of statements, and what to do instead.
const STATEMENTS: &[(&str, &str)] = &[
    ("LISTEN", "use a changefeed, or a queue outside the database"),
    ("NOTIFY", "use a changefeed, or a queue outside the database"),
    ("UNLISTEN", "use a changefeed, or a queue outside the database"),
    ("VACUUM", "remove it: there is nothing to be vacuumed"),
    ("CLUSTER", "remove it: a table is stored by its primary key"),
    ("REINDEX", "remove it: an index does not bloat"),
    ("LOCK", "use `SELECT … FOR UPDATE` on the rows that matter"),
    ("CREATE RULE", "use a view, or a trigger"),
    ("CREATE DOMAIN", "use the type itself, with a check on the column"),
    ("CREATE TABLESPACE", "use zone configurations"),
    ("CREATE SUBSCRIPTION", "use a changefeed on the other side"),
    ("CREATE PUBLICATION", "use a changefeed"),
];

/// What their names begin with: the functions are there and lock nothing.
const ADVISORY: [&str; 2] = ["pg_advisory_", "pg_try_advisory_"];

/// Refuses statements that CockroachDB does not have.
pub(crate) fn statement(statement: &Statement<'_>, _piece: &mut Piece) -> Result<(), Diagnostic> {
    match lacking(statement.text) {
        Some((words, help, place)) => {
            Err(statement.error("not-in-cockroachdb", format!("CockroachDB has no `{words}`"), place, help))
        }
        None => Ok(()),
    }
}

/// Refuses locks that nobody would hold.
pub(crate) fn function(statement: &Statement<'_>, _piece: &mut Piece) -> Result<(), Diagnostic> {
    let Some(place) = advisory(statement.text) else { return Ok(()) };
    let message = format!("`{}` locks nothing in CockroachDB", &statement.text[place.clone()]);
    Err(statement.error("no-advisory-locks", message, place, "lock a row with `SELECT … FOR UPDATE`"))
}

/// Returns where the first advisory lock is named.
fn advisory(text: &str) -> Option<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let start = ADVISORY.iter().filter_map(|name| lower.find(name)).min()?;
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(start..start + end)
}

fn lacking(text: &str) -> Option<(&'static str, &'static str, Range<usize>)> {
    STATEMENTS.iter().find_map(|(words, help)| {
        let mut end = 0;
        for word in words.split(' ') {
            let rest = &text[end..];
            let start = end + rest.len() - rest.trim_start().len();
            let found = text.get(start..start + word.len())?;
            let is_whole = !text[start + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
            if !found.eq_ignore_ascii_case(word) || !is_whole {
                return None;
            }
            end = start + word.len();
        }
        Some((*words, *help, 0..end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_found_by_its_first_words() {
        for (text, found) in [
            ("LISTEN a", Some(("LISTEN", 0..6))),
            ("create\n domain d AS text", Some(("CREATE DOMAIN", 0..14))),
            ("LISTENER", None),
            ("CREATE TABLE domain (a int)", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(lacking(text).map(|(words, _, place)| (words, place)), found, "{text}");
        }
    }
    #[test]
    fn advisory_locks_are_found_whether_they_wait_or_not() {
        for (text, found) in [
            ("SELECT pg_advisory_lock(1)", Some("pg_advisory_lock")),
            ("SELECT PG_TRY_ADVISORY_XACT_LOCK(1)", Some("PG_TRY_ADVISORY_XACT_LOCK")),
            ("SELECT pg_try_advisory_lock(1), pg_advisory_unlock(1)", Some("pg_try_advisory_lock")),
            ("SELECT pg_advisory_unlock(1), pg_try_advisory_lock(1)", Some("pg_advisory_unlock")),
            ("SELECT pg_backend_pid()", None),
        ] {
            assert_eq!(advisory(text).map(|place| &text[place]), found, "{text}");
        }
    }
}
