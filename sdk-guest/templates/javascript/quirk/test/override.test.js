import assert from "node:assert/strict";
import { test } from "node:test";

import { override } from "../src/override.js";

/** The answer over a base that resets its sessions so. */
function control(reset) {
  const text = { setup: [], reset, begin: "BEGIN", commit: "COMMIT", rollback: "ROLLBACK", ddl: true, attrs: [] };
  return override({ transaction: { control: () => text } }).transaction.control([]);
}

test("the timeout holds from the beginning and after a reset", () => {
  const { setup, reset, begin } = control(["RESET ALL"]);
  assert.deepEqual([setup, begin], [["SET statement_timeout = '60s'"], "BEGIN"]);
  assert.deepEqual(reset, ["RESET ALL", "SET statement_timeout = '60s'"]);
});

test("a base that resets nothing is not made to", () => {
  assert.deepEqual(control([]).reset, []);
});
