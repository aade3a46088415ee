// Names: what SQLite takes for one, and how it is quoted.

import { Unsupported } from "noorm-guest";
import { quote as standard } from "noorm-guest/dialect";

/** @typedef {import("noorm-guest/dialect").Dialect["naming"]} Naming */

/** @type {Naming["rules"]} */
export function rules() {
  return { maxBytes: 0, folds: "keep", separator: ".", defaultSchema: "main" };
}

/** @type {Naming["quote"]} */
export function quote(identifier) {
  return standard(identifier);
}

/** @type {Naming["qualify"]} */
export function qualify({ catalog, schema, name }) {
  if (catalog !== null) throw new Unsupported("a name with a catalog");
  return schema === null ? quote(name) : `${quote(schema)}.${quote(name)}`;
}
