//! The objects and rows of a PostgreSQL database.

use noorm_testkit::PostgresDatabase;

use super::named;

/// Everything outside the system's own schemas, noorm's included; definitions are the server's own words.
const OBJECTS: &str = "
WITH spaces AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
)
SELECT 'schema', nspname, '' FROM spaces
UNION ALL
SELECT 'relation ' || c.relkind::text, s.nspname || '.' || c.relname, ''
FROM pg_class AS c JOIN spaces AS s ON s.oid = c.relnamespace
UNION ALL
SELECT 'column', c.relname || '.' || a.attname || ' ' || a.attnum,
    format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'v')
JOIN spaces AS s ON s.oid = c.relnamespace
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'index', c.relname, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN spaces AS s ON s.oid = c.relnamespace
UNION ALL
SELECT 'constraint', c.conname, pg_get_constraintdef(c.oid)
FROM pg_constraint AS c JOIN spaces AS s ON s.oid = c.connamespace
UNION ALL
SELECT 'view', v.viewname, v.definition FROM pg_views AS v JOIN spaces AS s ON s.nspname = v.schemaname
UNION ALL
SELECT 'trigger', t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger AS t WHERE NOT t.tgisinternal
UNION ALL
SELECT 'function', p.proname, pg_get_functiondef(p.oid) FROM pg_proc AS p JOIN spaces AS s ON s.oid = p.pronamespace";

const TABLES: &str = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";

pub(super) fn lines(database: &PostgresDatabase) -> Vec<String> {
    let mut lines = named("object", database.query(OBJECTS));
    let rows = |table: &String| format!("SELECT '{table}', t::text FROM {table} AS t");
    let tables: Vec<String> = database.query(TABLES).concat().iter().map(rows).collect();
    if !tables.is_empty() {
        lines.extend(named("row", database.query(&tables.join("\nUNION ALL\n"))));
    }
    lines
}
