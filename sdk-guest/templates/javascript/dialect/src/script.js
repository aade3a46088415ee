// How SQLite's scripts are cut into statements. The SDK cuts them at `;`; here a trigger becomes one piece again, and pieces
// are marked for `transaction.around`.

import { Problem, position, utf8 } from "noorm-guest";
import { splitter } from "noorm-guest/dialect";

import { DROPS, FOREIGN_KEYS, RENAMES } from "./transaction.js";

/** @typedef {import("noorm-guest/dialect").Piece} Piece */

/** So many words say what a statement is. */
const HEAD = 16;

/** Comments, quoted names and texts, words, and single signs. */
const TOKENS = /--[^\n]*|\/\*[^]*?(?:\*\/|$)|"[^"]*"?|`[^`]*`?|\[[^\]]*\]?|'[^']*'?|[\w$\u0080-\uffff]+|\S/g;

/** Pragmas that do nothing, or fail, inside a transaction. */
const OUTSIDE = /^PRAGMA (\S+ \. )?(JOURNAL_MODE|SYNCHRONOUS) [=(]/;

const TRIGGER = /^(EXPLAIN (QUERY PLAN )?)?CREATE (TEMP |TEMPORARY )?TRIGGER\b/;

/** @type {import("noorm-guest/dialect").Syntax} */
const SYNTAX = { quotes: [["'", "'"], ['"', '"'], ["`", "`"], ["[", "]"]], transaction };

/** @type {import("noorm-guest/dialect").Dialect["script"]["open"]} */
export function open(path) {
  const inner = splitter(path, SYNTAX);
  /** @type {Uint8Array[]} */
  const chunks = [];
  return {
    push(chunk) {
      chunks.push(chunk.slice());
      return inner.push(chunk);
    },
    finish() {
      return joinedAndMarked(inner.finish(), join(chunks));
    },
  };
}

/** @param {Uint8Array[]} chunks */
function join(chunks) {
  const script = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    script.set(chunk, at);
    at += chunk.length;
  }
  return script;
}

/**
 * Joins the pieces of each trigger, and marks the others.
 *
 * @param {Piece[]} pieces
 * @param {Uint8Array} script
 */
function joinedAndMarked(pieces, script) {
  /** @type {Piece[]} */
  const found = [];
  /** @type {Piece | null} */
  let trigger = null;
  for (const piece of pieces) {
    const head = headOf(utf8(script, piece.body.start, piece.body.end));
    if (trigger) {
      trigger.whole.end = piece.whole.end;
      if (piece.kind === "statement") trigger.body.end = piece.body.end;
      // As SQLite's own shell has it: a trigger ends with an `END` of its own.
      if (head === "END") trigger = null;
      continue;
    }
    if (head.startsWith(".")) throw clientCommand(script, piece);
    const one = { ...piece, ...marks(head) };
    if (TRIGGER.test(head)) trigger = one;
    found.push(one);
  }
  return found;
}

/**
 * The first words of a statement: in capitals, without comments, with one blank between them.
 *
 * @param {string} statement
 */
function headOf(statement) {
  // Most statements of a long script are these, and nothing depends on what is behind their first word.
  const plain = /^(?:insert|update|delete|replace|select)\b/i.exec(statement);
  if (plain) return plain[0].toUpperCase();
  const words = [];
  for (const [word] of statement.matchAll(TOKENS)) {
    if (!/^(--|\/\*)/.test(word)) words.push(word);
    if (words.length === HEAD) break;
  }
  return words.join(" ").toUpperCase();
}

/**
 * What `transaction.around` has to know of a statement.
 *
 * @param {string} head
 * @returns {Partial<Piece>}
 */
function marks(head) {
  const foreignKeys = /^PRAGMA (?:\S+ \. )?FOREIGN_KEYS [=(] (\S+)/.exec(head);
  if (foreignKeys) {
    const isOn = /^(ON|1|TRUE|YES)$/.test(foreignKeys[1]);
    if (!isOn && !/^(OFF|0|FALSE|NO)$/.test(foreignKeys[1])) return {};
    return { kind: "hoisted", attrs: [[FOREIGN_KEYS, isOn ? "on" : "off"]] };
  }
  if (/^(ATTACH\b|PRAGMA (\S+ \. )?\S+ [=(])/.test(head)) return { attrs: [["session", ""]] };
  if (/^DROP TABLE\b/.test(head)) return { attrs: [[DROPS, ""]] };
  if (/^ALTER TABLE .* RENAME TO\b/.test(head)) return { attrs: [[RENAMES, ""]] };
  return {};
}

/**
 * How a statement stands to transactions.
 *
 * @param {string} statement
 * @returns {Piece["transaction"]}
 */
function transaction(statement) {
  const head = headOf(statement);
  if (/^BEGIN\b/.test(head)) return "begin";
  if (/^(COMMIT|END)\b/.test(head)) return "commit";
  if (/^ROLLBACK\b/.test(head)) return /^ROLLBACK (TRANSACTION )?TO\b/.test(head) ? "inside" : "rollback";
  return /^(VACUUM|ATTACH|DETACH)\b/.test(head) || OUTSIDE.test(head) ? "outside" : "inside";
}

/**
 * A line for the sqlite3 shell, which the database does not know.
 *
 * @param {Uint8Array} script
 * @param {Piece} piece
 */
function clientCommand(script, { body }) {
  const [command] = utf8(script, body.start, body.end).split(/\s/);
  const at = { ...position(script, body.start), end: body.start + command.length };
  const help = "remove this line, or say it in SQL";
  return new Problem("client-command", `\`${command}\` is a command of the sqlite3 shell, not SQL`, { at, help });
}
