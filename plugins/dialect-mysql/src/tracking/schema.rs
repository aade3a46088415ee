//! noorm's tables in MySQL and MariaDB, version by version. A version that was published never changes.
//!
//! DDL commits: an upgrade that was killed is begun again, so that every statement may run twice. There is no `IF NOT
//! EXISTS` for columns and indexes that both servers know; the catalog is asked instead.

use super::{Place, fill};
use crate::literals::string;

/// The newest schema version.
pub(super) const LATEST: u32 = 4;

/// The steps that lead from each version to the next.
pub(super) const UPGRADES: [&[Step]; LATEST as usize] = [V1, V2, V3, V4];

/// The contract of the data model, column for column.
const V1: &[Step] = &[
    Step::Always(VERSION),
    Step::Always(CHANGESET),
    Step::Always(EXECUTIONS),
    Step::Always(LOCK),
    Step::Always(IDENTITIES),
];

/// What this product adds to the contract, and words that the contract does not have: an early TypeScript original kept to
/// its tables. The two long columns are indexed by their beginning, as smaller pages have no room for more.
const V2: &[Step] = &[
    Step::Column("__noorm_executions__", "statements_done", "INT NOT NULL DEFAULT 0"),
    Step::Column("__noorm_executions__", "statements_total", "INT NOT NULL DEFAULT 0"),
    Step::Column("__noorm_executions__", "inputs", "LONGTEXT NOT NULL DEFAULT ('')"),
    Step::Column("__noorm_lock__", "scope", "VARCHAR(50) NOT NULL DEFAULT 'database'"),
    Step::Column("__noorm_lock__", "token", "VARCHAR(255) NOT NULL DEFAULT ''"),
    Step::Column("__noorm_lock__", "holder", "VARCHAR(255) NOT NULL DEFAULT ''"),
    Step::Always(
        "DELETE FROM {noorm}__noorm_lock__
         WHERE id > 0 AND id < (SELECT newest.id FROM (SELECT MAX(id) AS id FROM {noorm}__noorm_lock__) AS newest)",
    ),
    Step::Index("__noorm_lock__", "__noorm_lock_scope__", "UNIQUE", "scope"),
    Step::Index("__noorm_executions__", "__noorm_executions_changeset__", "", "changeset_id"),
    Step::Index("__noorm_executions__", "__noorm_executions_filepath__", "", "filepath(191)"),
    Step::Index("__noorm_changeset__", "__noorm_changeset_name__", "", "name(191)"),
    Step::Always("UPDATE {noorm}__noorm_changeset__ SET status = 'reverted' WHERE id > 0 AND status = 'stale'"),
    Step::Always("UPDATE {noorm}__noorm_changeset__ SET change_type = 'run' WHERE id > 0 AND name = '__reset__'"),
];

/// How far a file without a transaction has come, and by what an operation came about. The column `state_version` is the
/// original's: nothing has run since its tables were taken over.
const V3: &[Step] = &[
    Step::Column("__noorm_executions__", "statement_started", "INT NOT NULL DEFAULT 0"),
    Step::Column("__noorm_changeset__", "origin", "VARCHAR(50) NOT NULL DEFAULT 'run'"),
    Step::Always(
        "UPDATE {noorm}__noorm_changeset__ SET origin = 'import'
         WHERE id > 0 AND (
             SELECT COUNT(*) FROM information_schema.COLUMNS
             WHERE TABLE_SCHEMA = {'noorm'} AND TABLE_NAME = '__noorm_version__' AND COLUMN_NAME = 'state_version'
         ) = 1",
    ),
];

/// The team's vault: one row for each value and each of its recipients, and how often it was changed. The key is short, as
/// smaller pages have no room for more in an index.
const V4: &[Step] = &[Step::Always(SECRETS), Step::Always(VAULT)];

/// A part of an upgrade.
pub(super) enum Step {
    /// A statement that may run twice.
    Always(&'static str),
    /// Table, column, definition: added where it is missing.
    Column(&'static str, &'static str, &'static str),
    /// Table, index, `UNIQUE` or nothing, columns: made where it is missing.
    Index(&'static str, &'static str, &'static str, &'static str),
}

impl Step {
    /// Returns the statements, in order.
    pub(super) fn statements(&self, place: &Place) -> Vec<String> {
        match self {
            Self::Always(sql) => vec![fill(&defaults(sql, place), place)],
            Self::Column(table, column, definition) => {
                let ddl = format!("ALTER TABLE {{noorm}}{table} ADD COLUMN {column} {definition}");
                guarded(&format!("{} = 0", columns(table, column)), &defaults(&ddl, place), place)
            }
            Self::Index(table, index, unique, columns) => {
                let blank = if unique.is_empty() { "" } else { " " };
                let ddl = format!("CREATE {unique}{blank}INDEX {index} ON {{noorm}}{table} ({columns})");
                let condition = format!(
                    "(SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = {{'noorm'}} \
                     AND TABLE_NAME = '{table}' AND INDEX_NAME = '{index}') = 0"
                );
                guarded(&condition, &ddl, place)
            }
        }
    }
}

/// Returns an expression for how many columns of a name a table has: 0 or 1.
pub(super) fn columns(table: &str, column: &str) -> String {
    format!(
        "(SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {{'noorm'}} \
         AND TABLE_NAME = '{table}' AND COLUMN_NAME = '{column}')"
    )
}

/// Statements that run `ddl` if a condition holds. Only a statement that is prepared from a variable can depend on one.
pub(super) fn guarded(condition: &str, ddl: &str, place: &Place) -> Vec<String> {
    let ddl = string(&fill(ddl, place));
    vec![
        format!("SET @noorm_ddl = IF({}, {ddl}, 'DO 0')", fill(condition, place)),
        "PREPARE noorm_ddl FROM @noorm_ddl".to_owned(),
        "EXECUTE noorm_ddl".to_owned(),
        "DEALLOCATE PREPARE noorm_ddl".to_owned(),
    ]
}

/// TiDB has no defaults that are expressions. They are for rows that are written by hand: noorm's statements say every
/// value.
pub(super) fn defaults(sql: &str, place: &Place) -> String {
    match place.has_defaults {
        true => sql.to_owned(),
        false => sql.replace(" DEFAULT ('')", "").replace(" DEFAULT (UTC_TIMESTAMP(3))", ""),
    }
}

const VERSION: &str = "
CREATE TABLE IF NOT EXISTS {noorm}__noorm_version__ (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    cli_version VARCHAR(50) NOT NULL,
    schema_version INT NOT NULL,
    installed_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
    upgraded_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3))
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

const CHANGESET: &str = "
CREATE TABLE IF NOT EXISTS {noorm}__noorm_changeset__ (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(255) NOT NULL,
    change_type VARCHAR(50) NOT NULL,
    direction VARCHAR(50) NOT NULL,
    checksum VARCHAR(64) NOT NULL DEFAULT '',
    executed_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
    executed_by VARCHAR(255) NOT NULL DEFAULT '',
    config_name VARCHAR(255) NOT NULL DEFAULT '',
    cli_version VARCHAR(50) NOT NULL DEFAULT '',
    status VARCHAR(50) NOT NULL,
    error_message TEXT NOT NULL DEFAULT (''),
    duration_ms INT NOT NULL DEFAULT 0
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

const EXECUTIONS: &str = "
CREATE TABLE IF NOT EXISTS {noorm}__noorm_executions__ (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    changeset_id INT NOT NULL,
    filepath VARCHAR(500) NOT NULL,
    file_type VARCHAR(10) NOT NULL,
    checksum VARCHAR(64) NOT NULL DEFAULT '',
    cli_version VARCHAR(50) NOT NULL DEFAULT '',
    status VARCHAR(50) NOT NULL,
    error_message TEXT NOT NULL DEFAULT (''),
    skip_reason VARCHAR(100) NOT NULL DEFAULT '',
    duration_ms INT NOT NULL DEFAULT 0,
    FOREIGN KEY (changeset_id) REFERENCES {noorm}__noorm_changeset__ (id)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

const LOCK: &str = "
CREATE TABLE IF NOT EXISTS {noorm}__noorm_lock__ (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    config_name VARCHAR(255) NOT NULL UNIQUE,
    locked_by VARCHAR(255) NOT NULL,
    locked_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
    expires_at DATETIME(3) NOT NULL,
    reason VARCHAR(255) NOT NULL DEFAULT ''
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

const IDENTITIES: &str = "
CREATE TABLE IF NOT EXISTS {noorm}__noorm_identities__ (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    identity_hash VARCHAR(64) NOT NULL UNIQUE,
    email VARCHAR(255) NOT NULL,
    name VARCHAR(255) NOT NULL,
    machine VARCHAR(255) NOT NULL,
    os VARCHAR(255) NOT NULL,
    public_key TEXT NOT NULL,
    registered_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
    last_seen_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3))
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

const SECRETS: &str = "
CREATE TABLE IF NOT EXISTS {noorm}__noorm_secrets__ (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `key` VARCHAR(128) NOT NULL,
    encrypted_value LONGTEXT NOT NULL,
    recipient_hash VARCHAR(64) NOT NULL,
    created_at DATETIME(3) NOT NULL DEFAULT (UTC_TIMESTAMP(3)),
    recipient_key VARCHAR(64) NOT NULL,
    sender_hash VARCHAR(64) NOT NULL,
    sender_key VARCHAR(64) NOT NULL,
    key_version BIGINT NOT NULL,
    vault_version BIGINT NOT NULL,
    UNIQUE (`key`, recipient_hash)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

/// Its one row has the id 1.
const VAULT: &str = "
CREATE TABLE IF NOT EXISTS {noorm}__noorm_vault__ (
    id INT NOT NULL PRIMARY KEY,
    vault_id VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
