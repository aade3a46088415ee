// noorm's own tables. The texts are beside this file; here they meet the schema that holds the tables.

import { Unsupported } from "noorm-guest";

import { fill, find, place } from "./action.js";
import { ACTIONS } from "./actions.js";
import { adoption } from "./adopt.js";
import { UPGRADES } from "./schema.js";
import { ACTIONS as OF_VAULT } from "./vault.js";

/** @typedef {import("noorm-guest/dialect").Dialect["tracking"]} Tracking */

/** @type {Tracking["latest"]} */
export function latest() {
  return UPGRADES.length;
}

/** @type {Tracking["upgrade"]} */
export function upgrade(installed, target) {
  const statements = UPGRADES[installed];
  if (statements === undefined) throw new Unsupported(`an upgrade from schema version ${installed}`);
  return statements.map((sql) => fill(sql, place(target)));
}

/** @type {Tracking["action"]} */
export function action(name, target) {
  return find({ ...ACTIONS, ...OF_VAULT }, name, target);
}

/** @type {Tracking["adopt"]} */
export function adopt(found, target) {
  return adoption(found, place(target));
}
