import assert from "node:assert/strict";
import { test } from "node:test";

import { override } from "../src/override.js";

const base = { naming: { quote: (identifier) => `"${identifier}"` } };

test("a lower-case name is the base's to quote", () => {
  assert.equal(override(base).naming.quote("order_lines"), '"order_lines"');
});

test("capital letters are refused", () => {
  assert.throws(() => override(base).naming.quote("OrderLines"), { code: "{{word}}-name" });
});
