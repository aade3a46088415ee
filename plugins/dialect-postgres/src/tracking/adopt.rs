//! Tables that stand elsewhere or that noorm's TypeScript original made: they are moved with every row, never made anew.

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found};
use noorm_guest::dialect::noorm::types::report::Failure;

use super::{Place, fill};
use crate::naming::{invalid, quoted};

/// Tables of noorm's in another schema. The version row tells the rest.
const MOVE: &[&str] = &[
    "CREATE SCHEMA IF NOT EXISTS {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_version__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_changeset__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_executions__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_lock__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_identities__ SET SCHEMA {noorm}",
    "ALTER TABLE IF EXISTS {old}.__noorm_secrets__ SET SCHEMA {noorm}",
];

/// What the original calls otherwise. A state `stale` means that the objects were torn down: it has to run again.
const RENAME: &[&str] = &[
    "ALTER TABLE {old}.__noorm_change__ RENAME TO __noorm_changeset__",
    "ALTER TABLE {old}.__noorm_executions__ RENAME COLUMN change_id TO changeset_id",
    "UPDATE {old}.__noorm_changeset__ SET change_type = 'changeset' WHERE change_type = 'change'",
    "UPDATE {old}.__noorm_changeset__ SET status = 'reverted' WHERE status = 'stale'",
    "ALTER TABLE {old}.__noorm_version__ RENAME COLUMN noorm_version TO schema_version",
    "ALTER TABLE {old}.__noorm_version__ ALTER COLUMN state_version SET DEFAULT 0",
    "ALTER TABLE {old}.__noorm_version__ ALTER COLUMN settings_version SET DEFAULT 0",
    "UPDATE {old}.__noorm_version__ SET schema_version = 1",
];

/// The original's version whose tables are known.
const CHECK: &str = "
SELECT 'its tables have version ' || noorm_version || ', and version 1 is the one that is known'
FROM {old}.__noorm_version__
WHERE noorm_version <> 1
";

pub(super) fn adopt(found: &[Found], place: &Place) -> Result<Option<Adoption>, Failure> {
    let version = |column: &str| {
        let columns = found.iter().filter(|it| it.table == "__noorm_version__" && it.column == column);
        columns.map(|it| it.schema.as_str()).collect::<Vec<_>>()
    };
    let (ours, originals) = (version("schema_version"), version("noorm_version"));
    let (schema, is_original) = match (ours.as_slice(), originals.as_slice()) {
        ([], []) => return Ok(None),
        ([schema], []) => (*schema, false),
        ([], [schema]) => (*schema, true),
        _ => {
            let message = "noorm's tables are in several schemas, and which of them count is not clear";
            return Err(invalid("several-schemas", message));
        }
    };
    let old = quoted(schema)?;
    let text = |sql: &&str| fill(sql, place).replace("{old}", &old);
    let (origin, check, statements) = match is_original {
        true => (
            format!("the tables of noorm's TypeScript original in the schema `{schema}`"),
            text(&CHECK),
            RENAME.iter().chain(MOVE).map(text).collect(),
        ),
        false => (format!("noorm's tables in the schema `{schema}`"), String::new(), MOVE.iter().map(text).collect()),
    };
    Ok(Some(Adoption { origin, check, statements }))
}
