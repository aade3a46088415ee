// What the host relies on. `noorm plugin test` asks much more.

import assert from "node:assert/strict";
import { test } from "node:test";

import { describe, effect, errors, literals, lock, naming, script, tracking, transaction } from "../src/plugin.js";

const TARGET = { schema: null, options: [] };

/** The pieces of a script, each with what is sent of it. */
function pieces(text) {
  const bytes = new Uint8Array(Buffer.from(text));
  const splitter = script.Splitter.open("a.sql", []);
  const found = [...splitter.push(bytes), ...splitter.finish()].filter((piece) => piece.kind !== "blank");
  return found.map((piece) => ({ ...piece, text: Buffer.from(bytes.subarray(piece.body.start, piece.body.end)).toString() }));
}

/** How a statement stands to transactions. */
const standing = (statement) => pieces(`${statement};\nx`)[0].transaction;

test("it says who it is", () => {
  const told = describe.describe();
  assert.deepEqual([told.name, told.dialect], ["{{name}}", "{{word}}"]);
});

test("quoting keeps what is quoted", () => {
  assert.equal(naming.quote('a"b'), '"a""b"');
  for (const name of ["", "a\0b"]) assert.throws(() => naming.quote(name), { tag: "invalid" });
  assert.equal(naming.qualify({ catalog: null, schema: "s", name: "t" }), '"s"."t"');
  assert.throws(() => naming.qualify({ catalog: "c", schema: "s", name: "t" }), { tag: "unsupported" });
});

test("values become literals that SQLite reads exactly", () => {
  const expected = [
    [{ tag: "null" }, "NULL"], [{ tag: "boolean", val: true }, "1"], [{ tag: "integer", val: -7 }, "(-7)"],
    [{ tag: "decimal", val: "19.90" }, "19.90"], [{ tag: "decimal", val: "9223372036854775807" }, "9223372036854775807"],
    [{ tag: "decimal", val: "12345678901234567890" }, "'12345678901234567890'"],
    [{ tag: "real", val: -Infinity }, "(-9e999)"], [{ tag: "text", val: "O'Reilly" }, "'O''Reilly'"],
    [{ tag: "bytes", val: new Uint8Array([0, 255]) }, "X'00ff'"],
  ];
  for (const [value, literal] of expected) assert.equal(literals.literal(value), literal);
  for (const val of ["1'; DROP TABLE a; --12345678901234567", "0x1", ""]) {
    assert.throws(() => literals.literal({ tag: "decimal", val }), { tag: "invalid" });
  }
  assert.throws(() => literals.literal({ tag: "real", val: NaN }), { tag: "invalid" });
  // The engine has rounded it already.
  assert.throws(() => literals.literal({ tag: "integer", val: 2 ** 53 }), { tag: "unsupported" });
});

test("every version of the tables has a way to the next", () => {
  for (let installed = 0; installed < tracking.latest(); installed += 1) {
    assert.notEqual(tracking.upgrade(installed, TARGET).length, 0);
  }
  assert.throws(() => tracking.upgrade(tracking.latest(), TARGET), { tag: "unsupported" });
});

test("actions are known by their names, and the tables are where the target says", () => {
  const elsewhere = { schema: "a\"$&b", options: [] };
  for (const name of ["exists", "version", "changeset-insert", "execution-insert", "identity-list", "vault"]) {
    assert.doesNotMatch(tracking.action(name, TARGET).sql, /[{}]/);
    assert.match(tracking.action(name, elsewhere).sql, /"a""\$&b"\./);
  }
  for (const name of ["acquire", "renew", "release", "status"]) assert.match(lock.action(name, TARGET).sql, /__noorm_lock__/);
  for (const name of ["fly", "constructor"]) assert.throws(() => tracking.action(name, TARGET), { tag: "unsupported" });
});

test("tables of noorm's original are taken over", () => {
  const found = ["change", "executions", "lock"].map((name) => ({ schema: "", table: `__noorm_${name}__`, column: "id" }));
  assert.equal(tracking.adopt(found, TARGET), null);
  const version = { schema: "", table: "__noorm_version__", column: "noorm_version" };
  assert.match(tracking.adopt([version, ...found], TARGET).check, /use a newer noorm/);
  assert.match(tracking.adopt([version], TARGET).check, /^SELECT 'the table `__noorm_change__` is missing'/);
});

test("statements end where SQLite ends them", () => {
  const body = "BEGIN\n  SELECT CASE WHEN 1 THEN 2 END;\n  DELETE FROM b;\nEND";
  const trigger = `CREATE TEMP /* ;${" ".repeat(2000)}*/ TRIGGER t AFTER INSERT ON a ${body}`;
  const found = pieces(`SELECT ';', ";", \`;\`, [;] -- ;\n;\n${trigger}; x`);
  assert.deepEqual(found.map(({ text }) => text), ["SELECT ';', \";\", `;`, [;]", trigger, "x"]);
  assert.deepEqual(found.map(({ line }) => line), [1, 3, 6]);
  assert.throws(() => pieces("SELECT 1;\n  .read other.sql\n"), ({ val: [{ code, span }] }) => {
    assert.deepEqual([code, span.line, span.column, span.start, span.end], ["client-command", 2, 3, 12, 17]);
    return true;
  });
});

test("transaction words are known", () => {
  const expected = {
    "begin exclusive": "begin", Commit: "commit", "END TRANSACTION": "commit", ROLLBACK: "rollback",
    "ROLLBACK TRANSACTION TO a": "inside", "VACUUM INTO 'x'": "outside", "PRAGMA main.journal_mode(wal)": "outside",
    "PRAGMA foreign_keys": "inside", "CREATE TABLE \"begin\" (a)": "inside",
  };
  for (const [statement, kind] of Object.entries(expected)) assert.equal(standing(statement), kind, statement);
});

test("what does nothing inside a transaction stands around it", () => {
  const before = (text) => transaction.around(pieces(text).flatMap((piece) => piece.attrs)).before.length;
  assert.equal(pieces("PRAGMA foreign_keys = OFF;")[0].kind, "hoisted");
  assert.equal(before("PRAGMA main.foreign_keys(0);"), 1);
  assert.equal(before("PRAGMA foreign_keys = ON;"), 0);
  assert.equal(before("DROP TABLE a; ALTER TABLE \"b\" RENAME TO a;"), 1);
  assert.equal(before("ALTER TABLE b RENAME TO a; DROP TABLE b;"), 0);
});

test("errors are classified", () => {
  const expected = [
    ["SQLITE_ERROR", "near \"SELEC\": syntax error", "syntax"], ["SQLITE_ERROR", "no such table: a", "missing-object"],
    ["SQLITE_CONSTRAINT_UNIQUE", "", "unique"], ["SQLITE_CONSTRAINT_FOREIGNKEY", "", "constraint"],
    ["SQLITE_BUSY", "", "lock"], ["SQLITE_BUSY_SNAPSHOT", "", "transient"], ["", "", "other"],
  ];
  for (const [code, message, word] of expected) assert.equal(errors.classify({ code, message, attrs: [] }), word);
});

test("people are told where to look", () => {
  const look = (statement) => effect.look(statement, []);
  const inSchema = (kind, name) => `sqlite_schema WHERE type = '${kind}' AND name = '${name}' COLLATE NOCASE`;
  assert.deepEqual(look("CREATE TABLE [a'b] (id)"), { query: `SELECT name FROM ${inSchema("table", "a''b")}`, present: true });
  assert.equal(look("CREATE INDEX aux.i ON t (c)").query, `SELECT name FROM "aux".${inSchema("index", "i")}`);
  assert.match(look("ALTER TABLE aux.t ADD c").query, /pragma_table_info\('t', 'aux'\) WHERE name = 'c'/);
  assert.equal(look("DROP TABLE a").present, false);
  for (const statement of [
    "DELETE FROM a", "ALTER TABLE t DROP COLUMN /* old */ c", "ALTER TABLE t ADD CONSTRAINT c CHECK (1)",
    "ALTER TABLE t ADD CHECK (1)", "CREATE TABLE IF NOT EXISTS /* x */ t (id)",
  ]) {
    assert.equal(look(statement), null, statement);
  }
});
