// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { DataFile } from "noorm-guest";

import { PoReader } from "../src/po.js";

function read(text, options) {
  const reader = new PoReader(options);
  const rows = [...new DataFile("de.po", text).lines()].map((line) => reader.line(line)).filter(Boolean);
  return [...rows, ...reader.end()];
}

function problem(text) {
  try {
    read(text);
  } catch (thrown) {
    return [thrown.code, thrown.at.line, thrown.at.column];
  }
  throw new Error("nothing was thrown");
}

const HEADER = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n\n';

test("a message is a row, the header is none", () => {
  const text = `${HEADER}#: shop.js:7\nmsgid "Gift card"\nmsgstr "Geschenkkarte"\n\nmsgctxt "menu"\nmsgid "Open"\nmsgstr ""\n`;
  assert.deepEqual(read(text), [
    [null, "Gift card", null, "0", "Geschenkkarte"],
    ["menu", "Open", null, "0", null],
  ]);
});

test("texts go on in the lines that follow, with escapes", () => {
  const text = 'msgid ""\n"one\\n"\n"two \\"2\\""\nmsgstr "eins\\n"\n  "zwei"\n';
  assert.deepEqual(read(text), [[null, 'one\ntwo "2"', null, "0", "eins\nzwei"]]);
});

test("plural forms are rows of their own", () => {
  const text = 'msgid "%d file"\nmsgid_plural "%d files"\nmsgstr[0] "%d Datei"\nmsgstr[1] "%d Dateien"\n';
  assert.deepEqual(read(text), [
    [null, "%d file", "%d files", "0", "%d Datei"],
    [null, "%d file", "%d files", "1", "%d Dateien"],
  ]);
});

test("what a tool has guessed is left out, unless the user wants it", () => {
  const text = 'msgid "a"\nmsgstr "A"\n#, fuzzy, c-format\nmsgid "b"\nmsgstr "B"\n#~ msgid "gone"\n#~ msgstr "weg"\n';
  assert.deepEqual(read(text).map(([, id]) => id), ["a"]);
  assert.deepEqual(read(text, { fuzzy: "keep" }).map(([, id]) => id), ["a", "b"]);
});

test("what is wrong has a place", () => {
  assert.deepEqual(problem('msgid "a"\nmsgstr "b\n'), ["open-quote", 2, 8]);
  assert.deepEqual(problem('msgid "a\\q"\n'), ["unknown-escape", 1, 9]);
  assert.deepEqual(problem('msgid "a"\n  message "b"\n'), ["unknown-keyword", 2, 3]);
  assert.deepEqual(problem('\n"text"\n'), ["stray-text", 2, 1]);
  assert.deepEqual(problem('msgstr "b"\n'), ["no-id", 1, 1]);
  assert.deepEqual(problem('msgid "a"\nmsgid "b"\n'), ["no-translation", 2, 1]);
  assert.deepEqual(problem('msgid "a"\nmsgstr "b"\nmsgstr "c"\n'), ["duplicate-form", 3, 1]);
  assert.deepEqual(problem('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'), ["duplicate-message", 5, 1]);
});
