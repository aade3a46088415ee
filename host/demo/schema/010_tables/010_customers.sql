-- An edited file runs again, so every file here may run on a database that has it already.
CREATE TABLE IF NOT EXISTS customers (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    since TEXT NOT NULL DEFAULT CURRENT_DATE
);
