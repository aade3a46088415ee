//! The objects and tables of a SQLite file. SQLite keeps the text of every object; noorm's own are among them.

pub(super) const OBJECTS: &[(&str, &str)] = &[
    ("object", "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"),
    // A single `ok`, and nothing.
    ("integrity", "PRAGMA integrity_check"),
    ("foreign key", "PRAGMA foreign_key_check"),
];

pub(super) const TABLES: &str = r"
SELECT name FROM sqlite_schema
WHERE type = 'table' AND name NOT LIKE '\_\_noorm%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'";
