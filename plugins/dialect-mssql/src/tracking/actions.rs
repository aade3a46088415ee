//! What the host does to noorm's tables, in SQL Server's words. `wit/README.md` has the contract.
//!
//! Ids come back by `OUTPUT`: what tells the last one afterwards knows only those of the same text.

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
SELECT {has version} AS present
",
    parameters: &[],
    columns: &["present"],
};

const VERSION: Action = Action {
    name: "version",
    sql: "
SELECT TOP (1) id, schema_version, cli_version
FROM {noorm}.__noorm_version__
ORDER BY id DESC
",
    parameters: &[],
    columns: &["id", "schema_version", "cli_version"],
};

/// Another process may have been quicker.
const VERSION_INSERT: Action = Action {
    name: "version-insert",
    sql: "
INSERT INTO {noorm}.__noorm_version__ (cli_version, schema_version, installed_at, upgraded_at)
SELECT @P1, @P2, SYSUTCDATETIME(), SYSUTCDATETIME()
WHERE NOT EXISTS (SELECT 1 FROM {noorm}.__noorm_version__ WHERE schema_version >= @P2)
",
    parameters: &["cli_version", "schema_version"],
    columns: &[],
};

const VERSION_UPDATE: Action = Action {
    name: "version-update",
    sql: "
UPDATE {noorm}.__noorm_version__
SET cli_version = @P1, schema_version = @P2, upgraded_at = SYSUTCDATETIME()
WHERE id = (SELECT MAX(id) FROM {noorm}.__noorm_version__)
",
    parameters: &["cli_version", "schema_version"],
    columns: &[],
};

const CHANGESET_INSERT: Action = Action {
    name: "changeset-insert",
    sql: "
INSERT INTO {noorm}.__noorm_changeset__ (
    name, change_type, direction, checksum, executed_by, config_name, cli_version, status, origin,
    executed_at, error_message, duration_ms
)
OUTPUT INSERTED.id
VALUES (
    @P1, @P2, @P3, @P4, LEFT(@P5, 255), LEFT(@P6, 255), @P7, @P8, @P9, SYSUTCDATETIME(), N'', 0
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
};

const CHANGESET_FINISH: Action = Action {
    name: "changeset-finish",
    sql: "
UPDATE {noorm}.__noorm_changeset__
SET status = @P1, checksum = @P2, error_message = @P3, duration_ms = @P4
WHERE id = @P5
",
    parameters: &["status", "checksum", "error_message", "duration_ms", "id"],
    columns: &[],
};

const CHANGESET_MARK_REVERTED: Action = Action {
    name: "changeset-mark-reverted",
    sql: "
UPDATE {noorm}.__noorm_changeset__
SET status = N'reverted'
WHERE id = (
    SELECT MAX(id)
    FROM {noorm}.__noorm_changeset__
    WHERE name = @P1 AND change_type = N'changeset' AND direction = N'change' AND status = N'success'
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
SET status = N'failed', error_message = @P1
WHERE status = N'pending'
",
    parameters: &["error_message"],
    columns: &[],
};

const CHANGESET_LATEST: Action = Action {
    name: "changeset-latest",
    sql: "
SELECT
    run.id, run.name, run.change_type, run.direction, run.checksum, {instant run.executed_at} AS executed_at,
    run.executed_by, run.config_name, run.cli_version, run.status, run.error_message, run.duration_ms, run.origin
FROM {noorm}.__noorm_changeset__ AS run
JOIN (
    SELECT MAX(id) AS id
    FROM {noorm}.__noorm_changeset__
    WHERE change_type = N'changeset'
    GROUP BY name
) AS newest ON newest.id = run.id
ORDER BY run.id
",
    parameters: &[],
    columns: COLUMNS,
};

const CHANGESET_HISTORY: Action = Action {
    name: "changeset-history",
    sql: "
SELECT TOP (@P1)
    id, name, change_type, direction, checksum, {instant executed_at} AS executed_at, executed_by, config_name,
    cli_version, status, error_message, duration_ms, origin
FROM {noorm}.__noorm_changeset__
ORDER BY id DESC
",
    parameters: &["limit"],
    columns: COLUMNS,
};

const EXECUTION_INSERT: Action = Action {
    name: "execution-insert",
    sql: "
INSERT INTO {noorm}.__noorm_executions__ (
    changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason,
    duration_ms, statements_done, statement_started, statements_total, inputs
)
OUTPUT INSERTED.id
VALUES (
    @P1, @P2, @P3, @P4, @P5, @P6, @P7, LEFT(@P8, 100), @P9, @P10, @P11, @P12, @P13
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
};

const EXECUTION_FINISH: Action = Action {
    name: "execution-finish",
    sql: "
UPDATE {noorm}.__noorm_executions__
SET
    status = @P1, error_message = @P2, duration_ms = @P3, statements_done = @P4, statement_started = @P5
WHERE id = @P6
",
    parameters: &["status", "error_message", "duration_ms", "statements_done", "statement_started", "id"],
    columns: &[],
};

const EXECUTION_PROGRESS: Action = Action {
    name: "execution-progress",
    sql: "
UPDATE {noorm}.__noorm_executions__
SET statements_done = @P1, statement_started = @P2
WHERE id = @P3
",
    parameters: &["statements_done", "statement_started", "id"],
    columns: &[],
};

const EXECUTION_LATEST: Action = Action {
    name: "execution-latest",
    sql: "
SELECT
    last.filepath, last.checksum, last.status, last.statements_done, last.statement_started, last.inputs
FROM {noorm}.__noorm_executions__ AS last
JOIN (
    SELECT MAX(part.id) AS id
    FROM {noorm}.__noorm_executions__ AS part
    JOIN {noorm}.__noorm_changeset__ AS run ON run.id = part.changeset_id
    WHERE part.status <> N'skipped' AND run.direction = N'change' AND run.status <> N'reverted'
    GROUP BY part.filepath
) AS newest ON newest.id = last.id
ORDER BY last.filepath
",
    parameters: &[],
    columns: &["filepath", "checksum", "status", "statements_done", "statement_started", "inputs"],
};

const EXECUTION_OF: Action = Action {
    name: "execution-of",
    sql: "
SELECT
    id, filepath, file_type, checksum, status, error_message, skip_reason, duration_ms, statements_done,
    statement_started, statements_total, inputs
FROM {noorm}.__noorm_executions__
WHERE changeset_id = @P1
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
};

const EXECUTION_PATHS: Action = Action {
    name: "execution-paths",
    sql: "
SELECT DISTINCT filepath
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
SET filepath = @P1
WHERE filepath = @P2
",
    parameters: &["filepath", "former"],
    columns: &[],
};

const COUNTS: Action = Action {
    name: "counts",
    sql: "
SELECT
    (SELECT COUNT(*) FROM {noorm}.__noorm_changeset__) AS operations,
    (SELECT COUNT(DISTINCT filepath) FROM {noorm}.__noorm_executions__) AS files
",
    parameters: &[],
    columns: &["operations", "files"],
};

/// Where the move of tables was cut short, some are in noorm's schema already: these come first, so that the ones that are
/// still elsewhere have the last word. A later version of the original keeps its tables in the same schema as noorm, under
/// other names.
const ELSEWHERE: Action = Action {
    name: "elsewhere",
    sql: "
SELECT
    TABLE_SCHEMA AS [schema], LOWER(TABLE_NAME) AS [table], LOWER(COLUMN_NAME) AS [column]
FROM INFORMATION_SCHEMA.COLUMNS
WHERE (LOWER(LEFT(TABLE_NAME, 8)) = N'__noorm_' AND RIGHT(TABLE_NAME, 2) = N'__') OR (
    LOWER(TABLE_NAME) = N'version' AND LOWER(COLUMN_NAME) = N'noorm_version'
    AND LOWER(TABLE_SCHEMA) = LOWER({'noorm'})
)
ORDER BY
    CASE WHEN LOWER(TABLE_SCHEMA) = LOWER({'noorm'}) THEN 0 ELSE 1 END, TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
",
    parameters: &[],
    columns: &["schema", "table", "column"],
};

/// The lock is the transaction's, and goes with it. Who has waited for a minute gives up.
const TURN: Action = Action {
    name: "turn",
    sql: "
DECLARE @got INT;
EXEC @got = sp_getapplock
    @Resource = {lock upgrade}, @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = 60000;
IF @got < 0 RAISERROR(N'somebody else is changing the tables', 16, 1);
",
    parameters: &[],
    columns: &[],
};

/// What the hash is made of stays with it; the key may have been rotated.
const IDENTITY_UPSERT: Action = Action {
    name: "identity-upsert",
    sql: "
UPDATE {noorm}.__noorm_identities__
SET public_key = @P6, last_seen_at = SYSUTCDATETIME()
WHERE identity_hash = @P1;
INSERT INTO {noorm}.__noorm_identities__ (
    identity_hash, email, name, machine, os, public_key, registered_at, last_seen_at
)
SELECT @P1, @P2, @P3, @P4, @P5, @P6, SYSUTCDATETIME(), SYSUTCDATETIME()
WHERE NOT EXISTS (SELECT 1 FROM {noorm}.__noorm_identities__ WHERE identity_hash = @P1)
",
    parameters: &["identity_hash", "email", "name", "machine", "os", "public_key"],
    columns: &[],
};

const IDENTITY_LIST: Action = Action {
    name: "identity-list",
    sql: "
SELECT TOP (@P1)
    identity_hash, email, name, machine, os, public_key, {instant registered_at} AS registered_at,
    {instant last_seen_at} AS last_seen_at
FROM {noorm}.__noorm_identities__
ORDER BY last_seen_at DESC
",
    parameters: &["limit"],
    columns: &["identity_hash", "email", "name", "machine", "os", "public_key", "registered_at", "last_seen_at"],
};
