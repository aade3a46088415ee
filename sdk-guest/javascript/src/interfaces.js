// The interfaces of a dialect and their functions, as `wit/dialect/dialect.wit` has them, and how they become exports. `open`
// of `script` is a static function of its resource.

import { guarded, outspoken } from "./problem.js";
import { exactly } from "./sql.js";

export const INTERFACES = {
  describe: ["describe"],
  server: ["login", "probe", "facts"],
  database: ["maintenance", "exists", "create", "destroy"],
  naming: ["rules", "quote", "qualify"],
  literals: ["literal", "escape"],
  transaction: ["control", "around"],
  tracking: ["latest", "upgrade", "action", "adopt"],
  lock: ["action"],
  script: ["open"],
  effect: ["look"],
  errors: ["classify"],
};

/** Those whose answer has no failure. */
export const WITHOUT_FAILURE = [
  "describe.describe",
  "server.login",
  "server.probe",
  "naming.rules",
  "transaction.control",
  "transaction.around",
  "tracking.latest",
  "effect.look",
  "errors.classify",
];

/** The exports of a dialect. `answer(part, word)` returns what a function of an interface does. */
export function exportsOf(answer) {
  const parts = Object.entries(INTERFACES).filter(([part]) => part !== "script");
  const exported = Object.fromEntries(parts.map(([part, words]) => [part, interfaceOf(part, words, answer)]));
  exported.literals = exactly(exported.literals);
  exported.script = { Splitter: splitterOf(answer("script", "open")) };
  return exported;
}

function interfaceOf(part, words, answer) {
  const exported = (word) => {
    const own = answer(part, word);
    const isOutspoken = WITHOUT_FAILURE.includes(`${part}.${word}`);
    return isOutspoken ? (...values) => outspoken(() => own(...values)) : (...values) => guarded("", () => own(...values));
  };
  return Object.fromEntries(words.map((word) => [word, exported(word)]));
}

function splitterOf(open) {
  return class Splitter {
    #inner;
    #path;

    constructor(inner, path) {
      this.#inner = inner;
      this.#path = path;
    }

    static open(path, options) {
      return guarded(path, () => new Splitter(open(path, options), path));
    }

    push(chunk) {
      return guarded(this.#path, () => this.#inner.push(chunk));
    }

    finish() {
      return guarded(this.#path, () => this.#inner.finish());
    }
  };
}
