import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem, Real, decode, encode } from "../src/index.js";

const hex = (bytes) => Buffer.from(bytes).toString("hex");

// The examples of RFC 8949, appendix A, as far as they are core-deterministic.
const EXAMPLES = [
  [0, "00"], [23, "17"], [24, "1818"], [1000000, "1a000f4240"], [1000000000000, "1b000000e8d4a51000"],
  [18446744073709551615n, "1bffffffffffffffff"], [18446744073709551616n, "c249010000000000000000"],
  [-18446744073709551616n, "3bffffffffffffffff"], [-18446744073709551617n, "c349010000000000000000"],
  [-1, "20"], [-1000, "3903e7"], [-0, "f98000"], [1.5, "f93e00"], [1.1, "fb3ff199999999999a"],
  [5.960464477539063e-8, "f90001"], [0.00006103515625, "f90400"], [-4.1, "fbc010666666666666"],
  [3.4028234663852886e38, "fa7f7fffff"], [1e300, "fb7e37e43c8800759c"], [Infinity, "f97c00"], [-Infinity, "f9fc00"],
  [NaN, "f97e00"], [false, "f4"], [true, "f5"], [null, "f6"], ["", "60"], ["ü水𐅑", "69c3bce6b0b4f0908591"],
  [[1, [2, 3]], "8201820203"], [new Uint8Array([1, 2]), "420102"], [{ a: 1, b: [2, 3] }, "a26161016162820203"],
];

test("values have one form", () => {
  for (const [value, expected] of EXAMPLES) assert.equal(hex(encode(value)), expected, String(value));
  assert.equal(hex(encode(new Real(1))), "f93c00");
  assert.equal(hex(encode(new Real(65504))), "f97bff");
  assert.equal(hex(encode(new Real(100000))), "fa47c35000");
});

test("keys are sorted by their encoded bytes, whatever held them", () => {
  assert.equal(hex(encode({ bb: 1, c: null, a: [true] })), "a3616181f56163f662626201");
  assert.equal(hex(encode(new Map([["bb", 1], ["c", null], ["a", [true]]]))), "a3616181f56163f662626201");
  assert.equal(hex(encode({ kept: 1, left: undefined })), "a1646b65707401");
});

test("what is written is read", () => {
  for (const [value] of EXAMPLES) assert.deepEqual(decode(encode(value)), value);
});

test("what is no data is refused", () => {
  assert.throws(() => encode(() => 1), /function is no data/);
  assert.throws(() => encode(new Map([[1, 2]])), /keys of a map are text/);
  const deep = (depth) => (depth === 0 ? 1 : [deep(depth - 1)]);
  assert.throws(() => encode(deep(130)), /deeper than 128/);
});

test("integers have the range of the host", () => {
  const [most, least] = [2n ** 127n - 1n, -(2n ** 127n)];
  assert.equal(hex(encode(most)), `c250${"7f".padEnd(32, "f")}`);
  assert.equal(hex(encode(least)), `c350${"7f".padEnd(32, "f")}`);
  for (const beyond of [most + 1n, least - 1n, 10n ** 40n]) {
    assert.throws(() => encode({ a: [beyond] }), (thrown) => thrown instanceof Problem && /128 bits/.test(thrown.message));
  }
});

test("lengths that lie are refused", () => {
  for (const bytes of ["", "1b00", "62c3", "9bffffffffffffffff", "5affffffff", "9f", "c4", "0000", "61ff"]) {
    assert.throws(() => decode(new Uint8Array(Buffer.from(bytes, "hex"))), undefined, bytes);
  }
});
