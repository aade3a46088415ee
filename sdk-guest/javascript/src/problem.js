// What is wrong with a data file, and the way it leaves the plugin.

import { panic } from "./log.js";
import { position } from "./position.js";

/** One thing that is wrong: a stable word in kebab-case, one sentence, a place, and what the user can do about it. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {string} message lower-case, without a full stop
   * @param {{ at?: import("../types/index.d.ts").Place, help?: string, severity?: "error" | "warning" | "note" }} [more]
   */
  constructor(code, message, { at, help, severity = "error" } = {}) {
    super(message);
    this.name = "Problem";
    this.code = code;
    this.at = at;
    this.help = help;
    this.severity = severity;
  }

  /** A file that should be UTF-8 and is not, at a byte. */
  static notUtf8(bytes, offset) {
    const help = "save the file as UTF-8";
    return new Problem("invalid-utf8", "the file is not valid UTF-8 here", { at: position(bytes, offset), help });
  }

  /** The diagnostic of `noorm:types/report`. */
  toDiagnostic(path) {
    const { severity, code, message, at, help = null } = this;
    const { offset = 0, line = 1, column = 1 } = at ?? {};
    const span = at ? { input: path, start: offset, end: at.end ?? offset, line, column } : null;
    return { severity, code, message, span, help, attrs: [] };
  }
}

/** Several problems at once, at least one of them an error. */
export class Problems extends Error {
  /** @param {Problem[]} problems */
  constructor(problems) {
    super(problems.map((problem) => problem.message).join("; "));
    this.name = "Problems";
    this.problems = problems;
  }
}

/** The input is fine, but this plugin cannot do what it asks for. */
export class Unsupported extends Error {
  constructor(what) {
    super(what);
    this.name = "Unsupported";
  }
}

const FAILURES = ["invalid", "unsupported", "denied", "internal"];

/** Whether something is a failure of `noorm:types/report` already. */
function isFailure(thrown) {
  return typeof thrown === "object" && thrown !== null && FAILURES.includes(thrown.tag);
}

/** The failure of `noorm:types/report` that something is already, or says; null for a bug. */
function meant(thrown, path) {
  if (isFailure(thrown)) return thrown;
  // What a base or the host answered so: the engine puts it into an error of its own.
  if (isFailure(thrown?.payload)) return thrown.payload;
  if (thrown instanceof Problem) return { tag: "invalid", val: [thrown.toDiagnostic(path)] };
  if (thrown instanceof Problems) return { tag: "invalid", val: thrown.problems.map((one) => one.toDiagnostic(path)) };
  if (thrown instanceof Unsupported) return { tag: "unsupported", val: thrown.message };
  return null;
}

/** What was thrown, in words. */
function words(thrown) {
  const failure = meant(thrown, "");
  if (Array.isArray(failure?.val)) return failure.val.map(({ message }) => message).join("; ");
  if (failure) return String(failure.val);
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `threw ${String(thrown)}`;
}

/** The innermost line of its stack that has a place, such as `at read (src/read.js:3:5)`. */
function frame(thrown) {
  const stack = (thrown instanceof Error && thrown.stack) || "";
  return stack.split("\n").map((line) => line.trim()).find((line) => /^at .*:\d/.test(line)) ?? null;
}

/** Tells the host what was thrown, and where. */
function tell(thrown) {
  panic(words(thrown), frame(thrown)?.match(/[^\s(]+:\d+(:\d+)?/)?.[0]);
}

/**
 * Calls `work`, and throws what it throws as a failure that the host understands. A bug is `internal`, with its message and its
 * line; the host is told of it before, and by that of the layer of a dialect that has it.
 */
export function guarded(path, work) {
  try {
    return work();
  } catch (thrown) {
    const failure = meant(thrown, path);
    if (failure) throw failure;
    tell(thrown);
    const place = frame(thrown);
    throw { tag: "internal", val: `${words(thrown)}${place ? ` (${place})` : ""}` };
  }
}

/** Calls `work`, whose answer has no failure. What it throws is a trap, which has no words: the host is told them before. */
export function outspoken(work) {
  try {
    return work();
  } catch (thrown) {
    tell(thrown);
    throw thrown;
  }
}
