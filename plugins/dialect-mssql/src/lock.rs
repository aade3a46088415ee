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
        if name.starts_with("session-") && !product(&target.options).is_known() {
            return Err(Failure::Unsupported(format!("the action `{name}` on this product")));
        }
        find(ACTIONS, &name, &target)
    }
}

/// Every action that there is. There is no `session-end`: a session is ended by its number, which the server may have given
/// to somebody else by then, and with a right over the whole server that few have. The server notices by itself that a
/// client is gone, when what it runs ends.
const ACTIONS: &[Action] =
    &[ACQUIRE, RENEW, RELEASE, FORCE_RELEASE, STATUS, STATUS_FORMER, SESSION_TRY, SESSION_RELEASE];

/// Takes over a row that has expired, or writes one where there is none. The unique scope decides between several that
/// write at once, at every isolation level: whoever comes second is told by an error, and has not acquired.
const ACQUIRE: Action = Action {
    name: "acquire",
    sql: "
BEGIN TRY
    UPDATE {noorm}.__noorm_lock__
    SET
        config_name = LEFT(@P1, 255), locked_by = LEFT(@P2, 255), locked_at = SYSUTCDATETIME(),
        expires_at = {in @P4}, reason = LEFT(@P3, 255), token = @P5, holder = LEFT(@P6, 255)
    WHERE scope = N'database' AND expires_at <= SYSUTCDATETIME();
    INSERT INTO {noorm}.__noorm_lock__ (
        config_name, locked_by, locked_at, expires_at, reason, scope, token, holder
    )
    SELECT
        LEFT(@P1, 255), LEFT(@P2, 255), SYSUTCDATETIME(), {in @P4}, LEFT(@P3, 255), N'database', @P5, LEFT(@P6, 255)
    WHERE NOT EXISTS (SELECT 1 FROM {noorm}.__noorm_lock__ WHERE scope = N'database');
END TRY
BEGIN CATCH
    IF ERROR_NUMBER() NOT IN (2601, 2627) THROW;
END CATCH
",
    parameters: &["config_name", "locked_by", "reason", "timeout_ms", "token", "holder"],
    columns: &[],
};

/// Many scripts begin with `SET NOCOUNT ON`, and the host counts the rows.
const RENEW: Action = Action {
    name: "renew",
    sql: "
SET NOCOUNT OFF;
UPDATE {noorm}.__noorm_lock__
SET expires_at = {in @P1}
WHERE scope = N'database' AND token = @P2;
",
    parameters: &["timeout_ms", "token"],
    columns: &[],
};

/// A script may leave the session in a mode in which this would begin a transaction that nobody ends.
const RELEASE: Action = Action {
    name: "release",
    sql: "
SET NOCOUNT OFF;
{own transactions}
DELETE FROM {noorm}.__noorm_lock__
WHERE scope = N'database' AND token = @P1;
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
    sql: "
SELECT
    config_name, locked_by, {instant locked_at} AS locked_at, {instant expires_at} AS expires_at, reason, token, holder,
    CASE WHEN expires_at <= SYSUTCDATETIME() THEN 1 ELSE 0 END AS expired
FROM {noorm}.__noorm_lock__
",
    parameters: &[],
    columns: &["config_name", "locked_by", "locked_at", "expires_at", "reason", "token", "holder", "expired"],
};

/// The original writes these instants itself, in UTC.
const STATUS_FORMER: Action = Action {
    name: "status-former",
    sql: "
SELECT
    config_name, locked_by, {instant locked_at} AS locked_at, {instant expires_at} AS expires_at, reason,
    CASE WHEN expires_at <= SYSUTCDATETIME() THEN 1 ELSE 0 END AS expired
FROM {noorm}.__noorm_lock__
",
    parameters: &[],
    columns: &["config_name", "locked_by", "locked_at", "expires_at", "reason", "expired"],
};

/// Never waits. The result is 0 or 1 where the lock is granted, and negative where it is not.
const SESSION_TRY: Action = Action {
    name: "session-try",
    sql: "
DECLARE @got INT;
EXEC @got = {procedures}sp_getapplock
    @Resource = {lock session}, @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = 0;
SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END AS held
",
    parameters: &[],
    columns: &["held"],
};

/// To release what is not held is an error to the server, and an answer to the host.
const SESSION_RELEASE: Action = Action {
    name: "session-release",
    sql: "
DECLARE @got INT;
BEGIN TRY
    EXEC @got = {procedures}sp_releaseapplock @Resource = {lock session}, @LockOwner = N'Session';
END TRY
BEGIN CATCH
    SET @got = -1;
END CATCH
SELECT CASE WHEN @got >= 0 THEN 1 ELSE 0 END AS released
",
    parameters: &[],
    columns: &["released"],
};
