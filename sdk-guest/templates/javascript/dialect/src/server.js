// A session with SQLite: nothing to ask, since the library is part of the host.

import { lookup } from "noorm-guest/dialect";

/** @typedef {import("noorm-guest/dialect").Dialect["server"]} Server */

/** @type {Server["login"]} */
export function login(wishes) {
  const wish = lookup(wishes, "lock-timeout-ms");
  return wish === undefined ? [] : [["busy-timeout-ms", wish]];
}

/** @type {Server["probe"]} */
export function probe() {
  return "";
}

/** @type {Server["facts"]} */
export function facts() {
  // The library has no limit on the time of a statement.
  return [["product", "SQLite"], ["ignores", "statement-timeout-ms"]];
}
