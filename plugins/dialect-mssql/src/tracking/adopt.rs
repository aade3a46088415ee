//! Tables that stand elsewhere or that noorm's TypeScript original made: they become noorm's with every row.
//!
//! noorm's own are moved, where the product is known to move tables, and copied where it is not. The original's are copied
//! and then dropped: their texts are not Unicode, and a column that has a default or an index cannot be given another type
//! in place. What has been done is not done again, and the version comes
//! last: where a process was killed between two statements and the product did not take them back, the tables are found
//! again.

use std::collections::BTreeSet;

use noorm_guest::dialect::exports::noorm::dialect::tracking::{Adoption, Found};
use noorm_guest::dialect::noorm::types::report::Failure;

use super::schema::{LATEST, Step, UPGRADES, V1, table_in};
use super::{Place, fill};
use crate::literals::string;
use crate::naming::quoted;

/// What noorm's own installation consists of; the version is looked for, and moved last.
const OURS: &[&str] =
    &["__noorm_executions__", "__noorm_changeset__", "__noorm_lock__", "__noorm_identities__", SECRETS, VAULT];
const VERSION: &str = "__noorm_version__";

/// Tables that not every installation has, with the same columns in all.
const SECRETS: &str = "__noorm_secrets__";
const VAULT: &str = "__noorm_vault__";

/// What the original's consists of, in the order in which it can be dropped.
const ORIGINALS: &[&str] = &["__noorm_executions__", "__noorm_change__", "__noorm_lock__", "__noorm_identities__"];

/// A table and what its rows become: the table, noorm's table, its columns and their values.
struct Copy<'a> {
    from: &'a str,
    to: &'a str,
    columns: &'a str,
    values: &'a str,
}

/// The original leaves these instants to the server, which takes its own time zone: they are told in UTC by what that is
/// ahead of it now. Operations come before the files that refer to them, and the version last, when all others are gone.
const COPIES: &[Copy<'_>] = &[
    Copy {
        from: "__noorm_change__",
        to: "__noorm_changeset__",
        columns: "id, name, change_type, direction, checksum, executed_at, executed_by, config_name, cli_version, status, \
                  error_message, duration_ms",
        values: "id, name, CASE change_type WHEN N'change' THEN N'changeset' ELSE change_type END, direction, checksum, \
                 {utc executed_at}, executed_by, config_name, cli_version, status, error_message, duration_ms",
    },
    Copy {
        from: "__noorm_executions__",
        to: "__noorm_executions__",
        columns: "id, changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason, \
                  duration_ms",
        values: "id, change_id, filepath, file_type, checksum, cli_version, \
                 CASE status WHEN N'pending' THEN N'skipped' ELSE status END, error_message, \
                 CASE status WHEN N'pending' THEN N'changeset failed' ELSE skip_reason END, duration_ms",
    },
    Copy {
        from: "__noorm_lock__",
        to: "__noorm_lock__",
        columns: "id, config_name, locked_by, locked_at, expires_at, reason",
        values: "id, config_name, locked_by, locked_at, expires_at, reason",
    },
    Copy {
        from: "__noorm_identities__",
        to: "__noorm_identities__",
        columns: "id, identity_hash, email, name, machine, os, public_key, registered_at, last_seen_at",
        values: "id, identity_hash, email, name, machine, os, public_key, registered_at, last_seen_at",
    },
];

/// The version 0 marks what was here; the upgrade from 0 makes what is missing.
const COPY_VERSION: Copy<'_> = Copy {
    from: VERSION,
    to: VERSION,
    columns: "id, cli_version, schema_version, installed_at, upgraded_at",
    values: "id, cli_version, 0, {utc installed_at}, {utc upgraded_at}",
};

impl Copy<'_> {
    /// Copies the rows that are not there yet, with their ids.
    fn statement(&self) -> String {
        let Self { from, to, columns, values } = self;
        let mut values = (*values).to_owned();
        for column in ["executed_at", "installed_at", "upgraded_at"] {
            let utc = format!("DATEADD(MINUTE, -DATEPART(TZOFFSET, SYSDATETIMEOFFSET()), {column})");
            values = values.replace(&format!("{{utc {column}}}"), &utc);
        }
        format!(
            "IF {}\nBEGIN\n\
             SET IDENTITY_INSERT {{noorm}}.{to} ON;\n\
             INSERT INTO {{noorm}}.{to} ({columns})\nSELECT {values}\nFROM {{old}}.{from} AS former\n\
             WHERE NOT EXISTS (SELECT 1 FROM {{noorm}}.{to} AS ours WHERE ours.id = former.id);\n\
             SET IDENTITY_INSERT {{noorm}}.{to} OFF;\n\
             END",
            table_in("{'old'}", from)
        )
    }
}

/// What speaks against taking over noorm's own tables.
const CHECK_OURS: &str = "
SELECT
    N'they have version ' + CAST(schema_version AS NVARCHAR(20)) + N', and this noorm knows versions up to {latest}',
    N'use a newer noorm'
FROM {old}.__noorm_version__
WHERE schema_version > {latest} AND id = (SELECT MAX(id) FROM {old}.__noorm_version__)
";

/// What speaks against taking over the original's: another version, and words that no version 1 wrote.
const CHECK_ORIGINAL: &str = "
SELECT
    N'they have version ' + CAST(noorm_version AS NVARCHAR(20)) + N', and version 1 is the one that is known',
    N'use a newer noorm'
FROM {old}.__noorm_version__
WHERE noorm_version <> 1 AND id = (SELECT MAX(id) FROM {old}.__noorm_version__)
";

const CHECK_OPERATIONS: &str = "
UNION ALL
SELECT
    N'operation ' + CAST(id AS NVARCHAR(20)) + N' is a `' + change_type + N'` in the direction `' + direction
    + N'` with the status `' + status + N'`, which this noorm does not know', N'use a newer noorm'
FROM {old}.__noorm_change__
WHERE change_type NOT IN (N'build', N'run', N'change') OR direction NOT IN (N'change', N'revert')
    OR status NOT IN (N'pending', N'success', N'failed', N'reverted', N'stale')
";

const CHECK_FILES: &str = "
UNION ALL
SELECT DISTINCT
    N'a file has the status `' + status + N'`, which this noorm does not know', N'use a newer noorm'
FROM {old}.__noorm_executions__
WHERE status NOT IN (N'pending', N'success', N'failed', N'skipped')
";

/// A later version of the original has its tables where noorm's belong, under other names.
const CHECK_LATER: &str = "
SELECT
    N'they have version ' + COALESCE(CAST(MAX(noorm_version) AS NVARCHAR(20)), N'unknown')
    + N', and version 1 is the one that is known', N'use a newer noorm'
FROM {noorm}.version
";

const SEVERAL: &str = "
SELECT
    N'which of them count is not clear',
    N'keep the ones that count; rename the schemas of the others, or drop their tables'
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
    let installations: Vec<Installation<'_>> = found.iter().filter_map(|it| installation(it, place)).collect();
    let [one] = installations.as_slice() else {
        return Ok((!installations.is_empty()).then(|| several(&installations)));
    };
    let old = quoted(one.schema)?;
    let text = |sql: &str| {
        let filled = fill(sql, place).replace("{old}", &old).replace("{'old'}", &string(one.schema));
        filled.replace("{latest}", &LATEST.to_string())
    };
    let has = |table: &str| found.iter().any(|it| it.schema == one.schema && it.table == table);
    // What has been moved or copied already is in the schema of noorm's.
    let has_ours = |table: &str| found.iter().any(|it| place.is_here(&it.schema) && it.table == table);
    let (of, check, statements) = match one.kind {
        Kind::Ours if place.product.is_microsofts() => (OURS_FOUND, CHECK_OURS.to_owned(), moves(&text)),
        Kind::Ours => (OURS_FOUND, CHECK_OURS.to_owned(), copies_of_ours(found, one.schema, &text)),
        Kind::Original => (ORIGINAL, check_original(has), copies(&text)),
        Kind::LaterOriginal => (ORIGINAL, CHECK_LATER.to_owned(), Vec::new()),
    };
    let missing = needed(one.kind).iter().find(|(table, ours)| !has(table) && !has_ours(ours));
    let check = match missing {
        Some((table, _)) => {
            let reason = string(&format!("the table `{table}` is missing"));
            format!("SELECT {reason}, N'restore it from a backup'")
        }
        None => text(&check),
    };
    Ok(Some(Adoption { origin: format!("{of} in the schema `{}`", one.schema), check, statements }))
}

const OURS_FOUND: &str = "noorm's tables";
const ORIGINAL: &str = "the tables of noorm's TypeScript original";

fn installation<'a>(found: &'a Found, place: &Place) -> Option<Installation<'a>> {
    let kind = match (found.table.as_str(), found.column.as_str()) {
        ("__noorm_version__", _) if place.is_here(&found.schema) => return None,
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

/// Returns the tables that an installation has to have, each with what it becomes.
fn needed(kind: Kind) -> &'static [(&'static str, &'static str)] {
    const FILES: (&str, &str) = ("__noorm_executions__", "__noorm_executions__");
    const LOCK: (&str, &str) = ("__noorm_lock__", "__noorm_lock__");
    match kind {
        Kind::Ours => &[("__noorm_changeset__", "__noorm_changeset__"), FILES, LOCK],
        Kind::Original => &[("__noorm_change__", "__noorm_changeset__"), FILES, LOCK],
        Kind::LaterOriginal => &[],
    }
}

/// Asks about the tables that are still there.
fn check_original(has: impl Fn(&str) -> bool) -> String {
    let parts =
        [(VERSION, CHECK_ORIGINAL), ("__noorm_change__", CHECK_OPERATIONS), ("__noorm_executions__", CHECK_FILES)];
    parts.iter().filter(|(table, _)| has(table)).map(|(_, sql)| *sql).collect()
}

/// Moves noorm's own tables.
fn moves(text: &impl Fn(&str) -> String) -> Vec<String> {
    let moves = OURS.iter().chain([&VERSION]).map(|table| moved(table, text));
    [text("{make noorm}")].into_iter().chain(moves).collect()
}

/// The server reads the whole text before it looks at the condition, and the table may be gone.
fn moved(table: &str, text: &impl Fn(&str) -> String) -> String {
    let transfer = string(&text(&format!("ALTER SCHEMA {{noorm}} TRANSFER {{old}}.{table}")));
    format!("IF {} EXEC({transfer})", text(&table_in("{'old'}", table)))
}

/// Makes noorm's tables, fills them with the original's rows, and drops the original's tables.
fn copies(text: &impl Fn(&str) -> String) -> Vec<String> {
    let made = V1.iter().map(Step::statement);
    let copied = COPIES.iter().map(Copy::statement);
    let dropped = ORIGINALS.iter().map(|table| dropped(table));
    let mut statements: Vec<String> = made.chain(copied).chain(dropped).map(|sql| text(&sql)).collect();
    statements.push(moved(SECRETS, text));
    statements.extend([COPY_VERSION.statement(), self::dropped(VERSION)].map(|sql| text(&sql)));
    statements
}

/// Makes tables of the version that the columns tell, fills them, and drops the ones that were found.
fn copies_of_ours(found: &[Found], schema: &str, text: &impl Fn(&str) -> String) -> Vec<String> {
    let columns = |table: &str| -> Vec<&str> {
        let of_table = found.iter().filter(|it| it.schema == schema && it.table == table);
        of_table.map(|it| it.column.as_str()).collect()
    };
    let copied = |table: &str| {
        let columns = columns(table).join(", ");
        let copy = Copy { from: table, to: table, columns: &columns, values: &columns };
        (!columns.is_empty()).then(|| copy.statement())
    };
    let files = columns("__noorm_executions__");
    let version = 1 + ["statements_done", "statement_started"].iter().filter(|name| files.contains(*name)).count();
    let made = UPGRADES[..version].iter().flat_map(|steps| steps.iter()).map(Step::statement);
    // Operations come before the files that refer to them, and go after them.
    let order = ["__noorm_changeset__", "__noorm_executions__", "__noorm_lock__", "__noorm_identities__"];
    let rows = order.iter().filter_map(|table| copied(table));
    let gone = OURS.iter().filter(|table| ![SECRETS, VAULT].contains(*table)).map(|table| dropped(table));
    let mut statements: Vec<String> = made.chain(rows).chain(gone).map(|sql| text(&sql)).collect();
    statements.extend([SECRETS, VAULT].map(|table| moved(table, text)));
    statements.extend(copied(VERSION).into_iter().chain([dropped(VERSION)]).map(|sql| text(&sql)));
    statements
}

fn dropped(table: &str) -> String {
    format!("IF {} DROP TABLE {{old}}.{table}", table_in("{'old'}", table))
}
