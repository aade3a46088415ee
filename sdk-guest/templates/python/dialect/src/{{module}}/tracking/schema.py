"""noorm's tables in SQLite, version by version. A version that was published never changes."""

# What this product adds to the contract, and words that the contract does not have: an early TypeScript original kept to
# its tables.
V2 = [
    "ALTER TABLE {noorm}__noorm_executions__ ADD COLUMN statements_done integer NOT NULL DEFAULT 0",
    "ALTER TABLE {noorm}__noorm_executions__ ADD COLUMN statements_total integer NOT NULL DEFAULT 0",
    "ALTER TABLE {noorm}__noorm_executions__ ADD COLUMN inputs text NOT NULL DEFAULT ''",
    "ALTER TABLE {noorm}__noorm_lock__ ADD COLUMN scope varchar(50) NOT NULL DEFAULT 'database'",
    "ALTER TABLE {noorm}__noorm_lock__ ADD COLUMN token varchar(255) NOT NULL DEFAULT ''",
    "ALTER TABLE {noorm}__noorm_lock__ ADD COLUMN holder varchar(255) NOT NULL DEFAULT ''",
    "DELETE FROM {noorm}__noorm_lock__ WHERE id < (SELECT max(id) FROM {noorm}__noorm_lock__)",
    "CREATE UNIQUE INDEX IF NOT EXISTS {noorm}__noorm_lock_scope__ ON __noorm_lock__ (scope)",
    "CREATE INDEX IF NOT EXISTS {noorm}__noorm_executions_changeset__ ON __noorm_executions__ (changeset_id)",
    "CREATE INDEX IF NOT EXISTS {noorm}__noorm_executions_filepath__ ON __noorm_executions__ (filepath)",
    "CREATE INDEX IF NOT EXISTS {noorm}__noorm_changeset_name__ ON __noorm_changeset__ (name)",
    "UPDATE {noorm}__noorm_changeset__ SET status = 'reverted' WHERE status = 'stale'",
    "UPDATE {noorm}__noorm_changeset__ SET change_type = 'run' WHERE name = '__reset__'",
]

# How far a file without a transaction has come, and by what an operation came about. A version 0 is that of the
# original's tables: nothing has run since they were taken over.
V3 = [
    "ALTER TABLE {noorm}__noorm_executions__ ADD COLUMN statement_started integer NOT NULL DEFAULT 0",
    "ALTER TABLE {noorm}__noorm_changeset__ ADD COLUMN origin varchar(50) NOT NULL DEFAULT 'run'",
    """UPDATE {noorm}__noorm_changeset__ SET origin = 'import'
     WHERE EXISTS (SELECT 1 FROM {noorm}__noorm_version__ WHERE schema_version = 0)""",
]

VERSION = """
CREATE TABLE IF NOT EXISTS {noorm}__noorm_version__ (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cli_version varchar(50) NOT NULL,
    schema_version integer NOT NULL,
    installed_at timestamp NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    upgraded_at timestamp NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)"""

CHANGESET = """
CREATE TABLE IF NOT EXISTS {noorm}__noorm_changeset__ (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name varchar(255) NOT NULL,
    change_type varchar(50) NOT NULL,
    direction varchar(50) NOT NULL,
    checksum varchar(64) NOT NULL DEFAULT '',
    executed_at timestamp NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    executed_by varchar(255) NOT NULL DEFAULT '',
    config_name varchar(255) NOT NULL DEFAULT '',
    cli_version varchar(50) NOT NULL DEFAULT '',
    status varchar(50) NOT NULL,
    error_message text NOT NULL DEFAULT '',
    duration_ms integer NOT NULL DEFAULT 0
)"""

EXECUTIONS = """
CREATE TABLE IF NOT EXISTS {noorm}__noorm_executions__ (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    changeset_id integer NOT NULL REFERENCES __noorm_changeset__ (id),
    filepath varchar(500) NOT NULL,
    file_type varchar(10) NOT NULL,
    checksum varchar(64) NOT NULL DEFAULT '',
    cli_version varchar(50) NOT NULL DEFAULT '',
    status varchar(50) NOT NULL,
    error_message text NOT NULL DEFAULT '',
    skip_reason varchar(100) NOT NULL DEFAULT '',
    duration_ms integer NOT NULL DEFAULT 0
)"""

LOCK = """
CREATE TABLE IF NOT EXISTS {noorm}__noorm_lock__ (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    config_name varchar(255) UNIQUE NOT NULL,
    locked_by varchar(255) NOT NULL,
    locked_at timestamp NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    expires_at timestamp NOT NULL,
    reason varchar(255) NOT NULL DEFAULT ''
)"""

IDENTITIES = """
CREATE TABLE IF NOT EXISTS {noorm}__noorm_identities__ (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity_hash varchar(64) UNIQUE NOT NULL,
    email varchar(255) NOT NULL,
    name varchar(255) NOT NULL,
    machine varchar(255) NOT NULL,
    os varchar(255) NOT NULL,
    public_key text NOT NULL,
    registered_at timestamp NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    last_seen_at timestamp NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)"""

SECRETS = """
CREATE TABLE IF NOT EXISTS {noorm}__noorm_secrets__ (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key varchar(128) NOT NULL,
    encrypted_value text NOT NULL,
    recipient_hash varchar(64) NOT NULL,
    created_at timestamp NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    recipient_key varchar(64) NOT NULL,
    sender_hash varchar(64) NOT NULL,
    sender_key varchar(64) NOT NULL,
    key_version integer NOT NULL,
    vault_version integer NOT NULL,
    UNIQUE (key, recipient_hash)
)"""

# Its one row has the id 1.
VAULT = """
CREATE TABLE IF NOT EXISTS {noorm}__noorm_vault__ (
    id integer PRIMARY KEY,
    vault_id varchar(64) NOT NULL,
    version integer NOT NULL
)"""

# The contract of the data model, column for column.
V1 = [VERSION, CHANGESET, EXECUTIONS, LOCK, IDENTITIES]

# The team's vault: one row for each value and each of its recipients, and how often it was changed.
V4 = [SECRETS, VAULT]

# The statements that lead from each version to the next.
UPGRADES = [V1, V2, V3, V4]
