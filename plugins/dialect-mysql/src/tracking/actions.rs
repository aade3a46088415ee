//! What the host does to noorm's tables, in the words of MySQL and MariaDB. `wit/README.md` has the contract.
//!
//! Each insert says every value: the time is the server's, in UTC, whatever the session's time zone is. Texts without a
//! limit are cut to their columns, in characters of four bytes.

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

/// The id of the row that was inserted last, as a number with a sign.
const INSERTED: Option<&str> = Some("SELECT CAST(LAST_INSERT_ID() AS SIGNED) AS id");

const EXISTS: Action = Action {
    name: "exists",
    sql: "
SELECT COUNT(*) AS present
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = {'noorm'} AND TABLE_NAME = '__noorm_version__' AND COLUMN_NAME = 'schema_version'
",
    parameters: &[],
    columns: &["present"],
    then: None,
};

const VERSION: Action = Action {
    name: "version",
    sql: "
SELECT id, schema_version, cli_version
FROM {noorm}__noorm_version__
ORDER BY id DESC
LIMIT 1
",
    parameters: &[],
    columns: &["id", "schema_version", "cli_version"],
    then: None,
};

/// The first row, whoever else writes it at the same time: without transactions for DDL nothing keeps two that install from
/// coming here together.
const VERSION_INSERT: Action = Action {
    name: "version-insert",
    sql: "
INSERT INTO {noorm}__noorm_version__ (id, cli_version, schema_version, installed_at, upgraded_at)
VALUES (1, {text}, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE cli_version = {text}, schema_version = ?, upgraded_at = UTC_TIMESTAMP(3)
",
    parameters: &["cli_version", "schema_version", "cli_version", "schema_version"],
    columns: &[],
    then: None,
};

/// The table that is updated cannot be read by the same statement, except through a table that is made for it.
const VERSION_UPDATE: Action = Action {
    name: "version-update",
    sql: "
UPDATE {noorm}__noorm_version__
SET cli_version = {text}, schema_version = ?, upgraded_at = UTC_TIMESTAMP(3)
WHERE id > 0 AND id = (SELECT newest.id FROM (SELECT MAX(id) AS id FROM {noorm}__noorm_version__) AS newest)
",
    parameters: &["cli_version", "schema_version"],
    columns: &[],
    then: None,
};

const CHANGESET_INSERT: Action = Action {
    name: "changeset-insert",
    sql: "
INSERT INTO {noorm}__noorm_changeset__ (
    name, change_type, direction, checksum, executed_by, config_name, cli_version, status, origin,
    executed_at, error_message, duration_ms
) VALUES (
    {text}, {text}, {text}, {text}, LEFT({text}, 255), LEFT({text}, 255), {text}, {text}, {text},
    UTC_TIMESTAMP(3), '', 0
)
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
    then: INSERTED,
};

const CHANGESET_FINISH: Action = Action {
    name: "changeset-finish",
    sql: "
UPDATE {noorm}__noorm_changeset__
SET
    status = {text}, checksum = {text}, error_message = LEFT({text}, 16383), duration_ms = ?
WHERE id = ?
",
    parameters: &["status", "checksum", "error_message", "duration_ms", "id"],
    columns: &[],
    then: None,
};

const CHANGESET_MARK_REVERTED: Action = Action {
    name: "changeset-mark-reverted",
    sql: "
UPDATE {noorm}__noorm_changeset__
SET status = 'reverted'
WHERE id > 0 AND id = (
    SELECT newest.id
    FROM (
        SELECT MAX(id) AS id
        FROM {noorm}__noorm_changeset__
        WHERE name = {text} AND change_type = 'changeset' AND direction = 'change' AND status = 'success'
    ) AS newest
)
",
    parameters: &["name"],
    columns: &[],
    then: None,
};

/// A run that was killed leaves its row pending; whoever takes the lock next says so. Under `sql_safe_updates` the server
/// wants to be told a key.
const CHANGESET_INTERRUPT: Action = Action {
    name: "changeset-interrupt",
    sql: "
UPDATE {noorm}__noorm_changeset__
SET status = 'failed', error_message = LEFT({text}, 16383)
WHERE id > 0 AND status = 'pending'
",
    parameters: &["error_message"],
    columns: &[],
    then: None,
};

const CHANGESET_LATEST: Action = Action {
    name: "changeset-latest",
    sql: "
SELECT
    run.id, run.name, run.change_type, run.direction, run.checksum, {instant run.executed_at} AS executed_at,
    run.executed_by, run.config_name, run.cli_version, run.status, run.error_message, run.duration_ms, run.origin
FROM {noorm}__noorm_changeset__ AS run
JOIN (
    SELECT MAX(id) AS id
    FROM {noorm}__noorm_changeset__
    WHERE change_type = 'changeset'
    GROUP BY name
) AS newest ON newest.id = run.id
ORDER BY run.id
",
    parameters: &[],
    columns: COLUMNS,
    then: None,
};

const CHANGESET_HISTORY: Action = Action {
    name: "changeset-history",
    sql: "
SELECT
    id, name, change_type, direction, checksum, {instant executed_at} AS executed_at, executed_by, config_name,
    cli_version, status, error_message, duration_ms, origin
FROM {noorm}__noorm_changeset__
ORDER BY id DESC
LIMIT ?
",
    parameters: &["limit"],
    columns: COLUMNS,
    then: None,
};

const EXECUTION_INSERT: Action = Action {
    name: "execution-insert",
    sql: "
INSERT INTO {noorm}__noorm_executions__ (
    changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason,
    duration_ms, statements_done, statement_started, statements_total, inputs
) VALUES (
    ?, {text}, {text}, {text}, {text}, {text}, LEFT({text}, 16383), LEFT({text}, 100), ?, ?, ?, ?, {text}
)
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
    then: INSERTED,
};

const EXECUTION_FINISH: Action = Action {
    name: "execution-finish",
    sql: "
UPDATE {noorm}__noorm_executions__
SET
    status = {text}, error_message = LEFT({text}, 16383), duration_ms = ?, statements_done = ?, statement_started = ?
WHERE id = ?
",
    parameters: &["status", "error_message", "duration_ms", "statements_done", "statement_started", "id"],
    columns: &[],
    then: None,
};

const EXECUTION_PROGRESS: Action = Action {
    name: "execution-progress",
    sql: "
UPDATE {noorm}__noorm_executions__
SET statements_done = ?, statement_started = ?
WHERE id = ?
",
    parameters: &["statements_done", "statement_started", "id"],
    columns: &[],
    then: None,
};

const EXECUTION_LATEST: Action = Action {
    name: "execution-latest",
    sql: "
SELECT
    last.filepath, last.checksum, last.status, last.statements_done, last.statement_started, last.inputs
FROM {noorm}__noorm_executions__ AS last
JOIN (
    SELECT MAX(part.id) AS id
    FROM {noorm}__noorm_executions__ AS part
    JOIN {noorm}__noorm_changeset__ AS run ON run.id = part.changeset_id
    WHERE part.status <> 'skipped' AND run.direction = 'change' AND run.status <> 'reverted'
    GROUP BY part.filepath
) AS newest ON newest.id = last.id
ORDER BY last.filepath
",
    parameters: &[],
    columns: &["filepath", "checksum", "status", "statements_done", "statement_started", "inputs"],
    then: None,
};

const EXECUTION_OF: Action = Action {
    name: "execution-of",
    sql: "
SELECT
    id, filepath, file_type, checksum, status, error_message, skip_reason, duration_ms, statements_done,
    statement_started, statements_total, inputs
FROM {noorm}__noorm_executions__
WHERE changeset_id = ?
ORDER BY id
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
    then: None,
};

const EXECUTION_PATHS: Action = Action {
    name: "execution-paths",
    sql: "
SELECT DISTINCT filepath
FROM {noorm}__noorm_executions__
ORDER BY filepath
",
    parameters: &[],
    columns: &["filepath"],
    then: None,
};

const EXECUTION_RENAME: Action = Action {
    name: "execution-rename",
    sql: "
UPDATE {noorm}__noorm_executions__
SET filepath = {text}
WHERE filepath = {text}
",
    parameters: &["filepath", "former"],
    columns: &[],
    then: None,
};

const COUNTS: Action = Action {
    name: "counts",
    sql: "
SELECT
    (SELECT COUNT(*) FROM {noorm}__noorm_changeset__) AS operations,
    (SELECT COUNT(DISTINCT filepath) FROM {noorm}__noorm_executions__) AS files
",
    parameters: &[],
    columns: &["operations", "files"],
    then: None,
};

/// Other databases have noorm's tables for themselves: here there is no other place.
const ELSEWHERE: Action = Action {
    name: "elsewhere",
    sql: "
SELECT
    '' AS `schema`, TABLE_NAME AS `table`, COLUMN_NAME AS `column`
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = {'noorm'} AND LEFT(TABLE_NAME, 8) = '__noorm_' AND RIGHT(TABLE_NAME, 2) = '__'
ORDER BY TABLE_NAME, ORDINAL_POSITION
",
    parameters: &[],
    columns: &["schema", "table", "column"],
    then: None,
};

/// What the hash is made of stays with it; the key may have been rotated.
const IDENTITY_UPSERT: Action = Action {
    name: "identity-upsert",
    sql: "
INSERT INTO {noorm}__noorm_identities__ (
    identity_hash, email, name, machine, os, public_key, registered_at, last_seen_at
) VALUES ({text}, {text}, {text}, {text}, {text}, {text}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE public_key = {text}, last_seen_at = UTC_TIMESTAMP(3)
",
    parameters: &["identity_hash", "email", "name", "machine", "os", "public_key", "public_key"],
    columns: &[],
    then: None,
};

const IDENTITY_LIST: Action = Action {
    name: "identity-list",
    sql: "
SELECT
    identity_hash, email, name, machine, os, public_key, {instant registered_at} AS registered_at,
    {instant last_seen_at} AS last_seen_at
FROM {noorm}__noorm_identities__
ORDER BY last_seen_at DESC
LIMIT ?
",
    parameters: &["limit"],
    columns: &["identity_hash", "email", "name", "machine", "os", "public_key", "registered_at", "last_seen_at"],
    then: None,
};
