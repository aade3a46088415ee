//! noorm's tables in SQL Server, version by version. A version that was published never changes.
//!
//! Every statement may run twice: not every product takes DDL back with a transaction. Each is a text of its own, since the
//! server looks up columns of tables that are there before it runs any of a text.

/// The newest schema version.
pub(super) const LATEST: u32 = 4;

/// The steps that lead from each version to the next.
pub(super) const UPGRADES: [&[Step]; LATEST as usize] = [V1, V2, V3, V4];

/// The contract of the data model, column for column. `{make noorm}` makes the schema.
pub(super) const V1: &[Step] = &[
    Step::Always("{make noorm}"),
    Step::Table("__noorm_version__", VERSION),
    Step::Table("__noorm_changeset__", CHANGESET),
    Step::Table("__noorm_executions__", EXECUTIONS),
    Step::Table("__noorm_lock__", LOCK),
    Step::Table("__noorm_identities__", IDENTITIES),
];

/// What this product adds to the contract, and words that the contract does not have: an early TypeScript original kept to
/// its tables.
const V2: &[Step] = &[
    Step::Column("__noorm_executions__", "statements_done", "INT NOT NULL DEFAULT 0"),
    Step::Column("__noorm_executions__", "statements_total", "INT NOT NULL DEFAULT 0"),
    Step::Column("__noorm_executions__", "inputs", "NVARCHAR(MAX) NOT NULL DEFAULT N''"),
    Step::Column("__noorm_lock__", "scope", "NVARCHAR(50) NOT NULL DEFAULT N'database'"),
    Step::Column("__noorm_lock__", "token", "NVARCHAR(255){exact} NOT NULL DEFAULT N''"),
    Step::Column("__noorm_lock__", "holder", "NVARCHAR(255) NOT NULL DEFAULT N''"),
    Step::Always("DELETE FROM {noorm}.__noorm_lock__ WHERE id < (SELECT MAX(id) FROM {noorm}.__noorm_lock__)"),
    Step::Index("__noorm_lock__", "__noorm_lock_scope__", "UNIQUE ", "scope"),
    Step::Index("__noorm_executions__", "__noorm_executions_changeset__", "", "changeset_id"),
    Step::Index("__noorm_executions__", "__noorm_executions_filepath__", "", "filepath"),
    Step::Index("__noorm_changeset__", "__noorm_changeset_name__", "", "name"),
    Step::Always("UPDATE {noorm}.__noorm_changeset__ SET status = N'reverted' WHERE status = N'stale'"),
    Step::Always("UPDATE {noorm}.__noorm_changeset__ SET change_type = N'run' WHERE name = N'__reset__'"),
];

/// How far a file without a transaction has come, and by what an operation came about. A version 0 is that of the
/// original's tables: nothing has run since they were taken over.
const V3: &[Step] = &[
    Step::Column("__noorm_executions__", "statement_started", "INT NOT NULL DEFAULT 0"),
    Step::Column("__noorm_changeset__", "origin", "NVARCHAR(50) NOT NULL DEFAULT N'run'"),
    Step::Always(
        "UPDATE {noorm}.__noorm_changeset__ SET origin = N'import'
         WHERE EXISTS (SELECT 1 FROM {noorm}.__noorm_version__ WHERE schema_version = 0)",
    ),
];

/// The team's vault: one row for each value and each of its recipients, and how often it was changed.
const V4: &[Step] = &[Step::Table("__noorm_secrets__", SECRETS), Step::Table("__noorm_vault__", VAULT)];

/// A part of an upgrade.
pub(super) enum Step {
    /// A statement that may run twice.
    Always(&'static str),
    /// Table, definition: made where it is missing.
    Table(&'static str, &'static str),
    /// Table, column, definition: added where it is missing.
    Column(&'static str, &'static str, &'static str),
    /// Table, index, `UNIQUE` or nothing, columns: made where it is missing.
    Index(&'static str, &'static str, &'static str, &'static str),
}

impl Step {
    /// Returns the statement.
    pub(super) fn statement(&self) -> String {
        match self {
            Self::Always(sql) => (*sql).to_owned(),
            Self::Table(table, definition) => {
                format!("IF NOT {}\nCREATE TABLE {{noorm}}.{table} ({definition})", table_in("{'noorm'}", table))
            }
            Self::Column(table, column, definition) => format!(
                "IF NOT EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.COLUMNS \
                 WHERE LOWER(TABLE_SCHEMA) = LOWER({{'noorm'}}) AND LOWER(TABLE_NAME) = N'{table}' \
                 AND LOWER(COLUMN_NAME) = N'{column}')\n\
                 ALTER TABLE {{noorm}}.{table} ADD {column} {definition}"
            ),
            Self::Index(table, index, unique, columns) => format!(
                "IF NOT EXISTS (SELECT 1 FROM sys.indexes AS part \
                 JOIN sys.tables AS tab ON tab.object_id = part.object_id \
                 JOIN sys.schemas AS place ON place.schema_id = tab.schema_id \
                 WHERE LOWER(place.name) = LOWER({{'noorm'}}) AND LOWER(tab.name) = N'{table}' \
                 AND LOWER(part.name) = N'{index}')\n\
                 CREATE {unique}INDEX {index} ON {{noorm}}.{table} ({columns})"
            ),
        }
    }
}

/// Returns a condition: whether a schema, which is a string of SQL, has a table.
pub(super) fn table_in(schema: &str, table: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM INFORMATION_SCHEMA.TABLES \
         WHERE LOWER(TABLE_SCHEMA) = LOWER({schema}) AND LOWER(TABLE_NAME) = N'{table}')"
    )
}

const VERSION: &str = "
    id INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    cli_version NVARCHAR(50) NOT NULL,
    schema_version INT NOT NULL,
    installed_at DATETIME2(3) NOT NULL DEFAULT SYSUTCDATETIME(),
    upgraded_at DATETIME2(3) NOT NULL DEFAULT SYSUTCDATETIME()
";

const CHANGESET: &str = "
    id INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    name NVARCHAR(255){exact} NOT NULL,
    change_type NVARCHAR(50) NOT NULL,
    direction NVARCHAR(50) NOT NULL,
    checksum NVARCHAR(64) NOT NULL DEFAULT N'',
    executed_at DATETIME2(3) NOT NULL DEFAULT SYSUTCDATETIME(),
    executed_by NVARCHAR(255) NOT NULL DEFAULT N'',
    config_name NVARCHAR(255) NOT NULL DEFAULT N'',
    cli_version NVARCHAR(50) NOT NULL DEFAULT N'',
    status NVARCHAR(50) NOT NULL,
    error_message NVARCHAR(MAX) NOT NULL DEFAULT N'',
    duration_ms INT NOT NULL DEFAULT 0
";

const EXECUTIONS: &str = "
    id INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    changeset_id INT NOT NULL REFERENCES {noorm}.__noorm_changeset__ (id),
    filepath NVARCHAR(500){exact} NOT NULL,
    file_type NVARCHAR(10) NOT NULL,
    checksum NVARCHAR(64) NOT NULL DEFAULT N'',
    cli_version NVARCHAR(50) NOT NULL DEFAULT N'',
    status NVARCHAR(50) NOT NULL,
    error_message NVARCHAR(MAX) NOT NULL DEFAULT N'',
    skip_reason NVARCHAR(100) NOT NULL DEFAULT N'',
    duration_ms INT NOT NULL DEFAULT 0
";

const LOCK: &str = "
    id INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    config_name NVARCHAR(255) NOT NULL UNIQUE,
    locked_by NVARCHAR(255) NOT NULL,
    locked_at DATETIME2(3) NOT NULL DEFAULT SYSUTCDATETIME(),
    expires_at DATETIME2(3) NOT NULL,
    reason NVARCHAR(255) NOT NULL DEFAULT N''
";

const IDENTITIES: &str = "
    id INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    identity_hash NVARCHAR(64) NOT NULL UNIQUE,
    email NVARCHAR(255) NOT NULL,
    name NVARCHAR(255) NOT NULL,
    machine NVARCHAR(255) NOT NULL,
    os NVARCHAR(255) NOT NULL,
    public_key NVARCHAR(MAX) NOT NULL,
    registered_at DATETIME2(3) NOT NULL DEFAULT SYSUTCDATETIME(),
    last_seen_at DATETIME2(3) NOT NULL DEFAULT SYSUTCDATETIME()
";

const SECRETS: &str = "
    id INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [key] NVARCHAR(128){exact} NOT NULL,
    encrypted_value NVARCHAR(MAX) NOT NULL,
    recipient_hash NVARCHAR(64) NOT NULL,
    created_at DATETIME2(3) NOT NULL DEFAULT SYSUTCDATETIME(),
    recipient_key NVARCHAR(64) NOT NULL,
    sender_hash NVARCHAR(64) NOT NULL,
    sender_key NVARCHAR(64) NOT NULL,
    key_version BIGINT NOT NULL,
    vault_version BIGINT NOT NULL,
    UNIQUE ([key], recipient_hash)
";

/// Its one row has the id 1.
const VAULT: &str = "
    id INT NOT NULL PRIMARY KEY,
    vault_id NVARCHAR(64) NOT NULL,
    version BIGINT NOT NULL
";
