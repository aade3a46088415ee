// Makes the exports of a quirk: what its author overrides, and the base dialect's for everything else.

import { INTERFACES, exportsOf } from "./interfaces.js";
import { guarded } from "./problem.js";

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
  const own = { ...overrides, describe: { describe, ...overrides.describe } };
  const passed = (part, word) => (...values) => functionsOf(base, part)[word](...values);
  const answer = (part, word) => own[part]?.[word]?.bind(own[part]) ?? passed(part, word);
  return { quirk: { identify: () => identity }, ...exportsOf(answer) };
}

/** Nothing of the base may be called before the quirk has one: its functions are looked up when they are called. */
function reachable(base) {
  const parts = Object.entries(INTERFACES).map(([part, words]) => {
    const call = (word) => (...values) => guarded("", () => functionsOf(base(), part)[word](...values));
    return [part, Object.fromEntries(words.map((word) => [word, call(word)]))];
  });
  return Object.fromEntries(parts);
}

/** The functions of an interface of the base. */
function functionsOf(base, part) {
  return part === "script" ? base.script.Splitter : base[part];
}
