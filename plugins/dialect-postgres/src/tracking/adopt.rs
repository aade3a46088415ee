//! Tables that stand elsewhere or that noorm's TypeScript original made: they are moved with every row, never made anew.

use std::collections::BTreeSet;

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found};
use noorm_guest::dialect::noorm::types::report::Failure;

use super::schema::LATEST;
use super::{Place, fill, string};
use crate::naming::quoted;

/// Makes the tables of another schema noorm's. The first table has to be there: whoever comes second fails, and looks
/// again. The original's defaults are local times.
const MOVE: &[&str] = &[
    "{make noorm}",
    "ALTER TABLE {old}.__noorm_version__ SET SCHEMA {noorm}",
    "ALTER TABLE {old}.__noorm_changeset__ SET SCHEMA {noorm}",
    "ALTER TABLE {old}.__noorm_executions__ SET SCHEMA {noorm}",
    "ALTER TABLE {old}.__noorm_lock__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_identities__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_secrets__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_vault__ SET SCHEMA {noorm}",
    "ALTER TABLE {noorm}.__noorm_version__
     ALTER COLUMN installed_at SET DEFAULT (now() AT TIME ZONE 'UTC'),
     ALTER COLUMN upgraded_at SET DEFAULT (now() AT TIME ZONE 'UTC')",
    "ALTER TABLE {noorm}.__noorm_changeset__ ALTER COLUMN executed_at SET DEFAULT (now() AT TIME ZONE 'UTC')",
    "ALTER TABLE {noorm}.__noorm_lock__ ALTER COLUMN locked_at SET DEFAULT (now() AT TIME ZONE 'UTC')",
    "ALTER TABLE IF EXISTS {noorm}.__noorm_identities__
     ALTER COLUMN registered_at SET DEFAULT (now() AT TIME ZONE 'UTC'),
     ALTER COLUMN last_seen_at SET DEFAULT (now() AT TIME ZONE 'UTC')",
];

/// What the original calls otherwise, before the move. Its instants are in the time zone that the server gives a session
/// unasked. The version 0 marks what was here; the upgrade from 0 makes what is missing.
const RENAME: &[&str] = &[
    "ALTER TABLE {old}.__noorm_change__ RENAME TO __noorm_changeset__",
    "ALTER TABLE {old}.__noorm_executions__ RENAME COLUMN change_id TO changeset_id",
    "UPDATE {old}.__noorm_changeset__
     SET change_type = CASE change_type WHEN 'change' THEN 'changeset' ELSE change_type END,
         executed_at = executed_at AT TIME ZONE current_setting('TimeZone') AT TIME ZONE 'UTC'",
    "UPDATE {old}.__noorm_executions__ SET status = 'skipped', skip_reason = 'changeset failed' WHERE status = 'pending'",
    "ALTER TABLE {old}.__noorm_version__ RENAME COLUMN noorm_version TO schema_version",
    "ALTER TABLE {old}.__noorm_version__
     ALTER COLUMN state_version SET DEFAULT 0, ALTER COLUMN settings_version SET DEFAULT 0",
    "UPDATE {old}.__noorm_version__
     SET schema_version = 0,
         installed_at = installed_at AT TIME ZONE current_setting('TimeZone') AT TIME ZONE 'UTC',
         upgraded_at = upgraded_at AT TIME ZONE current_setting('TimeZone') AT TIME ZONE 'UTC'",
];

/// What speaks against taking over noorm's own tables.
const CHECK_OURS: &str = "
SELECT
    'they have version ' || schema_version || ', and this noorm knows versions up to {latest}', 'use a newer noorm'
FROM {old}.__noorm_version__
WHERE schema_version > {latest} AND id = (SELECT max(id) FROM {old}.__noorm_version__)
";

/// What speaks against taking over the original's: another version, and words that no version 1 wrote.
const CHECK_ORIGINAL: &str = "
SELECT
    'they have version ' || noorm_version || ', and version 1 is the one that is known', 'use a newer noorm'
FROM {old}.__noorm_version__
WHERE noorm_version <> 1 AND id = (SELECT max(id) FROM {old}.__noorm_version__)
UNION ALL
SELECT DISTINCT
    'operation ' || id || ' is a `' || change_type || '` in the direction `' || direction || '` with the status `'
    || status || '`, which this noorm does not know', 'use a newer noorm'
FROM {old}.__noorm_change__
WHERE change_type NOT IN ('build', 'run', 'change') OR direction NOT IN ('change', 'revert')
    OR status NOT IN ('pending', 'success', 'failed', 'reverted', 'stale')
UNION ALL
SELECT DISTINCT
    'a file has the status `' || status || '`, which this noorm does not know', 'use a newer noorm'
FROM {old}.__noorm_executions__
WHERE status NOT IN ('pending', 'success', 'failed', 'skipped')
";

/// A later version of the original has its tables where noorm's belong, under other names.
const CHECK_LATER: &str = "
SELECT
    'they have version ' || coalesce(max(noorm_version)::text, 'unknown') || ', and version 1 is the one that is known',
    'use a newer noorm'
FROM {noorm}.version
";

const SEVERAL: &str = "
SELECT
    'which of them count is not clear',
    'keep the ones that count; rename the schemas of the others, or drop their tables'
";

/// An installation that was found.
struct Installation<'a> {
    schema: &'a str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ours,
    Original,
    LaterOriginal,
}

pub(super) fn adopt(found: &[Found], place: &Place) -> Result<Option<Adoption>, Failure> {
    let installations: Vec<Installation<'_>> = found.iter().filter_map(installation).collect();
    let [one] = installations.as_slice() else {
        return Ok((!installations.is_empty()).then(|| several(&installations)));
    };
    let (schema, old) = (one.schema, quoted(one.schema)?);
    let text = |sql: &str| fill(sql, place).replace("{old}", &old).replace("{latest}", &LATEST.to_string());
    let texts = |parts: &[&[&str]]| parts.concat().into_iter().map(text).collect();
    let (of, mut check, statements) = match one.kind {
        Kind::Ours => ("noorm's tables", text(CHECK_OURS), texts(&[MOVE])),
        Kind::Original => (ORIGINAL, text(CHECK_ORIGINAL), texts(&[RENAME, MOVE])),
        Kind::LaterOriginal => (ORIGINAL, text(CHECK_LATER), Vec::new()),
    };
    if let Some(missing) = missing(found, one) {
        let reason = string(&format!("the table `{missing}` is missing"));
        check = format!("SELECT {reason}, 'restore it from a backup'");
    }
    Ok(Some(Adoption { origin: format!("{of} in the schema `{schema}`"), check, statements }))
}

const ORIGINAL: &str = "the tables of noorm's TypeScript original";

fn installation(found: &Found) -> Option<Installation<'_>> {
    let kind = match (found.table.as_str(), found.column.as_str()) {
        ("__noorm_version__", "schema_version") => Kind::Ours,
        ("__noorm_version__", "noorm_version") => Kind::Original,
        ("version", "noorm_version") => Kind::LaterOriginal,
        _ => return None,
    };
    Some(Installation { schema: &found.schema, kind })
}

/// Nobody can tell which ones count: that speaks against all of them.
fn several(installations: &[Installation<'_>]) -> Adoption {
    let schemas: BTreeSet<String> = installations.iter().map(|it| format!("`{}`", it.schema)).collect();
    let schemas = schemas.into_iter().collect::<Vec<_>>().join(" and ");
    Adoption {
        origin: format!("tables of noorm's in the schemas {schemas}"),
        check: SEVERAL.trim().to_owned(),
        statements: Vec::new(),
    }
}

/// Returns a table that the installation has to have and has not.
fn missing(found: &[Found], one: &Installation<'_>) -> Option<&'static str> {
    let operations = match one.kind {
        Kind::Ours => "__noorm_changeset__",
        Kind::Original => "__noorm_change__",
        Kind::LaterOriginal => return None,
    };
    let has = |table: &str| found.iter().any(|it| it.schema == one.schema && it.table == table);
    [operations, "__noorm_executions__", "__noorm_lock__"].into_iter().find(|table| !has(table))
}
