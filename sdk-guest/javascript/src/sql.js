// Names and values as standard SQL writes them.

import { Problem, Unsupported, guarded } from "./problem.js";
import { utf8Length } from "./utf8.js";

/** The value of the first pair with this name. */
export function lookup(pairs, name) {
  return pairs.find(([word]) => word === name)?.[1];
}

/** Quotes an identifier. Throws for what no quoting can express: an empty name, NUL, one over the limit. */
export function quote(identifier, { maxBytes = 0, open = '"', close = '"' } = {}) {
  if (identifier === "") throw new Problem("empty-name", "a name is empty");
  if (identifier.includes("\0")) throw new Problem("nul-in-name", "a name has a NUL in it");
  if (maxBytes > 0 && utf8Length(identifier) > maxBytes) {
    throw new Problem("name-too-long", `\`${identifier}\` is longer than ${maxBytes} bytes`);
  }
  return `${open}${identifier.split(close).join(close + close)}${close}`;
}

/** What may stand between the quotes of a string literal. */
export function escape(text) {
  if (text.includes("\0")) throw new Problem("nul-in-text", "a text has a NUL in it");
  return text.replace(/'/g, "''");
}

/** A complete literal. A negative number stands in parentheses: after a minus sign it would begin a comment. */
export function literal(value, text = escape) {
  switch (value.tag) {
    case "null":
      return "NULL";
    case "boolean":
      return value.val ? "TRUE" : "FALSE";
    case "integer":
      return number(String(value.val));
    case "decimal":
      if (!DECIMAL.test(value.val)) throw new Problem("bad-decimal", "a decimal is not a number");
      return number(value.val);
    case "real":
      if (!Number.isFinite(value.val)) throw new Unsupported(`the number ${value.val} has no literal`);
      return number(exponential(value.val));
    case "text":
      return `'${text(value.val)}'`;
    case "bytes":
      return `X'${[...value.val].map((byte) => byte.toString(16).padStart(2, "0")).join("")}'`;
    default:
      throw new Unsupported(`a value of kind ${value.tag}`);
  }
}

/** A number in decimal notation, and nothing behind it: whatever else there was would be SQL. */
const DECIMAL = /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/;

const number = (text) => (text.startsWith("-") ? `(${text})` : text);

/**
 * The interface `literals`, without answers that would be wrong: the engine hands over integers as numbers, which beyond 2^53
 * are rounded before anybody sees them. Such a literal would be of another value, and nobody would be told.
 */
export function exactly(literals) {
  const literal = (value) => {
    if (value.tag === "integer" && typeof value.val === "number" && !Number.isSafeInteger(value.val)) {
      throw new Unsupported("an integer beyond 2^53, which loses digits in JavaScript");
    }
    return literals.literal(value);
  };
  return { ...literals, literal: (value) => guarded("", () => literal(value)) };
}

/** With an exponent, as SQL wants it of what is no exact number. */
function exponential(real) {
  const text = Object.is(real, -0) ? "-0" : String(real);
  return text.includes("e") ? text.replace("e+", "e") : `${text}e0`;
}
