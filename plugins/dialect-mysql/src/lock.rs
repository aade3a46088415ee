//! The lock row. It locks the database, whatever the config is called, until it is released or has expired by the
//! database's clock.

use noorm_guest::dialect::exports::noorm::dialect::lock::Guest;
use noorm_guest::dialect::exports::noorm::dialect::tracking::{Query, Target};
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::sql;

use crate::Dialect;
use crate::server::{fact, product};
use crate::tracking::{Action, find};

impl Guest for Dialect {
    fn action(name: String, target: Target) -> Result<Query, Failure> {
        if name.starts_with("session-") && !product(&target.options).has_session_locks() {
            return Err(Failure::Unsupported(format!("the action `{name}` on this product")));
        }
        let mut query = find(ACTIONS, &name, &target)?;
        query.sql = with_locks(&query.sql, &target.options);
        query.attrs.iter_mut().for_each(|(_, sql)| *sql = with_locks(sql, &target.options));
        Ok(query)
    }
}

/// Returns an expression for the name of one of the database's locks that sessions take. Such names are the whole
/// server's, compared without case, and at most 64 characters long: so it is a digest of the database's name.
pub(crate) fn session_lock(what: &str, options: &[(String, String)]) -> String {
    let database = match fact(options, "database") {
        // Digits mean the same in every character set of a session. A server that folds names tells them in any case.
        Some(name) => match fact(options, "lower-case-table-names") {
            None | Some("0") => format!("x'{}'", sql::hex(name.as_bytes())),
            Some(_) => format!("x'{}'", sql::hex(name.to_lowercase().as_bytes())),
        },
        None => "DATABASE()".to_owned(),
    };
    format!("CONCAT('noorm.{what}.', LEFT(SHA2({database}, 256), 40))")
}

/// Puts the session's locks into a text of ours; where there are none, its turn is everybody's.
fn with_locks(sql: &str, options: &[(String, String)]) -> String {
    let turn = session_lock("acquire", options);
    let (take, end) = match product(options).has_session_locks() {
        // However often the server evaluates either, the lock is taken once and released.
        true => (
            format!("IF(COALESCE(IS_USED_LOCK({turn}), 0) = CONNECTION_ID(), 1, GET_LOCK({turn}, 10))"),
            format!("COALESCE(RELEASE_LOCK({turn}), 0)"),
        ),
        false => ("1".to_owned(), "0".to_owned()),
    };
    let sql = sql.replace("{take turn}", &take).replace("{end turn}", &end);
    sql.replace("{lock}", &session_lock("session", options))
}

/// Every action.
const ACTIONS: &[Action] =
    &[ACQUIRE, RENEW, RELEASE, FORCE_RELEASE, STATUS, STATUS_FORMER, SESSION_TRY, SESSION_RELEASE, SESSION_END];

/// What the statement says of affected rows is 1 or 2 when it acquires, and 0 or 1 when it does not: that is up to a flag of
/// the connection, which a proxy may change. So the token is looked for afterwards: one row, or none. A user variable
/// brings it there, as the second statement has no values. The condition reads `expires_at`, which is therefore set last.
///
/// Several that insert at once into one empty index are a deadlock to the server, so they take turns, up to the end of the
/// second statement. Who has waited for ten seconds has not acquired.
const ACQUIRE: Action = Action {
    name: "acquire",
    sql: "
INSERT INTO {noorm}__noorm_lock__ (
    config_name, locked_by, locked_at, expires_at, reason, scope, token, holder
)
SELECT
    LEFT({text}, 255), LEFT({text}, 255), UTC_TIMESTAMP(3),
    TIMESTAMPADD(MICROSECOND, ? * 1000, UTC_TIMESTAMP(3)), LEFT({text}, 255), 'database',
    @noorm_token := {text}, LEFT({text}, 255)
FROM (SELECT {take turn} AS mine) AS turn
WHERE turn.mine = 1
ON DUPLICATE KEY UPDATE
    config_name = IF(expires_at <= UTC_TIMESTAMP(3), LEFT({text}, 255), config_name),
    locked_by = IF(expires_at <= UTC_TIMESTAMP(3), LEFT({text}, 255), locked_by),
    locked_at = IF(expires_at <= UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), locked_at),
    reason = IF(expires_at <= UTC_TIMESTAMP(3), LEFT({text}, 255), reason),
    token = IF(expires_at <= UTC_TIMESTAMP(3), {text}, token),
    holder = IF(expires_at <= UTC_TIMESTAMP(3), LEFT({text}, 255), holder),
    expires_at = IF(
        expires_at <= UTC_TIMESTAMP(3), TIMESTAMPADD(MICROSECOND, ? * 1000, UTC_TIMESTAMP(3)), expires_at
    )
",
    parameters: &[
        "config_name",
        "locked_by",
        "timeout_ms",
        "reason",
        "token",
        "holder",
        "config_name",
        "locked_by",
        "reason",
        "token",
        "holder",
        "timeout_ms",
    ],
    columns: &[],
    then: Some(
        "
SELECT 1 AS acquired
FROM (SELECT 1) AS one
WHERE (
    SELECT COUNT(*) FROM {noorm}__noorm_lock__ WHERE token = CONVERT(@noorm_token USING utf8mb4)
) = 1 + 0 * {end turn}
",
    ),
};

/// A row whose values stay what they are may count as not affected: the instant moves by a millisecond if it is the same.
const RENEW: Action = Action {
    name: "renew",
    sql: "
UPDATE {noorm}__noorm_lock__
SET expires_at = TIMESTAMPADD(
    MICROSECOND,
    ? * 1000 + IF(expires_at = TIMESTAMPADD(MICROSECOND, ? * 1000, UTC_TIMESTAMP(3)), 1000, 0),
    UTC_TIMESTAMP(3)
)
WHERE scope = 'database' AND token = {text}
",
    parameters: &["timeout_ms", "timeout_ms", "token"],
    columns: &[],
    then: None,
};

/// The scope is indexed: under `sql_safe_updates` the server wants to be told a key.
const RELEASE: Action = Action {
    name: "release",
    sql: "
DELETE FROM {noorm}__noorm_lock__
WHERE scope = 'database' AND token = {text}
",
    parameters: &["token"],
    columns: &[],
    then: None,
};

/// Tables of version 1 have no other key.
const FORCE_RELEASE: Action = Action {
    name: "force-release",
    sql: "
DELETE FROM {noorm}__noorm_lock__
WHERE id > 0
",
    parameters: &[],
    columns: &[],
    then: None,
};

const STATUS: Action = Action {
    name: "status",
    sql: "
SELECT
    config_name, locked_by, {instant locked_at} AS locked_at, {instant expires_at} AS expires_at, reason, token, holder,
    expires_at <= UTC_TIMESTAMP(3) AS expired
FROM {noorm}__noorm_lock__
",
    parameters: &[],
    columns: &["config_name", "locked_by", "locked_at", "expires_at", "reason", "token", "holder", "expired"],
    then: None,
};

/// The original's instants are `TIMESTAMP`, which is told in the session's time zone; noorm's are in UTC.
const STATUS_FORMER: Action = Action {
    name: "status-former",
    sql: "
SELECT
    held.config_name, held.locked_by, {instant held.locked_at} AS locked_at, {instant held.expires_at} AS expires_at,
    held.reason, held.expires_at <= UTC_TIMESTAMP(3) AS expired
FROM (
    SELECT
        former.config_name, former.locked_by, former.reason,
        TIMESTAMPADD(SECOND, original.is_it * UNIX_TIMESTAMP(former.locked_at), IF(
            original.is_it = 1, CAST('1970-01-01 00:00:00' AS DATETIME(3)), former.locked_at
        )) AS locked_at,
        TIMESTAMPADD(SECOND, original.is_it * UNIX_TIMESTAMP(former.expires_at), IF(
            original.is_it = 1, CAST('1970-01-01 00:00:00' AS DATETIME(3)), former.expires_at
        )) AS expires_at
    FROM {noorm}__noorm_lock__ AS former
    JOIN (
        SELECT COUNT(*) AS is_it
        FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = {'noorm'} AND TABLE_NAME = '__noorm_lock__' AND COLUMN_NAME = 'expires_at'
            AND DATA_TYPE = 'timestamp'
    ) AS original
) AS held
",
    parameters: &[],
    columns: &["config_name", "locked_by", "locked_at", "expires_at", "reason", "expired"],
    then: None,
};

const SESSION_TRY: Action = Action {
    name: "session-try",
    sql: "
SELECT COALESCE(GET_LOCK({lock}, 0), 0) AS held
",
    parameters: &[],
    columns: &["held"],
    then: None,
};

const SESSION_RELEASE: Action = Action {
    name: "session-release",
    sql: "
SELECT COALESCE(RELEASE_LOCK({lock}), 0) AS released
",
    parameters: &[],
    columns: &["released"],
    then: None,
};

/// A server notices only when it next writes that a client is gone. Where the lock has become free in the meantime there is
/// no such session, which is an error to the server.
const SESSION_END: Action = Action {
    name: "session-end",
    sql: "
KILL CONNECTION IS_USED_LOCK({lock})
",
    parameters: &[],
    columns: &["ended"],
    then: Some("SELECT 1 AS ended"),
};
