//! Tables that stand elsewhere or that noorm's TypeScript original made: they are moved with every row, never made anew.

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found};
use noorm_guest::dialect::noorm::types::report::Failure;

use super::fill;

/// What the original calls otherwise. Its version table cannot take rows of ours, so it is made anew around its rows. A
/// state `stale` means that the objects were torn down: it has to run again.
const RENAME: &[&str] = &[
    "ALTER TABLE {noorm}__noorm_change__ RENAME TO __noorm_changeset__",
    "ALTER TABLE {noorm}__noorm_executions__ RENAME COLUMN change_id TO changeset_id",
    "UPDATE {noorm}__noorm_changeset__ SET change_type = 'changeset' WHERE change_type = 'change'",
    "UPDATE {noorm}__noorm_changeset__ SET status = 'reverted' WHERE status = 'stale'",
    "ALTER TABLE {noorm}__noorm_version__ RENAME TO __noorm_version_original__",
    super::schema::VERSION,
    "INSERT INTO {noorm}__noorm_version__ (id, cli_version, schema_version, installed_at, upgraded_at)
     SELECT id, cli_version, 1, installed_at, upgraded_at FROM {noorm}__noorm_version_original__",
    "DROP TABLE {noorm}__noorm_version_original__",
];

/// The original's version whose tables are known.
const CHECK: &str = "
SELECT 'its tables have version ' || noorm_version || ', and version 1 is the one that is known'
FROM {noorm}__noorm_version__
WHERE noorm_version <> 1
";

pub(super) fn adopt(found: &[Found], place: &str) -> Result<Option<Adoption>, Failure> {
    let is_original = |it: &Found| it.table == "__noorm_version__" && it.column == "noorm_version";
    if !found.iter().any(is_original) {
        return Ok(None);
    }
    Ok(Some(Adoption {
        origin: "the tables of noorm's TypeScript original".to_owned(),
        check: fill(CHECK, place),
        statements: RENAME.iter().map(|sql| fill(sql, place)).collect(),
    }))
}
