import assert from "node:assert/strict";
import { test } from "node:test";

import { DataFile } from "noorm-guest";

import { read } from "../src/read.js";

test("lines become a map", () => {
  const file = new DataFile("a.{{word}}", "\ufeff# prices\r\ncurrency = EUR\r\n\r\nvat=19\r\n");
  assert.deepEqual(Object.fromEntries(read(file)), { currency: "EUR", vat: "19" });
});

test("comments begin with what the user says", () => {
  const file = new DataFile("a.{{word}}", "; prices\n#a = 1\n", { comment: ";" });
  assert.deepEqual(Object.fromEntries(read(file)), { "#a": "1" });
});

test("what is wrong has a place", () => {
  const problem = (content) => {
    try {
      read(new DataFile("a.{{word}}", content));
    } catch (thrown) {
      return [thrown.code, thrown.at.line];
    }
    throw new Error("nothing was thrown");
  };
  assert.deepEqual(problem("a = 1\nb\n"), ["no-name", 2]);
  assert.deepEqual(problem("a = 1\n\na = 2\n"), ["duplicate-name", 3]);
  assert.deepEqual(problem(new Uint8Array([0x61, 0x3d, 0xff])), ["invalid-utf8", 1]);
});
