//! What the host does to the team's vault, in SQLite's words. `wit/README.md` has the contract.
//!
//! What stands in the rows is sealed by the host: no value ever comes here.

use super::Action;

/// Every action.
pub(super) const ACTIONS: &[Action] = &[
    VAULT_VERSION,
    VAULT,
    VAULT_INSERT,
    VAULT_ADVANCE,
    SECRET_LIST,
    SECRET_OF,
    SECRET_INSERT,
    SECRET_DELETE,
    SECRET_DELETE_OF,
];

/// What is told of a value in the vault, besides the value.
const SECRET_COLUMNS: &[&str] = &[
    "key",
    "recipient_hash",
    "recipient_key",
    "sender_hash",
    "sender_key",
    "key_version",
    "vault_version",
    "created_at",
];

const VAULT_VERSION: Action = Action {
    name: "vault-version",
    sql: "
SELECT
    id, schema_version, cli_version,
    coalesce((SELECT version FROM {noorm}__noorm_vault__ WHERE id = 1), 0) AS vault_version
FROM {noorm}__noorm_version__
ORDER BY {noorm}__noorm_version__.id DESC
LIMIT 1
",
    parameters: &[],
    columns: &["id", "schema_version", "cli_version", "vault_version"],
};

const VAULT: Action = Action {
    name: "vault",
    sql: "
SELECT vault_id, version
FROM {noorm}__noorm_vault__
WHERE id = 1
",
    parameters: &[],
    columns: &["vault_id", "version"],
};

const VAULT_INSERT: Action = Action {
    name: "vault-insert",
    sql: "
INSERT INTO {noorm}__noorm_vault__ (id, vault_id, version)
VALUES (1, ?1, ?2)
",
    parameters: &["vault_id", "version"],
    columns: &[],
};

/// Whoever comes second finds another version, and changes nothing.
const VAULT_ADVANCE: Action = Action {
    name: "vault-advance",
    sql: "
UPDATE {noorm}__noorm_vault__
SET version = ?1
WHERE id = 1 AND version = ?2
",
    parameters: &["next", "version"],
    columns: &[],
};

const SECRET_LIST: Action = Action {
    name: "secret-list",
    sql: "
SELECT
    key, recipient_hash, recipient_key, sender_hash, sender_key, key_version, vault_version, created_at
FROM {noorm}__noorm_secrets__
ORDER BY key, recipient_hash
",
    parameters: &[],
    columns: SECRET_COLUMNS,
};

const SECRET_OF: Action = Action {
    name: "secret-of",
    sql: "
SELECT
    key, recipient_hash, recipient_key, sender_hash, sender_key, key_version, vault_version, created_at,
    encrypted_value
FROM {noorm}__noorm_secrets__
WHERE recipient_hash = ?1
ORDER BY key
",
    parameters: &["recipient_hash"],
    columns: &[
        "key",
        "recipient_hash",
        "recipient_key",
        "sender_hash",
        "sender_key",
        "key_version",
        "vault_version",
        "created_at",
        "encrypted_value",
    ],
};

const SECRET_INSERT: Action = Action {
    name: "secret-insert",
    sql: "
INSERT INTO {noorm}__noorm_secrets__ (
    key, encrypted_value, recipient_hash, recipient_key, sender_hash, sender_key, key_version,
    vault_version, created_at
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
)
",
    parameters: &[
        "key",
        "encrypted_value",
        "recipient_hash",
        "recipient_key",
        "sender_hash",
        "sender_key",
        "key_version",
        "vault_version",
    ],
    columns: &[],
};

const SECRET_DELETE: Action = Action {
    name: "secret-delete",
    sql: "
DELETE FROM {noorm}__noorm_secrets__
WHERE key = ?1
",
    parameters: &["key"],
    columns: &[],
};

const SECRET_DELETE_OF: Action = Action {
    name: "secret-delete-of",
    sql: "
DELETE FROM {noorm}__noorm_secrets__
WHERE key = ?1 AND recipient_hash = ?2
",
    parameters: &["key", "recipient_hash"],
    columns: &[],
};
