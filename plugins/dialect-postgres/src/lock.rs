//! The lock row. It locks the database, whatever the config is called, until it is released or has expired by the
//! database's clock.

use noorm_guest::dialect::exports::noorm::dialect::lock::Guest;
use noorm_guest::dialect::exports::noorm::dialect::tracking::{Query, Target};
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::server::product;
use crate::tracking::{Action, find};

impl Guest for Dialect {
    fn action(name: String, target: Target) -> Result<Query, Failure> {
        let has_locks = product(&target.options).has_session_locks();
        if name.starts_with("session-") && !has_locks {
            return Err(Failure::Unsupported(format!("the action `{name}` on this product")));
        }
        let mut query = find(ACTIONS, &name, &target)?;
        query.sql = query.sql.replace("{turn}", if has_locks { TURN } else { NO_TURN });
        Ok(query)
    }
}

/// Makes two that insert at once wait for each other. Without it one of them may fail over the other unique column,
/// `config_name`, which `ON CONFLICT (scope)` does not look at.
const TURN: &str = "SELECT pg_advisory_xact_lock(7955998172849214812)";

/// For products where such locks do nothing or are refused. Whoever fails has not acquired.
const NO_TURN: &str = "SELECT 1";

/// Every action.
const ACTIONS: &[Action] =
    &[ACQUIRE, RENEW, RELEASE, FORCE_RELEASE, STATUS, STATUS_FORMER, SESSION_TRY, SESSION_RELEASE, SESSION_END];

const ACQUIRE: Action = Action {
    name: "acquire",
    sql: "
WITH turn AS MATERIALIZED ({turn})
INSERT INTO {noorm}.__noorm_lock__ AS held (
    config_name, locked_by, locked_at, expires_at, reason, token, holder
)
SELECT
    left($1::text, 255), left($2::text, 255), (clock_timestamp() AT TIME ZONE 'UTC'),
    (clock_timestamp() AT TIME ZONE 'UTC') + $4::bigint * interval '1 millisecond', left($3::text, 255),
    $5::text, left($6::text, 255)
FROM turn
ON CONFLICT (scope) DO UPDATE SET
    config_name = excluded.config_name, locked_by = excluded.locked_by, locked_at = excluded.locked_at,
    expires_at = excluded.expires_at, reason = excluded.reason, token = excluded.token,
    holder = excluded.holder
WHERE held.expires_at <= excluded.locked_at
",
    parameters: &["config_name", "locked_by", "reason", "timeout_ms", "token", "holder"],
    columns: &[],
};

const RENEW: Action = Action {
    name: "renew",
    sql: "
UPDATE {noorm}.__noorm_lock__
SET expires_at = (clock_timestamp() AT TIME ZONE 'UTC') + $1::bigint * interval '1 millisecond'
WHERE token = $2::text
",
    parameters: &["timeout_ms", "token"],
    columns: &[],
};

const RELEASE: Action = Action {
    name: "release",
    sql: "
DELETE FROM {noorm}.__noorm_lock__
WHERE token = $1::text
",
    parameters: &["token"],
    columns: &[],
};

const FORCE_RELEASE: Action = Action {
    name: "force-release",
    sql: "
DELETE FROM {noorm}.__noorm_lock__
",
    parameters: &[],
    columns: &[],
};

const STATUS: Action = Action {
    name: "status",
    sql: r#"
SELECT
    config_name::text AS config_name, locked_by::text AS locked_by,
    to_char(locked_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS locked_at,
    to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires_at, reason::text AS reason,
    token::text AS token, holder::text AS holder,
    (expires_at <= (clock_timestamp() AT TIME ZONE 'UTC'))::integer::bigint AS expired
FROM {noorm}.__noorm_lock__
"#,
    parameters: &[],
    columns: &["config_name", "locked_by", "locked_at", "expires_at", "reason", "token", "holder", "expired"],
};

const STATUS_FORMER: Action = Action {
    name: "status-former",
    sql: r#"
SELECT
    config_name::text AS config_name, locked_by::text AS locked_by,
    to_char(locked_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS locked_at,
    to_char(expires_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires_at, reason::text AS reason,
    (expires_at <= (clock_timestamp() AT TIME ZONE 'UTC'))::integer::bigint AS expired
FROM {noorm}.__noorm_lock__
"#,
    parameters: &[],
    columns: &["config_name", "locked_by", "locked_at", "expires_at", "reason", "expired"],
};

/// Never waits: a session that waits for a lock keeps `CREATE INDEX CONCURRENTLY` from finishing.
const SESSION_TRY: Action = Action {
    name: "session-try",
    sql: "
SELECT pg_try_advisory_lock(7955998172849214813)::integer::bigint AS held
",
    parameters: &[],
    columns: &["held"],
};

const SESSION_RELEASE: Action = Action {
    name: "session-release",
    sql: "
SELECT pg_advisory_unlock(7955998172849214813)::integer::bigint AS released
",
    parameters: &[],
    columns: &["released"],
};

/// A server notices only when it next writes that a client is gone. `pg_locks` shows the lock's number in two halves.
const SESSION_END: Action = Action {
    name: "session-end",
    sql: "
SELECT count(pg_terminate_backend(pid)) AS ended
FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    AND (classid::bigint << 32 | objid::bigint) = 7955998172849214813 AND objsubid = 1
    AND $1::text IN ('', pid::text)
",
    parameters: &["session"],
    columns: &["ended"],
};
