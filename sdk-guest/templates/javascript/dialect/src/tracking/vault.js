// What the host does to the team's vault, in SQLite's words. noorm's `wit/README.md` has the contract.
// What stands in the rows is sealed by the host: no value ever comes here.

/** What is told of a value in the vault, besides the value. */
const SECRET_COLUMNS = [
  "key", "recipient_hash", "recipient_key", "sender_hash", "sender_key", "key_version", "vault_version", "created_at",
];

/** @type {Record<string, import("./action.js").Action>} */
export const ACTIONS = {
  "vault-version": {
    sql: `
SELECT
    id, schema_version, cli_version,
    coalesce((SELECT version FROM {noorm}__noorm_vault__ WHERE id = 1), 0) AS vault_version
FROM {noorm}__noorm_version__
ORDER BY {noorm}__noorm_version__.id DESC
LIMIT 1
`,
    columns: ["id", "schema_version", "cli_version", "vault_version"],
  },
  vault: {
    sql: `
SELECT vault_id, version
FROM {noorm}__noorm_vault__
WHERE id = 1
`,
    columns: ["vault_id", "version"],
  },
  "vault-insert": {
    sql: `
INSERT INTO {noorm}__noorm_vault__ (id, vault_id, version)
VALUES (1, ?1, ?2)
`,
    parameters: ["vault_id", "version"],
  },
  // Whoever comes second finds another version, and changes nothing.
  "vault-advance": {
    sql: `
UPDATE {noorm}__noorm_vault__
SET version = ?1
WHERE id = 1 AND version = ?2
`,
    parameters: ["next", "version"],
  },
  "secret-list": {
    sql: `
SELECT
    key, recipient_hash, recipient_key, sender_hash, sender_key, key_version, vault_version, created_at
FROM {noorm}__noorm_secrets__
ORDER BY key, recipient_hash
`,
    columns: SECRET_COLUMNS,
  },
  "secret-of": {
    sql: `
SELECT
    key, recipient_hash, recipient_key, sender_hash, sender_key, key_version, vault_version, created_at,
    encrypted_value
FROM {noorm}__noorm_secrets__
WHERE recipient_hash = ?1
ORDER BY key
`,
    parameters: ["recipient_hash"],
    columns: [
      "key", "recipient_hash", "recipient_key", "sender_hash", "sender_key", "key_version", "vault_version",
      "created_at", "encrypted_value",
    ],
  },
  "secret-insert": {
    sql: `
INSERT INTO {noorm}__noorm_secrets__ (
    key, encrypted_value, recipient_hash, recipient_key, sender_hash, sender_key, key_version,
    vault_version, created_at
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
)
`,
    parameters: [
      "key", "encrypted_value", "recipient_hash", "recipient_key", "sender_hash", "sender_key", "key_version",
      "vault_version",
    ],
  },
  "secret-delete": {
    sql: `
DELETE FROM {noorm}__noorm_secrets__
WHERE key = ?1
`,
    parameters: ["key"],
  },
  "secret-delete-of": {
    sql: `
DELETE FROM {noorm}__noorm_secrets__
WHERE key = ?1 AND recipient_hash = ?2
`,
    parameters: ["key", "recipient_hash"],
  },
};
