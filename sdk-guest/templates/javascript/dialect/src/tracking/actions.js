// What the host does to noorm's tables, in SQLite's words. noorm's `wit/README.md` has the contract.

/** What is told of an operation. */
const COLUMNS = [
  "id", "name", "change_type", "direction", "checksum", "executed_at", "executed_by", "config_name", "cli_version",
  "status", "error_message", "duration_ms", "origin",
];

/** @type {Record<string, import("./action.js").Action>} */
export const ACTIONS = {
  exists: {
    sql: `
SELECT
    count(CASE tab.name WHEN '__noorm_version__' THEN 1 END) AS present,
    count(CASE tab.name WHEN '__noorm_vault__' THEN 1 END) AS vault
FROM {noorm}sqlite_master AS tab, pragma_table_info(tab.name) AS part
WHERE tab.type = 'table' AND tab.name IN ('__noorm_version__', '__noorm_vault__')
    AND part.name = CASE tab.name WHEN '__noorm_version__' THEN 'schema_version' ELSE 'version' END
`,
    columns: ["present", "vault"],
  },
  version: {
    sql: `
SELECT
    id, schema_version, cli_version
FROM {noorm}__noorm_version__
ORDER BY {noorm}__noorm_version__.id DESC
LIMIT 1
`,
    columns: ["id", "schema_version", "cli_version"],
  },
  "version-insert": {
    sql: `
INSERT INTO {noorm}__noorm_version__ (cli_version, schema_version)
VALUES (?1, ?2)
`,
    parameters: ["cli_version", "schema_version"],
  },
  "version-update": {
    sql: `
UPDATE {noorm}__noorm_version__
SET cli_version = ?1, schema_version = ?2, upgraded_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE id = (SELECT max(id) FROM {noorm}__noorm_version__)
`,
    parameters: ["cli_version", "schema_version"],
  },
  "changeset-insert": {
    sql: `
INSERT INTO {noorm}__noorm_changeset__ (
    name, change_type, direction, checksum, executed_by, config_name, cli_version, status, origin
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
)
RETURNING id
`,
    parameters: [
      "name", "change_type", "direction", "checksum", "executed_by", "config_name", "cli_version", "status", "origin",
    ],
    columns: ["id"],
  },
  "changeset-finish": {
    sql: `
UPDATE {noorm}__noorm_changeset__
SET
    status = ?1, checksum = ?2, error_message = ?3, duration_ms = ?4
WHERE id = ?5
`,
    parameters: ["status", "checksum", "error_message", "duration_ms", "id"],
  },
  "changeset-mark-reverted": {
    sql: `
UPDATE {noorm}__noorm_changeset__
SET status = 'reverted'
WHERE id = (
    SELECT max(id)
    FROM {noorm}__noorm_changeset__
    WHERE name = ?1 AND change_type = 'changeset' AND direction = 'change' AND status = 'success'
)
`,
    parameters: ["name"],
  },
  // A run that was killed leaves its row pending; whoever takes the lock next says so.
  "changeset-interrupt": {
    sql: `
UPDATE {noorm}__noorm_changeset__
SET status = 'failed', error_message = ?1
WHERE status = 'pending'
`,
    parameters: ["error_message"],
  },
  "changeset-latest": {
    sql: `
SELECT
    id, name, change_type, direction, checksum,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', executed_at), executed_at) AS executed_at, executed_by,
    config_name, cli_version, status, error_message, duration_ms, origin
FROM {noorm}__noorm_changeset__
WHERE id IN (SELECT max(id) FROM {noorm}__noorm_changeset__ WHERE change_type = 'changeset' GROUP BY name)
ORDER BY {noorm}__noorm_changeset__.id
`,
    columns: COLUMNS,
  },
  "changeset-history": {
    sql: `
SELECT
    id, name, change_type, direction, checksum,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', executed_at), executed_at) AS executed_at, executed_by,
    config_name, cli_version, status, error_message, duration_ms, origin
FROM {noorm}__noorm_changeset__
ORDER BY {noorm}__noorm_changeset__.id DESC
LIMIT ?1
`,
    parameters: ["limit"],
    columns: COLUMNS,
  },
  "execution-insert": {
    sql: `
INSERT INTO {noorm}__noorm_executions__ (
    changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason,
    duration_ms, statements_done, statement_started, statements_total, inputs
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13
)
RETURNING id
`,
    parameters: [
      "changeset_id", "filepath", "file_type", "checksum", "cli_version", "status", "error_message", "skip_reason",
      "duration_ms", "statements_done", "statement_started", "statements_total", "inputs",
    ],
    columns: ["id"],
  },
  "execution-finish": {
    sql: `
UPDATE {noorm}__noorm_executions__
SET
    status = ?1, error_message = ?2, duration_ms = ?3, statements_done = ?4, statement_started = ?5
WHERE id = ?6
`,
    parameters: ["status", "error_message", "duration_ms", "statements_done", "statement_started", "id"],
  },
  "execution-progress": {
    sql: `
UPDATE {noorm}__noorm_executions__
SET statements_done = ?1, statement_started = ?2
WHERE id = ?3
`,
    parameters: ["statements_done", "statement_started", "id"],
  },
  "execution-latest": {
    sql: `
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
`,
    columns: ["filepath", "checksum", "status", "statements_done", "statement_started", "inputs"],
  },
  "execution-of": {
    sql: `
SELECT
    id, filepath, file_type, checksum, status, error_message, skip_reason, duration_ms, statements_done,
    statement_started, statements_total, inputs
FROM {noorm}__noorm_executions__
WHERE changeset_id = ?1
ORDER BY {noorm}__noorm_executions__.id
`,
    parameters: ["changeset_id"],
    columns: [
      "id", "filepath", "file_type", "checksum", "status", "error_message", "skip_reason", "duration_ms",
      "statements_done", "statement_started", "statements_total", "inputs",
    ],
  },
  "execution-paths": {
    sql: `
SELECT DISTINCT filepath
FROM {noorm}__noorm_executions__
ORDER BY filepath
`,
    columns: ["filepath"],
  },
  "execution-rename": {
    sql: `
UPDATE {noorm}__noorm_executions__
SET filepath = ?1
WHERE filepath = ?2
`,
    parameters: ["filepath", "former"],
  },
  counts: {
    sql: `
SELECT
    (SELECT count(*) FROM {noorm}__noorm_changeset__) AS operations,
    (SELECT count(DISTINCT filepath) FROM {noorm}__noorm_executions__) AS files
`,
    columns: ["operations", "files"],
  },
  elsewhere: {
    sql: String.raw`
SELECT
    '' AS "schema", tab.name AS "table", part.name AS "column"
FROM {noorm}sqlite_master AS tab, pragma_table_info(tab.name) AS part
WHERE tab.type = 'table' AND tab.name LIKE '\_\_noorm\_%\_\_' ESCAPE '\'
ORDER BY tab.name, part.cid
`,
    columns: ["schema", "table", "column"],
  },
  // What the hash is made of stays with it; the key may have been rotated.
  "identity-upsert": {
    sql: `
INSERT INTO {noorm}__noorm_identities__ (identity_hash, email, name, machine, os, public_key)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (identity_hash) DO UPDATE
SET public_key = excluded.public_key, last_seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
`,
    parameters: ["identity_hash", "email", "name", "machine", "os", "public_key"],
  },
  "identity-list": {
    sql: `
SELECT
    identity_hash, email, name, machine, os, public_key,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', registered_at), registered_at) AS registered_at,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', last_seen_at), last_seen_at) AS last_seen_at
FROM {noorm}__noorm_identities__
ORDER BY {noorm}__noorm_identities__.last_seen_at DESC
LIMIT ?1
`,
    parameters: ["limit"],
    columns: ["identity_hash", "email", "name", "machine", "os", "public_key", "registered_at", "last_seen_at"],
  },
};
