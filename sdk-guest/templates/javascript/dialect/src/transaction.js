// Transaction control. There is nothing to reset between files: SQLite's session settings are pragmas, and resetting those
// would undo what a user's script did on purpose.

/** @typedef {import("noorm-guest/dialect").Dialect["transaction"]} Transaction */

/** The mark of a statement that switches foreign keys: `on` or `off`. */
export const FOREIGN_KEYS = "foreign-keys";

/** The mark of a statement that drops a table. */
export const DROPS = "drops";

/** The mark of a statement that renames a table. */
export const RENAMES = "renames-to";

/** @type {Transaction["control"]} */
export function control() {
  return {
    setup: ["PRAGMA foreign_keys = ON"],
    reset: [],
    // A transaction that begins by reading can fail when it first writes; this one waits for its turn instead.
    begin: "BEGIN IMMEDIATE",
    commit: "COMMIT",
    rollback: "ROLLBACK",
    ddl: true,
    attrs: [],
  };
}

/**
 * Inside a transaction the switch of foreign keys does nothing, and dropping a table deletes its rows first, which cascades
 * (sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes): a script that rebuilds a table would lose the
 * rows that refer to it.
 *
 * @type {Transaction["around"]}
 */
export function around(marks) {
  const switchesOff = marks.some(([name, value]) => name === FOREIGN_KEYS && value === "off");
  const dropped = marks.findIndex(([name]) => name === DROPS);
  const rebuilds = dropped >= 0 && marks.slice(dropped).some(([name]) => name === RENAMES);
  if (!switchesOff && !rebuilds) return { before: [], check: "", after: [] };
  return {
    before: ["PRAGMA foreign_keys = OFF"],
    check: "PRAGMA foreign_key_check",
    after: ["PRAGMA foreign_keys = ON"],
  };
}
