//! What the host does to the team's vault, in the words of MySQL and MariaDB. `wit/README.md` has the contract.
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
    COALESCE((SELECT version FROM {noorm}__noorm_vault__ WHERE id = 1), 0) AS vault_version
FROM {noorm}__noorm_version__
ORDER BY id DESC
LIMIT 1
",
    parameters: &[],
    columns: &["id", "schema_version", "cli_version", "vault_version"],
    then: None,
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
    then: None,
};

const VAULT_INSERT: Action = Action {
    name: "vault-insert",
    sql: "
INSERT INTO {noorm}__noorm_vault__ (id, vault_id, version)
VALUES (1, {text}, ?)
",
    parameters: &["vault_id", "version"],
    columns: &[],
    then: None,
};

/// Whoever comes second finds another version, and changes nothing.
const VAULT_ADVANCE: Action = Action {
    name: "vault-advance",
    sql: "
UPDATE {noorm}__noorm_vault__
SET version = ?
WHERE id = 1 AND version = ?
",
    parameters: &["next", "version"],
    columns: &[],
    then: None,
};

const SECRET_LIST: Action = Action {
    name: "secret-list",
    sql: "
SELECT
    `key`, recipient_hash, recipient_key, sender_hash, sender_key, key_version, vault_version,
    {instant created_at} AS created_at
FROM {noorm}__noorm_secrets__
ORDER BY `key`, recipient_hash
",
    parameters: &[],
    columns: SECRET_COLUMNS,
    then: None,
};

const SECRET_OF: Action = Action {
    name: "secret-of",
    sql: "
SELECT
    `key`, recipient_hash, recipient_key, sender_hash, sender_key, key_version, vault_version,
    {instant created_at} AS created_at, encrypted_value
FROM {noorm}__noorm_secrets__
WHERE recipient_hash = {text}
ORDER BY `key`
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
    then: None,
};

const SECRET_INSERT: Action = Action {
    name: "secret-insert",
    sql: "
INSERT INTO {noorm}__noorm_secrets__ (
    `key`, encrypted_value, recipient_hash, recipient_key, sender_hash, sender_key, key_version,
    vault_version, created_at
) VALUES (
    {text}, {text}, {text}, {text}, {text}, {text}, ?, ?, UTC_TIMESTAMP(3)
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
    then: None,
};

const SECRET_DELETE: Action = Action {
    name: "secret-delete",
    sql: "
DELETE FROM {noorm}__noorm_secrets__
WHERE id > 0 AND `key` = {text}
",
    parameters: &["key"],
    columns: &[],
    then: None,
};

const SECRET_DELETE_OF: Action = Action {
    name: "secret-delete-of",
    sql: "
DELETE FROM {noorm}__noorm_secrets__
WHERE id > 0 AND `key` = {text} AND recipient_hash = {text}
",
    parameters: &["key", "recipient_hash"],
    columns: &[],
    then: None,
};
