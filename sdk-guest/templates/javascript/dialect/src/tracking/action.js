// An action: its text, with `{noorm}` where the schema goes, and the names of what goes in and comes out.

import { Unsupported } from "noorm-guest";

import { quote } from "../naming.js";

/** @typedef {{ sql: string, parameters?: string[], columns?: string[] }} Action */
/** @typedef {import("noorm-guest/dialect").Target} Target */

/**
 * The query of the action `name`.
 *
 * @param {Record<string, Action>} actions
 * @param {string} name
 * @param {Target} target
 * @returns {import("noorm-guest/dialect").Query}
 */
export function find(actions, name, target) {
  // A word such as `constructor` names something in every object.
  if (!Object.hasOwn(actions, name)) throw new Unsupported(`the action \`${name}\``);
  const { sql, parameters = [], columns = [] } = actions[name];
  return { sql: fill(sql, place(target)), parameters, columns, attrs: [] };
}

/**
 * What stands before the name of a table: nothing, or the attached database that holds the tables.
 *
 * @param {Target} target
 */
export function place({ schema }) {
  return schema === null ? "" : `${quote(schema)}.`;
}

/**
 * Puts the schema into a text of ours.
 *
 * @param {string} sql
 * @param {string} place
 */
export function fill(sql, place) {
  // As a text, it could have signs in it that `replaceAll` fills itself, such as `$&`.
  return sql.trim().replaceAll("{noorm}", () => place);
}
