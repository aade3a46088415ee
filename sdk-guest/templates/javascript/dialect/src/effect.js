// Where to look for what a statement leaves behind: the table that SQLite keeps of everything that was made. A statement that
// is not one of these is about nothing.

import { escape } from "./literals.js";
import { quote } from "./naming.js";

const NAME = String.raw`("(?:[^"]|"")+"|\x60(?:[^\x60]|\x60\x60)+\x60|\[[^\]]+\]|[\w$\u0080-\uffff]+)`;

/** A name, and before it that of the attached database. */
const OBJECT = String.raw`(?:${NAME}\s*\.\s*)?${NAME}`;

/** What comes next is a name, and none of the words that may stand before one: a comment behind such a word hides the name. */
const WORD = String.raw`(?!(?:IF|COLUMN|CONSTRAINT|UNIQUE|PRIMARY|FOREIGN|CHECK)\b)`;

/** @param {string} text */
const pattern = (text) => new RegExp(`^${text.replaceAll(" ", "\\s+")}`, "i");

const CREATE = pattern(String.raw`CREATE (?:UNIQUE |VIRTUAL )?(TABLE|VIEW|INDEX|TRIGGER) (?:IF NOT EXISTS )?${WORD}${OBJECT}`);
const DROP = pattern(String.raw`DROP (TABLE|VIEW|INDEX|TRIGGER) (?:IF EXISTS )?${WORD}${OBJECT}\s*$`);
const COLUMN = pattern(String.raw`ALTER TABLE ${OBJECT} (ADD|DROP) (?:COLUMN )?${WORD}${NAME}`);

/** @type {import("noorm-guest/dialect").Dialect["effect"]["look"]} */
export function look(statement) {
  const made = CREATE.exec(statement) ?? DROP.exec(statement);
  if (made) {
    const [, kind, schema, name] = made;
    return { query: ofObject(kind.toLowerCase(), schema, name), present: /^create/i.test(statement) };
  }
  const column = COLUMN.exec(statement);
  if (!column) return null;
  const [, schema, table, verb, name] = column;
  return { query: ofColumn(schema, table, name), present: verb.toLowerCase() === "add" };
}

/**
 * @param {string} kind
 * @param {string | undefined} schema
 * @param {string} name
 */
function ofObject(kind, schema, name) {
  const place = schema === undefined ? "" : `${quote(bare(schema))}.`;
  return `SELECT name FROM ${place}sqlite_schema WHERE type = '${kind}' AND name = ${text(name)} COLLATE NOCASE`;
}

/**
 * @param {string | undefined} schema
 * @param {string} table
 * @param {string} name
 */
function ofColumn(schema, table, name) {
  const place = schema === undefined ? text(table) : `${text(table)}, ${text(schema)}`;
  return `SELECT name FROM pragma_table_info(${place}) WHERE name = ${text(name)} COLLATE NOCASE`;
}

/**
 * A name without its quotes.
 *
 * @param {string} name
 */
function bare(name) {
  const open = name[0];
  if (open === "[") return name.slice(1, -1);
  return open === '"' || open === "`" ? name.slice(1, -1).replaceAll(open + open, open) : name;
}

/** @param {string} name */
const text = (name) => `'${escape(bare(name))}'`;
