// Makes the exports of a dialect of what its author writes, with answers that are right for most where nothing is written.

import { exportsOf } from "./interfaces.js";
import { Unsupported } from "./problem.js";
import { splitter } from "./split.js";
import { escape, literal, lookup, quote } from "./sql.js";

export { escape, literal, lookup, quote, splitter };
export { Problem, Problems, Unsupported } from "./problem.js";

function unsupported(what) {
  return () => {
    throw new Unsupported(what);
  };
}

/** Export all that it returns: `export const { describe, server, … } = dialect({ … });` */
export function dialect(spec) {
  const told = defaults(spec);
  return exportsOf((part, word) => (...values) => told[part][word](...values));
}

function defaults(spec) {
  const { name, version, summary, dialect: served, driver, attrs = [] } = spec;
  const files = unsupported("databases are files here");
  const naming = { qualify: (object) => qualify(object, naming), ...spec.naming };
  const literals = { escape, literal: (value) => literal(value, (text) => literals.escape(text)), ...spec.literals };
  return {
    describe: { describe: () => ({ name, version, summary, dialect: served, driver, attrs }) },
    server: { login: () => [], probe: () => "", facts: (answer) => answer, ...spec.server },
    database: { maintenance: files, exists: files, create: files, destroy: files, ...spec.database },
    naming,
    literals,
    transaction: { around: () => ({ before: [], check: "", after: [] }), ...spec.transaction },
    tracking: { adopt: () => null, ...spec.tracking },
    lock: spec.lock,
    script: spec.script?.open ? spec.script : { open: (path) => splitter(path, spec.script) },
    effect: { look: () => null, ...spec.effect },
    errors: { classify: () => "other", ...spec.errors },
  };
}

function qualify({ catalog, schema, name }, naming) {
  const { separator } = naming.rules();
  return [catalog, schema, name].filter((part) => part !== null).map((part) => naming.quote(part)).join(separator);
}
