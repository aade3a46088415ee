import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem, Problems, Unsupported, decode, documentLoader, encode, readFile, rowLoader } from "../src/index.js";

const who = { name: "loader-x", version: "1.2.3", summary: "x files", extensions: ["x"] };
const bytes = (text) => new Uint8Array(Buffer.from(text));
const options = (value = {}) => encode(value);

function failure(work) {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("nothing was thrown");
}

function document(load, more = {}) {
  const loader = documentLoader({ ...who, ...more, load });
  return (text, chosen) => loader.document.load({ path: "a.x", content: bytes(text), options: options(chosen) });
}

test("a loader says who it is", () => {
  const told = documentLoader({ ...who, load: () => null }).describe.describe();
  assert.deepEqual(told, {
    ...who, mediaTypes: [], attrs: [], optionsSchema: '{"type":"object","additionalProperties":false}',
  });
  assert.throws(() => documentLoader({ load: () => null }), /`name`/);
});

test("what load returns is the document", () => {
  assert.deepEqual(decode(document((file) => ({ text: file.text, path: file.path }))("hi")), { text: "hi", path: "a.x" });
});

test("options are those of the user over the defaults of the schema", () => {
  const optionsSchema = { type: "object", properties: { comment: { type: "string", default: "#" }, deep: {} } };
  const load = document((file) => file.options, { optionsSchema });
  assert.deepEqual(decode(load("")), { comment: "#" });
  assert.deepEqual(decode(load("", { comment: ";", deep: [1] })), { comment: ";", deep: [1] });
});

test("a problem is a diagnostic with its place", () => {
  const load = document((file) => {
    throw new Problem("no-name", "no name here", { at: file.at(3), help: "add one" });
  });
  assert.deepEqual(failure(() => load("a\nbc")), {
    tag: "invalid",
    val: [{
      severity: "error", code: "no-name", message: "no name here", help: "add one", attrs: [],
      span: { input: "a.x", start: 3, end: 3, line: 2, column: 2 },
    }],
  });
});

test("several problems, what cannot be done, and bugs leave as what they are", () => {
  const two = [new Problem("a", "one"), new Problem("b", "two", { severity: "warning" })];
  const thrown = failure(() => document(() => { throw new Problems(two); })(""));
  assert.deepEqual(thrown.val.map((one) => [one.code, one.severity, one.span]), [["a", "error", null], ["b", "warning", null]]);
  assert.deepEqual(failure(() => document(() => { throw new Unsupported("macros"); })("")), { tag: "unsupported", val: "macros" });
  const bug = failure(() => document((file) => file.nothing.there)(""));
  assert.equal(bug.tag, "internal");
  assert.match(bug.val, /^TypeError: .*loader\.test\.js/);
  assert.match(failure(() => document(() => () => 1)("")).val, /function is no data/);
});

/** Pushes a text in chunks of `size` and returns columns and rows, with null for null. */
function readRows(loader, text, size, maxBatchRows = 2, maxBatchBytes = 8) {
  const opening = { path: "a.x", options: options(), maxBatchRows, maxBatchBytes };
  const reader = loader.rows.Reader.open(opening);
  const rows = [];
  const drain = () => {
    for (let batch = reader.next(); batch !== null; batch = reader.next()) {
      assert.ok(batch.rows <= maxBatchRows);
      assert.ok(batch.rows === 1 || batch.text.length <= maxBatchBytes);
      assert.equal(batch.ends.length, batch.rows * reader.columns().length);
      const text = Buffer.from(batch.text);
      const cells = batch.ends.map((end, at) =>
        batch.nulls.includes(at) ? null : text.toString("utf8", at === 0 ? 0 : batch.ends[at - 1], end));
      while (cells.length > 0) rows.push(cells.splice(0, reader.columns().length));
    }
  };
  for (let at = 0; at < text.length; at += size) {
    reader.push(bytes(text).subarray(at, at + size));
    drain();
  }
  reader.finish();
  drain();
  return { columns: reader.columns(), rows };
}

const EXPECTED = {
  columns: ["a", "b"],
  rows: [["1", "x"], ["2", null], ["true", "a long cell, longer than a batch"], ["", "é"]],
};
const TEXT = "a b\n1 x\n2\ntrue a long cell, longer than a batch\n é\n";
const cut = (text) => {
  const at = text.indexOf(" ");
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
};

test("rows of a whole file", () => {
  const loader = rowLoader({
    ...who,
    read(file) {
      const [head, ...lines] = file.lines();
      return { columns: head.text.split(" "), rows: lines.map((line) => cut(line.text)) };
    },
  });
  for (const size of [1, 2, 3, 7, 1000]) assert.deepEqual(readRows(loader, TEXT, size), EXPECTED);
});

test("rows line by line", () => {
  const loader = rowLoader({
    ...who,
    open: () => ({
      columns: null,
      line(line) {
        if (this.columns) return cut(line.text);
        this.columns = line.text.split(" ");
        return null;
      },
      *end() {},
    }),
  });
  for (const size of [1, 2, 3, 7, 1000]) assert.deepEqual(readRows(loader, TEXT, size), EXPECTED);
  assert.deepEqual(readRows(loader, "", 1), { columns: [], rows: [] });
});

test("a row has as many cells as there are columns", () => {
  const loader = rowLoader({ ...who, read: () => ({ columns: ["a"], rows: [["1", "2"]] }) });
  assert.match(failure(() => readRows(loader, "x", 1)).val, /a row of 2 cells where there are 1 columns/);
});

test("a problem of a row is thrown where it is read", () => {
  const loader = rowLoader({
    ...who,
    open: () => ({
      columns: ["a"],
      line(line) {
        throw new Problem("bad", "no", { at: line.span(1, 2) });
      },
    }),
  });
  const thrown = failure(() => readRows(loader, "é1\n", 100));
  assert.deepEqual(thrown.val[0].span, { input: "a.x", start: 2, end: 3, line: 1, column: 2 });
});

test("either of the two ways to write one", () => {
  assert.throws(() => rowLoader({ ...who }), /either `read` or `open`/);
});

test("other files are for those that were built to read them", () => {
  assert.throws(() => readFile("schema/a.x"), Unsupported);
});
