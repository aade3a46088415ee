// Tables that noorm's TypeScript original made: their rows go into noorm's own, each with its id.
//
// SQLite cannot change a column's default, so that the tables are made anew around the rows, in one transaction.

import { fill } from "./action.js";
import { V1 } from "./schema.js";

/** Makes room for noorm's tables of the same names. */
const ASIDE = [
  "ALTER TABLE {noorm}__noorm_version__ RENAME TO __noorm_former_version__",
  "ALTER TABLE {noorm}__noorm_executions__ RENAME TO __noorm_former_executions__",
  "ALTER TABLE {noorm}__noorm_lock__ RENAME TO __noorm_former_lock__",
];

/**
 * What the original calls otherwise. Its durations may be fractions. The version 0 marks what was here; the upgrade from 0
 * makes what is missing.
 */
const COPY = [
  `INSERT INTO {noorm}__noorm_version__ (id, cli_version, schema_version, installed_at, upgraded_at)
     SELECT id, cli_version, 0, installed_at, upgraded_at
     FROM {noorm}__noorm_former_version__`,
  `INSERT INTO {noorm}__noorm_changeset__ (
         id, name, change_type, direction, checksum, executed_at, executed_by, config_name, cli_version, status,
         error_message, duration_ms
     )
     SELECT
         id, name, CASE change_type WHEN 'change' THEN 'changeset' ELSE change_type END, direction, checksum,
         executed_at, executed_by, config_name, cli_version, status, error_message,
         CAST(round(duration_ms) AS integer)
     FROM {noorm}__noorm_change__`,
  `INSERT INTO {noorm}__noorm_executions__ (
         id, changeset_id, filepath, file_type, checksum, cli_version, status, error_message, skip_reason, duration_ms
     )
     SELECT
         id, change_id, filepath, file_type, checksum, cli_version,
         CASE status WHEN 'pending' THEN 'skipped' ELSE status END, error_message,
         CASE status WHEN 'pending' THEN 'changeset failed' ELSE skip_reason END, CAST(round(duration_ms) AS integer)
     FROM {noorm}__noorm_former_executions__`,
  `INSERT INTO {noorm}__noorm_lock__ (id, config_name, locked_by, locked_at, expires_at, reason)
     SELECT id, config_name, locked_by, locked_at, expires_at, reason
     FROM {noorm}__noorm_former_lock__`,
  "DROP TABLE {noorm}__noorm_former_executions__",
  "DROP TABLE {noorm}__noorm_change__",
  "DROP TABLE {noorm}__noorm_former_lock__",
  "DROP TABLE {noorm}__noorm_former_version__",
];

const IDENTITIES_ASIDE = "ALTER TABLE {noorm}__noorm_identities__ RENAME TO __noorm_former_identities__";

const IDENTITIES = [
  `INSERT INTO {noorm}__noorm_identities__ (
         id, identity_hash, email, name, machine, os, public_key, registered_at, last_seen_at
     )
     SELECT id, identity_hash, email, name, machine, os, public_key, registered_at, last_seen_at
     FROM {noorm}__noorm_former_identities__`,
  "DROP TABLE {noorm}__noorm_former_identities__",
];

/** What speaks against it: another version, words that no version 1 wrote, and files of operations that are gone. */
const CHECK = `
SELECT
    'they have version ' || noorm_version || ', and version 1 is the one that is known', 'use a newer noorm'
FROM {noorm}__noorm_version__
WHERE noorm_version <> 1 AND id = (SELECT max(id) FROM {noorm}__noorm_version__)
UNION ALL
SELECT
    'operation ' || id || ' is a \`' || change_type || '\` in the direction \`' || direction || '\` with the status \`'
    || status || '\`, which this noorm does not know', 'use a newer noorm'
FROM {noorm}__noorm_change__
WHERE change_type NOT IN ('build', 'run', 'change') OR direction NOT IN ('change', 'revert')
    OR status NOT IN ('pending', 'success', 'failed', 'reverted', 'stale')
UNION ALL
SELECT DISTINCT
    'a file has the status \`' || status || '\`, which this noorm does not know', 'use a newer noorm'
FROM {noorm}__noorm_executions__
WHERE status NOT IN ('pending', 'success', 'failed', 'skipped')
UNION ALL
SELECT
    'the row ' || id || ' of \`__noorm_executions__\` belongs to no operation', 'delete it'
FROM {noorm}__noorm_executions__
WHERE change_id NOT IN (SELECT id FROM {noorm}__noorm_change__)
`;

const NEEDED = ["__noorm_change__", "__noorm_executions__", "__noorm_lock__"];

/**
 * @param {import("noorm-guest/dialect").Found[]} found
 * @param {string} place what stands before the name of a table
 * @returns {import("noorm-guest/dialect").Adoption | null}
 */
export function adoption(found, place) {
  if (!found.some(({ table, column }) => table === "__noorm_version__" && column === "noorm_version")) return null;
  const has = (/** @type {string} */ name) => found.some(({ table }) => table === name);
  const tables = [...ASIDE, ...V1, ...COPY];
  const statements = has("__noorm_identities__") ? [IDENTITIES_ASIDE, ...tables, ...IDENTITIES] : tables;
  const missing = NEEDED.find((table) => !has(table));
  return {
    origin: "the tables of noorm's TypeScript original",
    check: missing ? `SELECT 'the table \`${missing}\` is missing', 'restore it from a backup'` : fill(CHECK, place),
    statements: statements.map((sql) => fill(sql, place)),
  };
}
