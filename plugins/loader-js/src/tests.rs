//! Modules, and what becomes of them.

use std::rc::Rc;

use noorm_guest::cbor::Value;
use noorm_guest::problem::Problem;

use crate::evaluate::evaluate;

/// The other files of the project.
const FILES: &[(&str, &str)] = &[
    (
        "schema/lib/rates.mjs",
        "import base from './base.json';\nexport const rate = n => n * base.factor;\nexport default [rate(1)];\n",
    ),
    ("schema/lib/base.json", "{\"factor\": 3, \"big\": 0.1}"),
    ("schema/lib/throws.js", "export const f = () => {\n  throw new TypeError('no such rate');\n};\n"),
    ("schema/lib/broken.js", "export const x = ;\n"),
    ("schema/lib/broken.json", "{\"a\" 1}"),
    ("schema/a.js", "import { b } from './b.js';\nexport const a = 1;\nexport default () => b;\n"),
    ("schema/b.js", "import { a } from './a.js';\nexport const b = () => a + 1;\n"),
    ("schema/lib/notutf8.js", "\u{fffd}"),
];

fn run(source: &str) -> Result<Value, Problem> {
    let read = |path: &str| {
        if path.ends_with("notutf8.js") {
            return Ok(b"// \n\xff".to_vec());
        }
        let file = FILES.iter().find(|(name, _)| *name == path);
        file.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "there is no such file".to_owned())
    };
    evaluate("schema/data.js", source.as_bytes(), Rc::new(read))
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn list(items: &[Value]) -> Value {
    Value::List(items.to_vec())
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

/// The value of an expression.
#[track_caller]
fn check(expression: &str, expected: Value) {
    assert_eq!(run(&format!("export default {expression};")), Ok(expected), "{expression}");
}

/// What is wrong with a module, and where.
#[track_caller]
fn fails(source: &str, message: &str, place: Option<(u32, u32)>) {
    let problem = run(source).expect_err(source);
    assert!(problem.message.contains(message), "{source}\n{problem:?}");
    assert_eq!(problem.at.map(|at| (at.line, at.column)), place, "{source}\n{problem:?}");
}

#[test]
fn values_become_data() {
    check(
        "[null, undefined, , true, 'zoë']",
        list(&[Value::Null, Value::Null, Value::Null, Value::Boolean(true), text("zoë")]),
    );
    check(
        "({a: 1, b: undefined, 'c d': [-1.5, 2**53, 1e300, -0]})",
        map(&[
            ("a", Value::Integer(1)),
            ("c d", list(&[Value::Real(-1.5), Value::Integer(1 << 53), Value::Real(1e300), Value::Integer(0)])),
        ]),
    );
    check("-(2n**127n)", Value::Integer(i128::MIN));
    check("new Date('2026-01-31T12:00+02:00')", text("2026-01-31T10:00:00.000Z"));
    check("new Map([['a', 1], [2, 'b']])", map(&[("a", Value::Integer(1)), ("2", text("b"))]));
    check("new Set([1, 'x', 1])", list(&[Value::Integer(1), text("x")]));
    check("({toJSON() { return [this.x] }, x: 1})", list(&[Value::Integer(1)]));
    check(
        "new (class P { constructor() { this.x = 1; this.y = this.x } get z() { return 3 } })()",
        map(&[("x", Value::Integer(1)), ("y", Value::Integer(1))]),
    );
    check(
        "[new Number(5), new String('ab'), new Boolean(false), Object(7n)]",
        list(&[Value::Integer(5), text("ab"), Value::Boolean(false), Value::Integer(7)]),
    );
    check("new (class extends Number {})(1.5)", Value::Real(1.5));
    check("[...new Map([['a', 1]]).keys(), ...[2].values()]", list(&[text("a"), Value::Integer(2)]));
    check("({__proto__: {toJSON() { return this.message }}, message: 'm'})", text("m"));
    check("Object.assign(new Error('x'), {toJSON() { return this.message }})", text("x"));
    check("Array.from({length: 3}, (_, i) => i * i)", list(&[0, 1, 4].map(Value::Integer)));
    check("await Promise.resolve(7)", Value::Integer(7));
    assert_eq!(run("\u{feff}// é\r\nexport { x as default };\r\nconst x = 5;"), Ok(Value::Integer(5)));
}

#[test]
fn what_is_no_data_is_named_by_its_path() {
    for (expression, message) in [
        ("() => 1", "the default export is a function"),
        ("({prices: [1, {format() {}}]})", "`prices[1].format` is a function"),
        ("({'a b': {c: Symbol('x')}})", "`[\"a b\"].c` is a symbol"),
        ("[NaN]", "`[0]` is not a number (NaN)"),
        ("[1 / 0]", "`[0]` is infinite"),
        ("2n ** 127n", "more than 128 bits"),
        ("({d: new Date('x')})", "`d` is a date that does not exist"),
        ("[Promise.resolve(1)]", "`[0]` is a promise"),
        ("[/x/]", "`[0]` is a regular expression"),
        ("[new Uint8Array(2)]", "`[0]` is a typed array"),
        ("new Map([['a', 1]]).keys()", "the default export is an iterator"),
        ("({a: [1, 2].values()})", "`a` is an iterator"),
        ("(function* () { yield 1 })()", "is an iterator"),
        ("(async function* () { yield 1 })()", "one after the other"),
        ("new (class { *[Symbol.iterator]() { yield 1 } })()", "a collection of its own kind"),
        ("'a'.matchAll(/a/g)", "is an iterator"),
        ("[new RangeError('x')]", "`[0]` is an error"),
        ("new WeakMap()", "is a weak collection"),
        ("[new WeakSet()]", "`[0]` is a weak collection"),
        ("[Object(Symbol('x'))]", "`[0]` is a symbol"),
        ("['\\ud800']", "surrogate"),
        ("new Map([[{}, 1]])", "neither text nor a number"),
        ("new Map([[1, 1], ['1', 1]])", "two keys"),
        ("undefined", "the default export is undefined"),
        ("(() => { const a = {b: {}}; a.b.c = a; return a })()", "`b.c` contains itself"),
        ("(() => { let a = 1; for (let i = 0; i < 200; i++) a = [a]; return a })()", "nested deeper than 120"),
    ] {
        fails(&format!("export default {expression};"), message, None);
    }
}

#[test]
fn errors_have_a_place() {
    fails("export default {\n  a: 1,\n  b: ;\n};", "unexpected", Some((3, 6)));
    fails("const a = 1;\nexport default a.b.c;\n", "TypeError", Some((2, 20)));
    fails(
        "\u{feff}function f() {\n  throw new RangeError('too much');\n}\nexport default f();",
        "RangeError: too much",
        Some((2, 9)),
    );
    fails("export default {\n get x() { throw new Error('no') }\n};", "`x` cannot be read: no", Some((2, 18)));
    fails("const x = 1;\n", "no default export", None);
    fails("module.exports = 1;", "ReferenceError", Some((1, 1)));
    fails("throw 'a text';", "thrown: a text", None);
    fails("throw {message: 'of an object'};", "thrown: of an object", None);
    fails("await new Promise(() => {});\nexport default 1;", "never comes", None);
    let problem =
        evaluate("a.js", b"export default '\xff'", Rc::new(|_: &str| Err(String::new()))).expect_err("not UTF-8");
    assert_eq!(problem.code, "invalid-utf8");
}

#[test]
fn modules_import_modules() {
    let source = "import list, { rate } from './lib/rates.mjs';\nimport base from '/schema/lib/base.json' with { type: 'json' };\n\
                  export default { list, six: rate(2), big: base.big };";
    let expected = map(&[("list", list(&[Value::Integer(3)])), ("six", Value::Integer(6)), ("big", Value::Real(0.1))]);
    assert_eq!(run(source), Ok(expected));
    assert_eq!(
        run("const { rate } = await import('./lib/rates.mjs');\nexport default rate(5);"),
        Ok(Value::Integer(15))
    );
    assert_eq!(run("import f from './a.js';\nexport default f()();"), Ok(Value::Integer(2)));
    assert_eq!(
        run("import { x } from './data.js';\nexport const x = 4;\nexport default x;\n").ok(),
        None,
        "x is not there yet"
    );
}

#[test]
fn what_cannot_be_imported_is_told_where_it_is_asked_for() {
    fails("\nimport x from 'lodash';", "there are no packages", Some((2, 15)));
    fails("import x from './lib/none.js';", "cannot import `schema/lib/none.js`: there is no such file", Some((1, 15)));
    fails("import x from \"./lib/rates\";", "with its extension", Some((1, 15)));
    fails("import x from '../../x.js';", "outside of the project", Some((1, 15)));
    fails("import './lib/broken.js';", "`schema/lib/broken.js:1:18`", None);
    fails("import './lib/broken.json';", "schema/lib/broken.json", None);
    fails("import './lib/notutf8.js';", "`schema/lib/notutf8.js:2:1`", None);
    fails("import { none } from './lib/rates.mjs';", "none", None);
    fails(
        "import { f } from './lib/throws.js';\nexport default\n  f();",
        "`schema/lib/throws.js:2:9`: TypeError: no such rate",
        Some((3, 4)),
    );
    fails("await import('./lib/none.js').catch(() => 1);\nexport default 1;", "there is no such file", Some((1, 14)));
}

#[test]
fn there_is_no_clock_and_no_randomness() {
    for (expression, message) in [
        ("Date.now()", "no clock"),
        ("new Date()", "no clock"),
        ("Date()", "no clock"),
        ("new (new Date(0).constructor)()", "no clock"),
        ("new (Object.getPrototypeOf(new Date(0)).constructor)()", "no clock"),
        ("Reflect.construct(Date, [])", "no clock"),
        ("new (class D extends Date {})()", "no clock"),
        ("Math.random()", "no randomness"),
    ] {
        let problem = run(&format!("export default\n  {expression};")).expect_err(expression);
        assert!(problem.message.contains(message), "{expression}: {problem:?}");
        assert_eq!(problem.at.map(|at| at.line), Some(2), "{expression}: {problem:?}");
    }
    check(
        "new Date(0) instanceof Date && new Date(2026, 0, 31).getTime() === Date.UTC(2026, 0, 31)",
        Value::Boolean(true),
    );
    check("new Date(0).getTimezoneOffset()", Value::Integer(0));
    check(
        "[typeof fetch, typeof process, typeof require, typeof setTimeout, typeof console, typeof WeakRef, typeof Atomics]",
        list(&["undefined"; 7].map(text)),
    );
    check("(class D extends Date {}, new (class D extends Date {})(0).getTime())", Value::Integer(0));
}

#[test]
fn what_a_module_changes_of_the_engine_does_not_mislead() {
    check("(Object.keys = () => ['x'], {a: 1})", map(&[("a", Value::Integer(1))]));
    check(
        "(set => (Array.prototype[Symbol.iterator] = null, Set.prototype.values = null, [set]))(new Set([1]))",
        list(&[list(&[Value::Integer(1)])]),
    );
    check("(Date.prototype.toISOString = () => 'x', new Date(0))", text("1970-01-01T00:00:00.000Z"));
}

#[test]
fn calls_within_calls_end() {
    fails("const f = () => f();\nexport default f();", "recursive", Some((1, 18)));
}

#[test]
fn a_source_that_nests_too_deep_is_not_parsed() {
    let deep = format!("{}{}", "[".repeat(50), "]".repeat(50));
    fails(&format!("export default\n{deep};"), "nested deeper than 40", Some((2, 41)));
    fails(&format!("export default eval('{deep}');"), "nested deeper than 40", Some((1, 20)));
    fails(&format!("export default new Function('a', 'return {deep}');"), "nested deeper than 40", Some((1, 16)));
    check("eval('[1, 2]').concat(new Function('a', 'return a + 1')(2))", list(&[1, 2, 3].map(Value::Integer)));
    fails(&format!("const f = {}1;", "a => ".repeat(1000)), "chain of `=>`", Some((1, 1133)));
    let alternatives = "else if (a === 1) { a = 2 } ".repeat(100);
    let source = format!("let a = 0;\nif (a) {{ a = 1 }} {alternatives}\nexport default {}3;", "a ? 1 : ".repeat(100));
    assert_eq!(run(&source), Ok(Value::Integer(3)));
}
