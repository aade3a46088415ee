//! Tables that noorm's TypeScript original made: they are changed in place with every row, never made anew.
//!
//! DDL commits, so that each statement may run twice. The version table is changed last, by one statement: up to then the
//! tables are the original's, and a process that was killed leaves them to be found again.

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found};
use noorm_guest::dialect::noorm::types::report::Failure;

use super::schema::{columns, defaults, guarded};
use super::{Place, fill};
use crate::naming::invalid;

/// The original's instants are `TIMESTAMP`, which is told in the session's time zone; in UTC they become what ours are.
const IN_UTC: &str = "SET @noorm_zone = @@SESSION.time_zone, SESSION time_zone = '+00:00'";
const AS_BEFORE: &str = "SET SESSION time_zone = @noorm_zone";

/// What the original calls otherwise: what has to be there, and the statement.
const RENAME: &[(&str, &str, &str)] = &[
    ("__noorm_change__", "id", "RENAME TABLE {noorm}__noorm_change__ TO {noorm}__noorm_changeset__"),
    (
        "__noorm_executions__",
        "change_id",
        "ALTER TABLE {noorm}__noorm_executions__ RENAME COLUMN change_id TO changeset_id",
    ),
];

/// Texts that compare exactly, and instants in UTC. A state `stale` means that the objects were torn down: it has to run
/// again.
const ALTER: &[&str] = &[
    "ALTER TABLE {noorm}__noorm_changeset__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     MODIFY COLUMN executed_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     MODIFY COLUMN error_message TEXT NOT NULL DEFAULT ('')",
    "ALTER TABLE {noorm}__noorm_executions__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     MODIFY COLUMN error_message TEXT NOT NULL DEFAULT ('')",
    "ALTER TABLE {noorm}__noorm_lock__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     MODIFY COLUMN locked_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     MODIFY COLUMN expires_at DATETIME(3) NOT NULL",
    "ALTER TABLE {noorm}__noorm_identities__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     MODIFY COLUMN public_key TEXT NOT NULL,
     MODIFY COLUMN registered_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     MODIFY COLUMN last_seen_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3))",
    "UPDATE {noorm}__noorm_changeset__ SET change_type = 'changeset' WHERE id > 0 AND change_type = 'change'",
    "UPDATE {noorm}__noorm_changeset__ SET status = 'reverted' WHERE id > 0 AND status = 'stale'",
    "ALTER TABLE {noorm}__noorm_version__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     ALTER COLUMN state_version SET DEFAULT 0,
     ALTER COLUMN settings_version SET DEFAULT 0,
     MODIFY COLUMN installed_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     MODIFY COLUMN upgraded_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     RENAME COLUMN noorm_version TO schema_version",
];

/// The original's version whose tables are known.
const CHECK: &str = "
SELECT CONCAT('its tables have version ', noorm_version, ', and version 1 is the one that is known')
FROM {noorm}__noorm_version__
WHERE noorm_version <> 1
";

pub(super) fn adopt(found: &[Found], place: &Place) -> Result<Option<Adoption>, Failure> {
    let has = |table: &str, column: &str| found.iter().any(|it| it.table == table && it.column == column);
    if !has("__noorm_version__", "noorm_version") {
        return Ok(None);
    }
    if has("__noorm_change__", "id") && has("__noorm_changeset__", "id") {
        let message =
            "there are both `__noorm_change__` and `__noorm_changeset__`, and which of them counts is not clear";
        return Err(invalid("two-tables", message));
    }
    let renamed = RENAME.iter().flat_map(|(table, column, ddl)| {
        let condition = format!("{} = 1", columns(table, column));
        guarded(&condition, ddl, place)
    });
    let altered = ALTER.iter().map(|sql| fill(&defaults(sql, place), place));
    let mut statements = vec![IN_UTC.to_owned()];
    statements.extend(renamed.chain(altered));
    statements.push(AS_BEFORE.to_owned());
    Ok(Some(Adoption {
        origin: "the tables of noorm's TypeScript original".to_owned(),
        check: fill(CHECK, place),
        statements,
    }))
}
