//! A SQLite file, asked without noorm.

use std::path::PathBuf;

/// A SQLite file, which need not exist yet.
pub struct SqliteFile {
    path: PathBuf,
}

impl SqliteFile {
    /// Names the file.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Returns the file.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Returns the rows of a query as text; NULL is `NULL`. A file that is missing is an empty database, and stays missing.
    #[track_caller]
    pub fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let connection = if self.path.exists() {
            rusqlite::Connection::open(&self.path).unwrap()
        } else {
            rusqlite::Connection::open_in_memory().unwrap()
        };
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|at| Ok(text(row.get_ref(at)?))).collect()).unwrap();
        rows.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

fn text(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Database;

    #[test]
    fn a_sqlite_file_that_is_missing_is_empty_and_stays_missing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.db");
        let database = Database::Sqlite(SqliteFile::new(path.clone()));
        assert!(!database.has_table("a"));
        assert!(!path.exists());
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE a (id); INSERT INTO a VALUES (1.5)")
            .unwrap();
        assert!(database.has_table("a"));
        assert_eq!(database.query("SELECT id, NULL FROM a"), [["1.5", "NULL"]]);
    }
}
