//! What the host does to noorm's tables, in PostgreSQL's words. `wit/README.md` has the contract.

use super::Action;

/// Every action.
pub(super) const ACTIONS: &[Action] = &[
    EXISTS,
    VERSION,
    VERSION_INSERT,
    VERSION_UPDATE,
    CHANGESET_INSERT,
    CHANGESET_FINISH,
    CHANGESET_MARK_REVERTED,
    CHANGESET_INTERRUPT,
    CHANGESET_LATEST,
    CHANGESET_HISTORY,
    EXECUTION_INSERT,
    EXECUTION_FINISH,
    EXECUTION_PROGRESS,
    EXECUTION_LATEST,
    EXECUTION_OF,
    EXECUTION_PATHS,
    EXECUTION_RENAME,
    COUNTS,
    ELSEWHERE,
    TURN,
    IDENTITY_UPSERT,
    IDENTITY_LIST,
];

/// What is told of an operation.
const COLUMNS: &[&str] = &[
    "id",
    "name",
    "change_type",
    "direction",
    "checksum",
    "executed_at",
    "executed_by",
    "config_name",
    "cli_version",
    "status",
    "error_message",
    "duration_ms",
    "origin",
];

const EXISTS: Action = Action {
    name: "exists",
    sql: "
SELECT count(*)::bigint AS present
FROM pg_catalog.pg_attribute AS part
JOIN pg_catalog.pg_class AS tab ON tab.oid = part.attrelid
JOIN pg_catalog.pg_namespace AS place ON place.oid = tab.relnamespace
WHERE place.nspname = {'noorm'} AND tab.relname = '__noorm_version__' AND part.attname = 'schema_version'
",
    parameters: &[],
    columns: &["present"],
};

const VERSION: Action = Action {
    name: "version",
    sql: "
SELECT
    id::bigint AS id, schema_version::bigint AS schema_version, cli_version::text AS cli_version
FROM {noorm}.__noorm_version__
ORDER BY {noorm}.__noorm_version__.id DESC
LIMIT 1
",
    parameters: &[],
    columns: &["id", "schema_version", "cli_version"],
};

/// Where processes do not take turns, two that begin at once choose one `id`, and the key lets one of them in.
const VERSION_INSERT: Action = Action {
    name: "version-insert",
    sql: "
INSERT INTO {noorm}.__noorm_version__ (id, cli_version, schema_version)
SELECT coalesce(max(id), 0) + 1, $1::text, $2::bigint
FROM {noorm}.__noorm_version__
HAVING coalesce(max(schema_version), -1) < $2::bigint
",
    parameters: &["cli_version", "schema_version"],
    columns: &[],
};

const VERSION_UPDATE: Action = Action {
    name: "version-update",
    sql: "
UPDATE {noorm}.__noorm_version__
SET cli_version = $1::text, schema_version = $2::bigint, upgraded_at = (clock_timestamp() AT TIME ZONE 'UTC')
WHERE id = (SELECT max(id) FROM {noorm}.__noorm_version__) AND schema_version < $2::bigint
",
    parameters: &["cli_version", "schema_version"],
    columns: &[],
};

const CHANGESET_INSERT: Action = Action {
    name: "changeset-insert",
    sql: "
INSERT INTO {noorm}.__noorm_changeset__ (
    name, change_type, direction, checksum, executed_by, config_name, cli_version, status, origin
) VALUES (
    $1::text, $2::text, $3::text, $4::text, left($5::text, 255), left($6::text, 255), $7::text, $8::text,
    $9::text
)
RETURNING id::bigint AS id
",
    parameters: &[
        "name",
        "change_type",
        "direction",
        "checksum",
        "executed_by",
        "config_name",
        "cli_version",
        "status",
        "origin",
    ],
    columns: &["id"],
};

const CHANGESET_FINISH: Action = Action {
    name: "changeset-finish",
    sql: "
UPDATE {noorm}.__noorm_changeset__
SET
    status = $1::text, checksum = $2::text, error_message = $3::text, duration_ms = $4::bigint
WHERE id = $5::bigint
",
    parameters: &["status", "checksum", "error_message", "duration_ms", "id"],
    columns: &[],
};

const CHANGESET_MARK_REVERTED: Action = Action {
    name: "changeset-mark-reverted",
    sql: "
UPDATE {noorm}.__noorm_changeset__
SET status = 'reverted'
WHERE id = (
    SELECT max(id)
    FROM {noorm}.__noorm_changeset__
    WHERE name = $1::text AND change_type = 'changeset' AND direction = 'change' AND status = 'success'
)
",
    parameters: &["name"],
    columns: &[],
};

/// A run that was killed leaves its row pending; whoever takes the lock next says so.
const CHANGESET_INTERRUPT: Action = Action {
    name: "changeset-interrupt",
    sql: "
UPDATE {noorm}.__noorm_changeset__
SET status = 'failed', error_message = $1::text
WHERE status = 'pending'
",
    parameters: &["error_message"],
    columns: &[],
};

const CHANGESET_LATEST: Action = Action {
    name: "changeset-latest",
    sql: r#"
SELECT
    id::bigint AS id, name::text AS name, change_type::text AS change_type, direction::text AS direction,
    checksum::text AS checksum, to_char(executed_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS executed_at,
    executed_by::text AS executed_by, config_name::text AS config_name, cli_version::text AS cli_version,
    status::text AS status, error_message::text AS error_message, duration_ms::bigint AS duration_ms,
    origin::text AS origin
FROM {noorm}.__noorm_changeset__
WHERE id IN (SELECT max(id) FROM {noorm}.__noorm_changeset__ WHERE change_type = 'changeset' GROUP BY name)
ORDER BY {noorm}.__noorm_changeset__.id
"#,
    parameters: &[],
    columns: COLUMNS,
};

const CHANGESET_HISTORY: Action = Action {
    name: "changeset-history",
    sql: r#"
SELECT
    id::bigint AS id, name::text AS name, change_type::text AS change_type, direction::text AS direction,
    checksum::text AS checksum, to_char(executed_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS executed_at,
    executed_by::text AS executed_by, config_name::text AS config_name, cli_version::text AS cli_version,
    status::text AS status, error_message::text AS error_message, duration_ms::bigint AS duration_ms,
    origin::text AS origin
FROM {noorm}.__noorm_changeset__
ORDER BY {noorm}.__noorm_changeset__.id DESC
LIMIT $1::bigint
"#,
    parameters: &["limit"],
    columns: COLUMNS,
};

const EXECUTION_INSERT: Action = Action {
    name: "execution-insert",
    sql: "
INSERT INTO {noorm}.__noorm_executions__ (
    changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason,
    duration_ms, statements_done, statement_started, statements_total, inputs
) VALUES (
    $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, left($8::text, 100), $9::bigint,
    $10::bigint, $11::bigint, $12::bigint, $13::text
)
RETURNING id::bigint AS id
",
    parameters: &[
        "changeset_id",
        "filepath",
        "file_type",
        "checksum",
        "cli_version",
        "status",
        "error_message",
        "skip_reason",
        "duration_ms",
        "statements_done",
        "statement_started",
        "statements_total",
        "inputs",
    ],
    columns: &["id"],
};

const EXECUTION_FINISH: Action = Action {
    name: "execution-finish",
    sql: "
UPDATE {noorm}.__noorm_executions__
SET
    status = $1::text, error_message = $2::text, duration_ms = $3::bigint, statements_done = $4::bigint,
    statement_started = $5::bigint
WHERE id = $6::bigint
",
    parameters: &["status", "error_message", "duration_ms", "statements_done", "statement_started", "id"],
    columns: &[],
};

const EXECUTION_PROGRESS: Action = Action {
    name: "execution-progress",
    sql: "
UPDATE {noorm}.__noorm_executions__
SET statements_done = $1::bigint, statement_started = $2::bigint
WHERE id = $3::bigint
",
    parameters: &["statements_done", "statement_started", "id"],
    columns: &[],
};

const EXECUTION_LATEST: Action = Action {
    name: "execution-latest",
    sql: r#"
SELECT
    filepath::text AS filepath, checksum::text AS checksum, status::text AS status,
    statements_done::bigint AS statements_done, statement_started::bigint AS statement_started,
    inputs::text AS inputs
FROM {noorm}.__noorm_executions__
WHERE id IN (
    SELECT max(file.id)
    FROM {noorm}.__noorm_executions__ AS file
    JOIN {noorm}.__noorm_changeset__ AS run ON run.id = file.changeset_id
    WHERE file.status <> 'skipped' AND run.direction = 'change' AND run.status <> 'reverted'
    GROUP BY file.filepath
)
ORDER BY {noorm}.__noorm_executions__.filepath COLLATE "C"
"#,
    parameters: &[],
    columns: &["filepath", "checksum", "status", "statements_done", "statement_started", "inputs"],
};

const EXECUTION_OF: Action = Action {
    name: "execution-of",
    sql: "
SELECT
    id::bigint AS id, filepath::text AS filepath, file_type::text AS file_type, checksum::text AS checksum,
    status::text AS status, error_message::text AS error_message, skip_reason::text AS skip_reason,
    duration_ms::bigint AS duration_ms, statements_done::bigint AS statements_done,
    statement_started::bigint AS statement_started, statements_total::bigint AS statements_total, inputs::text AS inputs
FROM {noorm}.__noorm_executions__
WHERE changeset_id = $1::bigint
ORDER BY {noorm}.__noorm_executions__.id
",
    parameters: &["changeset_id"],
    columns: &[
        "id",
        "filepath",
        "file_type",
        "checksum",
        "status",
        "error_message",
        "skip_reason",
        "duration_ms",
        "statements_done",
        "statement_started",
        "statements_total",
        "inputs",
    ],
};

const EXECUTION_PATHS: Action = Action {
    name: "execution-paths",
    sql: "
SELECT DISTINCT filepath::text AS filepath
FROM {noorm}.__noorm_executions__
ORDER BY filepath
",
    parameters: &[],
    columns: &["filepath"],
};

const EXECUTION_RENAME: Action = Action {
    name: "execution-rename",
    sql: "
UPDATE {noorm}.__noorm_executions__
SET filepath = $1::text
WHERE filepath = $2::text
",
    parameters: &["filepath", "former"],
    columns: &[],
};

const COUNTS: Action = Action {
    name: "counts",
    sql: "
SELECT
    (SELECT count(*) FROM {noorm}.__noorm_changeset__)::bigint AS operations,
    (SELECT count(DISTINCT filepath) FROM {noorm}.__noorm_executions__)::bigint AS files
",
    parameters: &[],
    columns: &["operations", "files"],
};

/// The catalog and not `information_schema`, which hides what belongs to another role. A later version of the original
/// keeps its tables in the same schema as noorm, under other names.
const ELSEWHERE: Action = Action {
    name: "elsewhere",
    sql: r#"
SELECT
    place.nspname::text AS "schema", tab.relname::text AS "table", part.attname::text AS "column"
FROM pg_catalog.pg_attribute AS part
JOIN pg_catalog.pg_class AS tab ON tab.oid = part.attrelid
JOIN pg_catalog.pg_namespace AS place ON place.oid = tab.relnamespace
WHERE tab.relkind IN ('r', 'p') AND part.attnum > 0 AND NOT part.attisdropped
    AND place.nspname NOT LIKE 'pg\_%' AND (
        (tab.relname LIKE '\_\_noorm\_%\_\_' AND place.nspname <> {'noorm'})
        OR (tab.relname = 'version' AND part.attname = 'noorm_version' AND place.nspname = {'noorm'})
    )
ORDER BY place.nspname, tab.relname, part.attnum
"#,
    parameters: &[],
    columns: &["schema", "table", "column"],
};

/// Even `IF NOT EXISTS` fails when two create at once. The number is arbitrary, and is that of this lock for good.
const TURN: Action = Action {
    name: "turn",
    sql: "
SELECT pg_advisory_xact_lock(7955998172849214811)
",
    parameters: &[],
    columns: &[],
};

/// What the hash is made of stays with it; the key may have been rotated.
const IDENTITY_UPSERT: Action = Action {
    name: "identity-upsert",
    sql: "
INSERT INTO {noorm}.__noorm_identities__ (identity_hash, email, name, machine, os, public_key)
VALUES ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text)
ON CONFLICT (identity_hash) DO UPDATE
SET public_key = excluded.public_key, last_seen_at = (clock_timestamp() AT TIME ZONE 'UTC')
",
    parameters: &["identity_hash", "email", "name", "machine", "os", "public_key"],
    columns: &[],
};

const IDENTITY_LIST: Action = Action {
    name: "identity-list",
    sql: r#"
SELECT
    identity_hash::text AS identity_hash, email::text AS email, name::text AS name, machine::text AS machine,
    os::text AS os, public_key::text AS public_key,
    to_char(registered_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS registered_at,
    to_char(last_seen_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_seen_at
FROM {noorm}.__noorm_identities__
ORDER BY {noorm}.__noorm_identities__.last_seen_at DESC
LIMIT $1::bigint
"#,
    parameters: &["limit"],
    columns: &["identity_hash", "email", "name", "machine", "os", "public_key", "registered_at", "last_seen_at"],
};
