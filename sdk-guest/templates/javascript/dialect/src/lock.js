// The lock row. It locks the database, whatever the config is called, until it is released or has expired by the database's
// clock.

import { find } from "./tracking/action.js";

/** @type {Record<string, import("./tracking/action.js").Action>} */
const ACTIONS = {
  // `ON CONFLICT` without a column covers both unique ones, `scope` and `config_name`.
  acquire: {
    sql: `
INSERT INTO {noorm}__noorm_lock__ AS held (
    config_name, locked_by, locked_at, expires_at, reason, token, holder
) VALUES (
    ?1, ?2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (?4 / 1000.0) || ' seconds'), ?3, ?5, ?6
)
ON CONFLICT DO UPDATE SET
    config_name = excluded.config_name, locked_by = excluded.locked_by, locked_at = excluded.locked_at,
    expires_at = excluded.expires_at, reason = excluded.reason, token = excluded.token,
    holder = excluded.holder
WHERE held.expires_at <= excluded.locked_at
`,
    parameters: ["config_name", "locked_by", "reason", "timeout_ms", "token", "holder"],
  },
  renew: {
    sql: `
UPDATE {noorm}__noorm_lock__
SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (?1 / 1000.0) || ' seconds')
WHERE token = ?2
`,
    parameters: ["timeout_ms", "token"],
  },
  release: {
    sql: `
DELETE FROM {noorm}__noorm_lock__
WHERE token = ?1
`,
    parameters: ["token"],
  },
  "force-release": {
    sql: `
DELETE FROM {noorm}__noorm_lock__
`,
  },
  status: {
    sql: `
SELECT
    config_name, locked_by, locked_at, expires_at, reason, token, holder,
    expires_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS expired
FROM {noorm}__noorm_lock__
`,
    columns: ["config_name", "locked_by", "locked_at", "expires_at", "reason", "token", "holder", "expired"],
  },
  // An instant that cannot be read counts as one that is to come.
  "status-former": {
    sql: `
SELECT
    config_name, locked_by, coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', locked_at), locked_at) AS locked_at,
    coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', expires_at), expires_at) AS expires_at, reason,
    coalesce(julianday(expires_at) <= julianday('now'), 0) AS expired
FROM {noorm}__noorm_lock__
`,
    columns: ["config_name", "locked_by", "locked_at", "expires_at", "reason", "expired"],
  },
};

/** @type {import("noorm-guest/dialect").Dialect["lock"]["action"]} */
export function action(name, target) {
  return find(ACTIONS, name, target);
}
