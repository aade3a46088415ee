// What SQLite's result codes mean. The driver gives the symbolic extended code, such as `SQLITE_CONSTRAINT_UNIQUE`.

/** @typedef {import("noorm-guest/dialect").ErrorClass} ErrorClass */

/** @type {Map<string, ErrorClass>} */
const EXTENDED = new Map([
  ["SQLITE_CONSTRAINT_UNIQUE", "unique"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "unique"],
  ["SQLITE_CONSTRAINT_ROWID", "unique"],
  ["SQLITE_BUSY_SNAPSHOT", "transient"],
]);

/**
 * By the first word behind the prefix.
 *
 * @type {[RegExp, ErrorClass][]}
 */
const PRIMARY = [
  [/^(CONSTRAINT|MISMATCH|TOOBIG)$/, "constraint"],
  [/^(BUSY|LOCKED)$/, "lock"],
  [/^(PERM|AUTH|READONLY)$/, "permission"],
  [/^(CANTOPEN|NOTADB|CORRUPT)$/, "connection"],
  [/^(FULL|NOMEM|IOERR|NOLFS)$/, "resource"],
  [/^(INTERRUPT|PROTOCOL|SCHEMA)$/, "transient"],
];

/**
 * `SQLITE_ERROR` is the code of everything that is wrong with a statement: only the message says what.
 *
 * @type {[RegExp, ErrorClass][]}
 */
const MESSAGES = [
  [/syntax error|unrecognized token|incomplete input/, "syntax"],
  [/no such |unknown database/, "missing-object"],
  [/already exists|duplicate column name|already in use|already another table or index/, "existing-object"],
  [/within a transaction|within transaction|inside a transaction|no transaction is active/, "transaction"],
];

/** @type {import("noorm-guest/dialect").Dialect["errors"]["classify"]} */
export function classify({ code, message }) {
  const extended = EXTENDED.get(code);
  if (extended !== undefined) return extended;
  const [classes, text] = code === "SQLITE_ERROR" ? [MESSAGES, message] : [PRIMARY, code.replace(/^SQLITE_/, "").split("_")[0]];
  return classes.find(([pattern]) => pattern.test(text))?.[1] ?? "other";
}
