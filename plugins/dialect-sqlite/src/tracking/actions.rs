//! What the host does to noorm's tables, in SQLite's words. `wit/README.md` has the contract.

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

const EXISTS: Action = Action {
    name: "exists",
    sql: "
SELECT count(*) AS present
FROM {noorm}sqlite_master AS tab, pragma_table_info(tab.name) AS part
WHERE tab.type = 'table' AND tab.name = '__noorm_version__' AND part.name = 'schema_version'
",
    parameters: &[],
    columns: &["present"],
};

const VERSION: Action = Action {
    name: "version",
    sql: "
SELECT
    id, schema_version, cli_version
FROM {noorm}__noorm_version__
ORDER BY {noorm}__noorm_version__.id DESC
LIMIT 1
",
    parameters: &[],
    columns: &["id", "schema_version", "cli_version"],
};

const VERSION_INSERT: Action = Action {
    name: "version-insert",
    sql: "
INSERT INTO {noorm}__noorm_version__ (cli_version, schema_version)
VALUES (?1, ?2)
",
    parameters: &["cli_version", "schema_version"],
    columns: &[],
};

const VERSION_UPDATE: Action = Action {
    name: "version-update",
    sql: "
UPDATE {noorm}__noorm_version__
SET cli_version = ?1, schema_version = ?2, upgraded_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = (SELECT max(id) FROM {noorm}__noorm_version__)
",
    parameters: &["cli_version", "schema_version"],
    columns: &[],
};

const CHANGESET_INSERT: Action = Action {
    name: "changeset-insert",
    sql: "
INSERT INTO {noorm}__noorm_changeset__ (
    name, change_type, direction, checksum, executed_by, config_name, cli_version, status, origin
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
)
RETURNING id
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
UPDATE {noorm}__noorm_changeset__
SET
    status = ?1, checksum = ?2, error_message = ?3, duration_ms = ?4
WHERE id = ?5
",
    parameters: &["status", "checksum", "error_message", "duration_ms", "id"],
    columns: &[],
};

const CHANGESET_MARK_REVERTED: Action = Action {
    name: "changeset-mark-reverted",
    sql: "
UPDATE {noorm}__noorm_changeset__
SET status = 'reverted'
WHERE id = (
    SELECT max(id)
    FROM {noorm}__noorm_changeset__
    WHERE name = ?1 AND change_type = 'changeset' AND direction = 'change' AND status = 'success'
)
",
    parameters: &["name"],
    columns: &[],
};

/// A run that was killed leaves its row pending; whoever takes the lock next says so.
const CHANGESET_INTERRUPT: Action = Action {
    name: "changeset-interrupt",
    sql: "
UPDATE {noorm}__noorm_changeset__
SET status = 'failed', error_message = ?1
WHERE status = 'pending'
",
    parameters: &["error_message"],
    columns: &[],
};

const CHANGESET_LATEST: Action = Action {
    name: "changeset-latest",
    sql: "
SELECT
    id, name, change_type, direction, checksum,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', executed_at), executed_at) AS executed_at, executed_by,
    config_name, cli_version, status, error_message, duration_ms, origin
FROM {noorm}__noorm_changeset__
WHERE id IN (SELECT max(id) FROM {noorm}__noorm_changeset__ WHERE change_type = 'changeset' GROUP BY name)
ORDER BY {noorm}__noorm_changeset__.id
",
    parameters: &[],
    columns: COLUMNS,
};

const CHANGESET_HISTORY: Action = Action {
    name: "changeset-history",
    sql: "
SELECT
    id, name, change_type, direction, checksum,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', executed_at), executed_at) AS executed_at, executed_by,
    config_name, cli_version, status, error_message, duration_ms, origin
FROM {noorm}__noorm_changeset__
ORDER BY {noorm}__noorm_changeset__.id DESC
LIMIT ?1
",
    parameters: &["limit"],
    columns: COLUMNS,
};

const EXECUTION_INSERT: Action = Action {
    name: "execution-insert",
    sql: "
INSERT INTO {noorm}__noorm_executions__ (
    changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason,
    duration_ms, statements_done, statement_started, statements_total, inputs
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
)
RETURNING id
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
UPDATE {noorm}__noorm_executions__
SET
    status = ?1, error_message = ?2, duration_ms = ?3, statements_done = ?4, statement_started = ?5
WHERE id = ?6
",
    parameters: &["status", "error_message", "duration_ms", "statements_done", "statement_started", "id"],
    columns: &[],
};

const EXECUTION_PROGRESS: Action = Action {
    name: "execution-progress",
    sql: "
UPDATE {noorm}__noorm_executions__
SET statements_done = ?1, statement_started = ?2
WHERE id = ?3
",
    parameters: &["statements_done", "statement_started", "id"],
    columns: &[],
};

const EXECUTION_LATEST: Action = Action {
    name: "execution-latest",
    sql: "
SELECT
    filepath, checksum, status, statements_done, statement_started, inputs
FROM {noorm}__noorm_executions__
WHERE id IN (
    SELECT max(file.id)
    FROM {noorm}__noorm_executions__ AS file
    JOIN {noorm}__noorm_changeset__ AS run ON run.id = file.changeset_id
    WHERE file.status <> 'skipped' AND run.direction = 'change' AND run.status <> 'reverted'
    GROUP BY file.filepath
)
ORDER BY {noorm}__noorm_executions__.filepath
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
FROM {noorm}__noorm_executions__
WHERE changeset_id = ?1
ORDER BY {noorm}__noorm_executions__.id
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
FROM {noorm}__noorm_executions__
ORDER BY filepath
",
    parameters: &[],
    columns: &["filepath"],
};

const EXECUTION_RENAME: Action = Action {
    name: "execution-rename",
    sql: "
UPDATE {noorm}__noorm_executions__
SET filepath = ?1
WHERE filepath = ?2
",
    parameters: &["filepath", "former"],
    columns: &[],
};

const COUNTS: Action = Action {
    name: "counts",
    sql: "
SELECT
    (SELECT count(*) FROM {noorm}__noorm_changeset__) AS operations,
    (SELECT count(DISTINCT filepath) FROM {noorm}__noorm_executions__) AS files
",
    parameters: &[],
    columns: &["operations", "files"],
};

const ELSEWHERE: Action = Action {
    name: "elsewhere",
    sql: r#"
SELECT
    '' AS "schema", tab.name AS "table", part.name AS "column"
FROM {noorm}sqlite_master AS tab, pragma_table_info(tab.name) AS part
WHERE tab.type = 'table' AND tab.name LIKE '\_\_noorm\_%\_\_' ESCAPE '\'
ORDER BY tab.name, part.cid
"#,
    parameters: &[],
    columns: &["schema", "table", "column"],
};

/// What the hash is made of stays with it; the key may have been rotated.
const IDENTITY_UPSERT: Action = Action {
    name: "identity-upsert",
    sql: "
INSERT INTO {noorm}__noorm_identities__ (identity_hash, email, name, machine, os, public_key)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (identity_hash) DO UPDATE
SET public_key = excluded.public_key, last_seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
",
    parameters: &["identity_hash", "email", "name", "machine", "os", "public_key"],
    columns: &[],
};

const IDENTITY_LIST: Action = Action {
    name: "identity-list",
    sql: "
SELECT
    identity_hash, email, name, machine, os, public_key,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', registered_at), registered_at) AS registered_at,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', last_seen_at), last_seen_at) AS last_seen_at
FROM {noorm}__noorm_identities__
ORDER BY {noorm}__noorm_identities__.last_seen_at DESC
LIMIT ?1
",
    parameters: &["limit"],
    columns: &["identity_hash", "email", "name", "machine", "os", "public_key", "registered_at", "last_seen_at"],
};
