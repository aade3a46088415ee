// Values as SQLite writes them. Integers beyond 2^53 never come here: the SDK refuses them.

import { Problem } from "noorm-guest";
import { escape as standardText, literal as standard } from "noorm-guest/dialect";

/** @typedef {import("noorm-guest/dialect").Dialect["literals"]} Literals */

/** So many significant digits survive SQLite's only type for fractions. */
const DIGITS_KEPT = 15;

/** @type {Literals["literal"]} */
export function literal(value) {
  switch (value.tag) {
    case "boolean":
      return value.val ? "1" : "0";
    case "decimal":
      return isKept(value.val) ? standard(value) : asText(value);
    case "real":
      return real(value.val);
    default:
      return standard(value);
  }
}

/** @type {Literals["escape"]} */
export function escape(text) {
  return standardText(text);
}

/** @param {string} decimal */
function isKept(decimal) {
  if (/^-?[0-9]+$/.test(decimal)) {
    // Longer ones are not even read: that takes the time of their square.
    const digits = decimal.replace(/^-?0*/, "");
    const limit = decimal.startsWith("-") ? 2n ** 63n : 2n ** 63n - 1n;
    return digits.length < 20 && BigInt(digits) <= limit;
  }
  const digits = decimal.split(/[eE]/)[0].replace(/[^0-9]/g, "").replace(/^0+/, "");
  return digits.length <= DIGITS_KEPT;
}

/**
 * A number that SQLite would round becomes text, and the column's affinity decides what it is stored as.
 *
 * @param {{ tag: "decimal", val: string }} decimal
 */
function asText(decimal) {
  // It refuses what is no number, and could end the text.
  standard(decimal);
  return `'${decimal.val}'`;
}

/** @param {number} value */
function real(value) {
  if (Number.isNaN(value)) throw new Problem("not-a-number", "SQLite has no NaN: it would become NULL");
  // Beyond the greatest number there is only infinity, which has no name in SQLite.
  if (!Number.isFinite(value)) return value < 0 ? "(-9e999)" : "9e999";
  return standard({ tag: "real", val: value });
}
