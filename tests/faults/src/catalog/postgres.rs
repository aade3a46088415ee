//! The objects and tables of a PostgreSQL database: everything outside the system's own schemas, noorm's included.
//! Definitions are the server's own words.

pub(super) const OBJECTS: &[(&str, &str)] = &[
    ("schema", "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'"),
    (
        "relation",
        "
SELECT c.relkind, c.relnamespace::regnamespace, c.relname FROM pg_class AS c
WHERE c.relnamespace::regnamespace::text IN ('public', 'noorm')",
    ),
    (
        "column",
        "
SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace::regnamespace::text IN ('public', 'noorm') AND c.relkind IN ('r', 'v') AND a.attnum > 0
    AND NOT a.attisdropped",
    ),
    (
        "index",
        "
SELECT pg_get_indexdef(i.indexrelid), i.indisvalid
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace::regnamespace::text IN ('public', 'noorm')",
    ),
    (
        "constraint",
        "
SELECT c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint AS c
WHERE c.connamespace::regnamespace::text IN ('public', 'noorm')",
    ),
    ("view", "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'"),
    ("trigger", "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"),
    ("function", "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"),
];

pub(super) const TABLES: &str = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
