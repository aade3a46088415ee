//! The objects and rows of a SQLite file.

use noorm_testkit::SqliteFile;

use super::named;

/// SQLite keeps the text of every object, noorm's own included.
const OBJECTS: &str = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema";

const TABLES: &str = r"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\_\_noorm%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'";

/// What should return a single `ok`, and nothing.
const CHECKS: [&str; 2] = ["PRAGMA integrity_check", "PRAGMA foreign_key_check"];

pub(super) fn lines(file: &SqliteFile) -> Vec<String> {
    let mut lines = named("object", file.query(OBJECTS));
    for table in file.query(TABLES).concat() {
        lines.extend(named(&format!("row {table}"), file.query(&format!("SELECT * FROM {table}"))));
    }
    lines.extend(CHECKS.iter().flat_map(|check| named("check", file.query(check))));
    lines
}
