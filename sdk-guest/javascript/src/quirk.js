// Makes the exports of a quirk: what its author overrides, and the base dialect's for everything else.

import { INTERFACES } from "./interfaces.js";
import { guarded } from "./problem.js";
import { exactly } from "./sql.js";

/** The dialect that the host put under this quirk, an object for each interface; null outside of a component. */
const composed = await importBase();

async function importBase() {
  try {
    const modules = await Promise.all([
      import("noorm:dialect/describe@1.0.0"),
      import("noorm:dialect/server@1.0.0"),
      import("noorm:dialect/database@1.0.0"),
      import("noorm:dialect/naming@1.0.0"),
      import("noorm:dialect/literals@1.0.0"),
      import("noorm:dialect/transaction@1.0.0"),
      import("noorm:dialect/tracking@1.0.0"),
      import("noorm:dialect/lock@1.0.0"),
      import("noorm:dialect/script@1.0.0"),
      import("noorm:dialect/effect@1.0.0"),
      import("noorm:dialect/errors@1.0.0"),
    ]);
    return Object.fromEntries(Object.keys(INTERFACES).map((name, at) => [name, modules[at].default ?? modules[at]]));
  } catch {
    return null;
  }
}

/**
 * A quirk. Export all that it returns. `override(base)` returns, by interface, the functions that answer otherwise; `base`
 * has those that lie under them. The second parameter is for tests, which hand over a base of their own.
 */
export function dialectQuirk(spec, base = composed) {
  const { name, version, summary, bases = [], attrs = [] } = spec;
  const identity = { name, version, summary, bases, attrs };
  const overrides = spec.override(reachable(() => base));
  // The whole is a dialect of its own, called like the quirk.
  const dialect = name.replace(/^quirk-/, "");
  const describe = () => {
    const under = base.describe.describe();
    return { ...under, name: `dialect-${dialect}`, version, summary: `${summary}, over ${under.summary}`, dialect };
  };
  for (const [part, functions] of Object.entries(overrides)) {
    for (const word of Object.keys(functions)) {
      if (!INTERFACES[part]?.includes(word)) throw new TypeError(`a dialect has no \`${part}.${word}\``);
    }
  }
  const exported = { quirk: { identify: () => identity } };
  for (const [part, words] of Object.entries(INTERFACES)) {
    if (part !== "script") exported[part] = interfaceOf(part, words, { ...(part === "describe" && { describe }), ...overrides[part] }, base);
  }
  exported.literals = exactly(exported.literals);
  exported.script = { Splitter: splitterOf(overrides.script?.open, base) };
  return exported;
}

/** Nothing of the base may be called before the quirk has one: its functions are looked up when they are called. */
function reachable(base) {
  const parts = Object.entries(INTERFACES).map(([part, words]) => {
    const functions = () => (part === "script" ? base().script.Splitter : base()[part]);
    const call = (word) => (...values) => guarded("", () => functions()[word](...values));
    return [part, Object.fromEntries(words.map((word) => [word, call(word)]))];
  });
  return Object.fromEntries(parts);
}

function interfaceOf(part, words, overrides, base) {
  const answer = (word) => {
    const own = overrides[word]?.bind(overrides) ?? ((...values) => base[part][word](...values));
    return (...values) => guarded("", () => own(...values));
  };
  return Object.fromEntries(words.map((word) => [word, answer(word)]));
}

/** A splitter of the quirk's own, or one that hands everything to the base's. */
function splitterOf(open, base) {
  return class Splitter {
    #inner;
    #path;

    constructor(inner, path) {
      this.#inner = inner;
      this.#path = path;
    }

    static open(path, options) {
      const make = open ?? ((...values) => base.script.Splitter.open(...values));
      return guarded(path, () => new Splitter(make(path, options), path));
    }

    push(chunk) {
      return guarded(this.#path, () => this.#inner.push(chunk));
    }

    finish() {
      return guarded(this.#path, () => this.#inner.finish());
    }
  };
}
