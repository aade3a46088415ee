//! Tables that noorm's TypeScript original made: they are changed in place with every row, never made anew.
//!
//! DDL commits, so that each statement may run twice. The version table is changed last, by one statement: up to then the
//! tables are the original's, and a process that was killed leaves them to be found again.

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found};
use noorm_guest::dialect::noorm::types::report::Failure;

use super::schema::{columns, defaults, guarded};
use super::{Place, fill};

/// The original's instants are `TIMESTAMP`, which is told in the session's time zone; in UTC they become what ours are.
const IN_UTC: &str = "SET @noorm_zone = @@SESSION.time_zone, SESSION time_zone = '+00:00'";
const AS_BEFORE: &str = "SET SESSION time_zone = @noorm_zone";

/// What the original calls otherwise, and a table that it may lack: what has to be there, and the statement.
const IF_THERE: &[(&str, &str, &str)] = &[
    ("__noorm_change__", "id", "RENAME TABLE {noorm}__noorm_change__ TO {noorm}__noorm_changeset__"),
    (
        "__noorm_executions__",
        "change_id",
        "ALTER TABLE {noorm}__noorm_executions__ RENAME COLUMN change_id TO changeset_id",
    ),
    (
        "__noorm_identities__",
        "id",
        "ALTER TABLE {noorm}__noorm_identities__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
         MODIFY COLUMN public_key TEXT NOT NULL,
         MODIFY COLUMN registered_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
         MODIFY COLUMN last_seen_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3))",
    ),
];

/// Texts that compare exactly, instants in UTC, and words of the data model. The version 0 is that of tables that were only
/// just taken over; the upgrade from 0 makes what is missing. It comes first: whoever is second fails there, and marks no
/// file that runs by now as one that did not.
const ALWAYS: &[&str] = &[
    "UPDATE {noorm}__noorm_version__ SET noorm_version = 0 WHERE id > 0",
    "ALTER TABLE {noorm}__noorm_changeset__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     MODIFY COLUMN executed_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     MODIFY COLUMN error_message TEXT NOT NULL DEFAULT ('')",
    "ALTER TABLE {noorm}__noorm_executions__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     MODIFY COLUMN error_message TEXT NOT NULL DEFAULT ('')",
    "ALTER TABLE {noorm}__noorm_lock__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     MODIFY COLUMN locked_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     MODIFY COLUMN expires_at DATETIME(3) NOT NULL",
    "UPDATE {noorm}__noorm_changeset__ SET change_type = 'changeset' WHERE id > 0 AND change_type = 'change'",
    "UPDATE {noorm}__noorm_executions__ SET status = 'skipped', skip_reason = 'changeset failed'
     WHERE id > 0 AND status = 'pending'",
    "ALTER TABLE {noorm}__noorm_version__ CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
     ALTER COLUMN state_version SET DEFAULT 0,
     ALTER COLUMN settings_version SET DEFAULT 0,
     MODIFY COLUMN installed_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     MODIFY COLUMN upgraded_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
     RENAME COLUMN noorm_version TO schema_version",
];

/// What speaks against it: another version, and words that no version 1 wrote. The casts give the reasons one collation,
/// whatever the tables have.
const CHECK: &str = "
SELECT
    CAST(CONCAT('they have version ', noorm_version, ', and version 1 is the one that is known') AS CHAR),
    'use a newer noorm'
FROM {noorm}__noorm_version__
WHERE noorm_version NOT IN (0, 1)
UNION ALL
SELECT
    CAST(CONCAT(
        'operation ', id, ' is a `', change_type, '` in the direction `', direction, '` with the status `', status,
        '`, which this noorm does not know'
    ) AS CHAR),
    'use a newer noorm'
FROM {noorm}{operations}
WHERE change_type NOT IN ('build', 'run', 'change', 'changeset') OR direction NOT IN ('change', 'revert')
    OR status NOT IN ('pending', 'success', 'failed', 'reverted', 'stale')
UNION ALL
SELECT DISTINCT
    CAST(CONCAT('a file has the status `', status, '`, which this noorm does not know') AS CHAR), 'use a newer noorm'
FROM {noorm}__noorm_executions__
WHERE status NOT IN ('pending', 'success', 'failed', 'skipped')
";

pub(super) fn adopt(found: &[Found], place: &Place) -> Result<Option<Adoption>, Failure> {
    let has = |table: &str| found.iter().any(|it| it.table == table);
    let is_original = |it: &Found| it.table == "__noorm_version__" && it.column == "noorm_version";
    if !found.iter().any(is_original) {
        return Ok(None);
    }
    let reason = |reason: &str, hint: &str| format!("SELECT '{reason}', '{hint}'");
    // The first statements may have run already.
    let operations = if has("__noorm_change__") { "__noorm_change__" } else { "__noorm_changeset__" };
    let missing = [operations, "__noorm_executions__", "__noorm_lock__"].into_iter().find(|table| !has(table));
    let check = match missing {
        Some("__noorm_changeset__") => reason("the table `__noorm_change__` is missing", "restore it from a backup"),
        Some(table) => reason(&format!("the table `{table}` is missing"), "restore it from a backup"),
        None if has("__noorm_change__") && has("__noorm_changeset__") => reason(
            "there is `__noorm_changeset__` beside `__noorm_change__`, and which of them counts is not clear",
            "keep the one that counts; rename or drop the other",
        ),
        None => fill(CHECK, place).replace("{operations}", operations),
    };
    let if_there = IF_THERE.iter().flat_map(|(table, column, ddl)| {
        let condition = format!("{} = 1", columns(table, column));
        guarded(&condition, &defaults(ddl, place), place)
    });
    let always = ALWAYS.iter().map(|sql| fill(&defaults(sql, place), place));
    let statements: Vec<String> = [IN_UTC.to_owned()].into_iter().chain(if_there).chain(always).collect();
    let mut statements = place.in_turn(statements);
    statements.push(AS_BEFORE.to_owned());
    Ok(Some(Adoption { origin: "the tables of noorm's TypeScript original".to_owned(), check, statements }))
}
