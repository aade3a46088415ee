import assert from "node:assert/strict";
import { test } from "node:test";

import { DataFile, LineSplitter, offset, position, toUtf8, utf8 } from "../src/index.js";

const bytes = (text) => new Uint8Array(Buffer.from(text));

test("UTF-8 is what Node makes of it", () => {
  for (const text of ["", "a", "é水𐅑\u{10ffff}", "x".repeat(10000) + "ß", "\ufeffa"]) {
    assert.deepEqual(toUtf8(text), bytes(text));
    assert.equal(utf8(bytes(text)), text);
  }
  assert.deepEqual(toUtf8("a\ud800"), bytes("a\ufffd"));
});

test("what is not UTF-8 is placed", () => {
  for (const bad of ["ff", "c0af", "eda080", "f4908080", "e6b0", "80"]) {
    const content = Buffer.concat([Buffer.from("ab\n"), Buffer.from(bad, "hex")]);
    const thrown = catching(() => utf8(new Uint8Array(content)));
    assert.deepEqual([thrown.code, thrown.at], ["invalid-utf8", { offset: 3, line: 2, column: 1 }], bad);
  }
});

test("columns count characters and not the mark", () => {
  const content = bytes("\ufeffé=1\nzoë x");
  assert.deepEqual(position(content, 3), { offset: 3, line: 1, column: 1 });
  assert.deepEqual(position(content, 13), { offset: 13, line: 2, column: 5 });
  for (const place of [3, 5, 8, 10, 13]) {
    const { line, column } = position(content, place);
    assert.equal(offset(content, line, column), place);
  }
  assert.equal(offset(content, 9, 9), content.length);
});

test("an index of the text has a place", () => {
  const file = new DataFile("a.x", "\ufeffé𐅑=1\nzoë x");
  assert.deepEqual(file.at(file.text.indexOf("=")), { offset: 9, line: 1, column: 3 });
  assert.deepEqual(file.at(file.text.indexOf("x")), { offset: 17, line: 2, column: 5 });
});

test("lines are the same however the file is cut", () => {
  const content = bytes("\ufeffa\r\n\nzoë\n𐅑 end");
  const expected = [["a", 1, 3], ["", 2, 6], ["zoë", 3, 7], ["𐅑 end", 4, 12]];
  for (let first = 0; first <= content.length; first += 1) {
    for (let second = first; second <= content.length; second += 1) {
      const splitter = new LineSplitter();
      const parts = [content.slice(0, first), content.slice(first, second), content.slice(second)];
      const found = [...parts.flatMap((part) => splitter.push(part)), ...splitter.finish()];
      assert.deepEqual(found.map((line) => [line.text, line.number, line.offset]), expected, `${first} ${second}`);
    }
  }
});

test("a file without text has no lines", () => {
  for (const text of ["", "\ufeff"]) assert.deepEqual([...new DataFile("a", text).lines()], []);
  assert.deepEqual([...new DataFile("a", "\n").lines()].map((line) => line.text), [""]);
});

test("a line knows where its parts stand", () => {
  const [, line] = new DataFile("a", "x\né𐅑=1").lines();
  assert.deepEqual(line.at(3), { offset: 8, line: 2, column: 3 });
  assert.deepEqual(line.span(3, 4), { offset: 8, line: 2, column: 3, end: 9 });
});

test("bytes of a line that are not UTF-8 have their place, behind the lines before it, however the file is cut", () => {
  const content = new Uint8Array([...bytes("ok\nzo"), 0xff, ...bytes("\nend\n")]);
  for (let cut = 0; cut <= content.length; cut += 1) {
    const splitter = new LineSplitter();
    const found = [];
    const thrown = catching(() => {
      found.push(...splitter.push(content.slice(0, cut)));
      found.push(...splitter.push(content.slice(cut)));
      splitter.finish();
    });
    assert.deepEqual(found.map((line) => line.text), ["ok"], `${cut}`);
    assert.deepEqual(thrown.at, { offset: 5, line: 2, column: 3 });
  }
});

function catching(work) {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("nothing was thrown");
}
