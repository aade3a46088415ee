import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Unsupported, dialect, escape, literal, quote, splitter } from "../src/dialect.js";
import { INTERFACES, WITHOUT_FAILURE } from "../src/interfaces.js";
import { dialectQuirk } from "../src/quirk.js";

const bytes = (text) => new Uint8Array(Buffer.from(text));

function failure(work) {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error("nothing was thrown");
}

/** The bodies of a script, however it is cut; each piece begins where the one before it ends. */
function bodies(script, syntax) {
  const content = bytes(script);
  const cuts = [];
  for (let at = 0; at <= content.length; at += 1) {
    const one = splitter("a.sql", syntax);
    const found = [...one.push(content.subarray(0, at)), ...one.push(content.subarray(at)), ...one.finish()];
    const ends = found.map((piece) => piece.whole.end);
    assert.deepEqual(found.map((piece) => piece.whole.start), [0, ...ends].slice(0, found.length));
    assert.equal(ends.at(-1) ?? 0, content.length);
    cuts.push(found.map((piece) => Buffer.from(content.subarray(piece.body.start, piece.body.end)).toString()));
    for (const piece of found) {
      const before = Buffer.from(content.subarray(0, piece.body.start)).toString();
      assert.equal(piece.line, before.split("\n").length);
    }
  }
  for (const cut of cuts) assert.deepEqual(cut, cuts[0]);
  return cuts[0];
}

test("a script is cut at its terminators and nowhere else", () => {
  assert.deepEqual(bodies(""), []);
  assert.deepEqual(bodies("select 1"), ["select 1"]);
  assert.deepEqual(bodies("\ufeff select 1 ;; -- a;b\n/* ; */ select ';''' , \"a;\"\"\" ; \n"), [
    "select 1", "", "select ';''' , \"a;\"\"\"", "",
  ]);
  assert.deepEqual(bodies("a /* /* */ ; b */ ;"), ["a", "b */"]);
  assert.deepEqual(bodies("a /* /* */ ; b */ ;", { nestedComments: true }), ["a"]);
  assert.deepEqual(bodies("do $x$ a; $ $y$ b; $x$; c$1;d", { dollarQuotes: true }), ["do $x$ a; $ $y$ b; $x$", "c$1", "d"]);
  assert.deepEqual(bodies("a 'open ; b"), ["a 'open ; b"]);
  assert.deepEqual(bodies("a # ;\n[b;] ;", { lineComments: ["#"], quotes: [["[", "]"]] }), ["a # ;\n[b;]"]);
});

test("transaction control is told from what it controls", () => {
  const found = splitter("a.sql");
  found.push(bytes("BEGIN; insert; Commit; rollback"));
  assert.deepEqual(found.finish().map((piece) => piece.transaction), ["begin", "inside", "commit", "rollback"]);
});

test("names and values are quoted", () => {
  assert.equal(quote('a"b'), '"a""b"');
  assert.equal(quote("a]b", { open: "[", close: "]" }), "[a]]b]");
  assert.equal(failure(() => quote("")).code, "empty-name");
  assert.equal(failure(() => quote("a\0")).code, "nul-in-name");
  assert.equal(failure(() => quote("éé", { maxBytes: 3 })).code, "name-too-long");
  assert.equal(failure(() => escape("\0")).code, "nul-in-text");
  const literals = [
    [{ tag: "null" }, "NULL"], [{ tag: "boolean", val: true }, "TRUE"], [{ tag: "integer", val: -7 }, "(-7)"],
    [{ tag: "decimal", val: "19.90" }, "19.90"], [{ tag: "real", val: 0.1 }, "0.1e0"], [{ tag: "real", val: 1e300 }, "1e300"],
    [{ tag: "text", val: "O'Reilly" }, "'O''Reilly'"], [{ tag: "bytes", val: new Uint8Array([0, 255]) }, "X'00ff'"],
  ];
  for (const [value, expected] of literals) assert.equal(literal(value), expected);
  assert.throws(() => literal({ tag: "real", val: NaN }), Unsupported);
  for (const val of ["", "1; DROP TABLE a", "1\n", "--1", "1.", ".5", "0x1"]) {
    assert.equal(failure(() => literal({ tag: "decimal", val })).code, "bad-decimal", val);
  }
});

const SPEC = {
  name: "dialect-x", version: "1.0.0", summary: "x", dialect: "x", driver: "sqlite",
  naming: { rules: () => ({ maxBytes: 0, folds: "keep", separator: ".", defaultSchema: null }), quote },
  transaction: { control: () => ({}) },
  tracking: { latest: () => 1, upgrade: () => [], action: (name) => { throw new Unsupported(name); } },
  lock: { action: (name) => { throw new Unsupported(name); } },
};

test("a dialect answers what it does not say", () => {
  const exported = dialect(SPEC);
  assert.deepEqual(Object.keys(exported).sort(), Object.keys(INTERFACES).sort());
  assert.equal(exported.describe.describe().dialect, "x");
  assert.equal(exported.naming.qualify({ catalog: null, schema: "s", name: 'a"' }), '"s"."a"""');
  assert.equal(exported.literals.literal({ tag: "text", val: "'" }), "''''");
  assert.equal(failure(() => exported.database.maintenance()).tag, "unsupported");
  assert.equal(failure(() => exported.naming.quote("")).tag, "invalid");
  assert.equal(failure(() => exported.lock.action("acquire")).val, "acquire");
  const opened = exported.script.Splitter.open("a.sql", []);
  assert.deepEqual(opened.push(bytes("a;")), []);
  assert.equal(opened.finish().length, 1);
});

test("a quirk overrides what it names and passes the rest on", () => {
  const exported = dialectQuirk(
    {
      name: "quirk-x", version: "1.0.0", summary: "x",
      override: (base) => ({
        naming: {
          quote(identifier) {
            if (identifier.startsWith("_")) throw new Unsupported("a name that begins with `_`");
            return base.naming.quote(`x_${identifier}`);
          },
        },
      }),
    },
    dialect(SPEC),
  );
  assert.deepEqual(exported.quirk.identify().bases, []);
  const { name, version, summary, driver } = exported.describe.describe();
  assert.deepEqual([name, version, summary, driver], ["dialect-x", "1.0.0", "x, over x", "sqlite"]);
  assert.equal(exported.naming.quote("a"), '"x_a"');
  assert.equal(failure(() => exported.naming.quote("_a")).tag, "unsupported");
  assert.equal(exported.naming.rules().folds, "keep");
  assert.equal(failure(() => exported.lock.action("acquire")).tag, "unsupported");
  const opened = exported.script.Splitter.open("a.sql", []);
  opened.push(bytes("a;b"));
  assert.equal(opened.finish().length, 2);
});

test("what a base refuses is refused, and a quirk may look at it", () => {
  // As componentize-qjs throws the error of an imported function.
  const refusal = { tag: "unsupported", val: "that" };
  const refuse = () => {
    throw Object.assign(new Error("[object Object]"), { payload: refusal });
  };
  const opened = { push: refuse, finish: refuse };
  const base = { naming: { quote: refuse, qualify: refuse }, script: { Splitter: { open: () => opened } } };
  let seen;
  const override = (under) => ({
    naming: {
      qualify(name) {
        try {
          return under.naming.qualify(name);
        } catch (thrown) {
          seen = thrown;
          return "another answer";
        }
      },
    },
  });
  const exported = dialectQuirk({ name: "quirk-x", version: "1.0.0", summary: "x", override }, base);
  assert.equal(failure(() => exported.naming.quote("a")), refusal);
  assert.equal(exported.naming.qualify({}), "another answer");
  assert.equal(seen, refusal);
  const splitter = exported.script.Splitter.open("a.sql", []);
  assert.equal(failure(() => splitter.push(bytes("a"))), refusal);
  assert.equal(failure(() => splitter.finish()), refusal);
});

test("an integer that lost digits on its way is refused, whoever answers", () => {
  const who = { name: "quirk-x", version: "1.0.0", summary: "x" };
  const base = dialect(SPEC);
  const passing = dialectQuirk({ ...who, override: () => ({}) }, base);
  const answering = dialectQuirk({ ...who, override: () => ({ literals: { literal: ({ val }) => String(val) } }) }, base);
  for (const { literals } of [base, passing, answering]) {
    assert.equal(literals.literal({ tag: "integer", val: Number.MAX_SAFE_INTEGER }), "9007199254740991");
    assert.equal(literals.literal({ tag: "decimal", val: "9223372036854775807" }), "9223372036854775807");
    // An engine that hands over bigints loses nothing.
    assert.equal(literals.literal({ tag: "integer", val: 9007199254740993n }), "9007199254740993");
    for (const val of [2 ** 53, -(2 ** 53), 2 ** 63, -(2 ** 63)]) {
      const thrown = failure(() => literals.literal({ tag: "integer", val }));
      assert.equal(thrown.tag, "unsupported");
      assert.match(thrown.val, /beyond 2\^53/);
    }
  }
});

test("a quirk is identified without a base, and overrides nothing that is not there", () => {
  const who = { name: "quirk-x", version: "1.0.0", summary: "x" };
  const exported = dialectQuirk({ ...who, override: (base) => ({ naming: { quote: (name) => base.naming.quote(name) } }) }, null);
  assert.equal(exported.quirk.identify().name, "quirk-x");
  assert.throws(() => dialectQuirk({ ...who, override: () => ({ naming: { qoute: () => "" } }) }), /no `naming.qoute`/);
});

test("the functions are those of the WIT", () => {
  const wit = readFileSync(new URL("../../../wit/dialect/dialect.wit", import.meta.url), "utf8");
  const found = {};
  const withoutFailure = [];
  for (const [, part, body] of wit.matchAll(/^interface ([\w-]+) \{\n(.*?)^\}/gms)) {
    if (part === "quirk") continue;
    found[part] = [];
    for (const [, word, answer] of body.matchAll(/^ +([\w-]+): (?:static )?func\([^)]*\) -> ([^;]+);/gm)) {
      found[part].push(word);
      if (!/^result<.*failure>$/.test(answer)) withoutFailure.push(`${part}.${word}`);
    }
  }
  assert.deepEqual(found, { ...INTERFACES, script: ["open", "push", "finish"] });
  assert.deepEqual(withoutFailure, WITHOUT_FAILURE);
});

test("what is thrown where there is no failure stays what it is: the engine makes a trap of it", () => {
  const broken = new RangeError("broken");
  const fail = () => {
    throw broken;
  };
  const override = () => ({ naming: { quote: fail }, transaction: { control: fail } });
  const exported = dialectQuirk({ name: "quirk-x", version: "1.0.0", summary: "x", override }, dialect(SPEC));
  assert.equal(failure(() => exported.transaction.control([])), broken);
  const { tag, val } = failure(() => exported.naming.quote("a"));
  assert.equal(tag, "internal");
  assert.match(val, /^RangeError: broken \(at .*dialect\.test\.js:\d+:\d+\)+$/);
});
