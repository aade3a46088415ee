//! The bundled loaders as components: options as the host hands them over, files that want too much, modules that import.
//! What they make of each format is tested in their own crates. Besides, a loader of rows that reads other files, which none
//! of the bundled ones does.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use noorm_core::value::Value;
use noorm_plugin_host::{
    Grant, Installation, Limits, LinkedFiles, LoadRequest, Loaded, Options, PluginError, PluginHost,
};
use noorm_workbook::{DATE, Workbook, number, row, styled, text};
use tempfile::TempDir;

/// The other files of a project.
struct Files(&'static [(&'static str, &'static str)]);

impl LinkedFiles for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let file = self.0.iter().find(|(name, _)| *name == path);
        file.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "there is no such file".to_owned())
    }
}

fn load(
    host: &PluginHost,
    path: &str,
    content: &[u8],
    options: &[(&str, Value)],
    files: &'static [(&'static str, &'static str)],
) -> Result<Loaded, PluginError> {
    let extension = path.rsplit_once('.').unwrap().1;
    let options = Value::Map(options.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect());
    let files: Arc<dyn LinkedFiles> = Arc::new(Files(files));
    host.loader(extension)?.load_with(&LoadRequest { path, content, options: &options, files: Some(files) })
}

fn host(limits: Limits) -> PluginHost {
    PluginHost::open(Options { limits, ..Options::default() }).unwrap()
}

fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// What is shown of a value: maps by their keys, in the order of the keys.
fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Big(number) => number.to_string(),
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::Bytes(bytes) => format!("{bytes:?}"),
        Value::List(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Map(entries) => {
            let entries: Vec<_> = entries.iter().map(|(name, value)| format!("{name}:{}", json(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

#[track_caller]
fn check(path: &str, content: &[u8], options: &[(&str, Value)], expected: &str) {
    let loaded = load(&host(Limits::default()), path, content, options, &[]).unwrap();
    assert_eq!(json(&loaded.value), expected, "{path}");
}

/// Message, line and column of what is wrong.
fn wrong(error: &PluginError) -> (String, Option<(u32, u32)>) {
    let PluginError::Input { diagnostics, .. } = error else { panic!("{error:?}") };
    let span = diagnostics[0].span.as_ref().map(|span| (span.line, span.column));
    (diagnostics[0].message.clone(), span)
}

fn prices() -> Vec<u8> {
    let rows = row(1, &[text("A1", "day"), text("B1", "price")])
        + &row(2, &[styled("A2", DATE, "46053"), number("B2", "19.9")]);
    Workbook::new().sheet("Prices", rows.clone()).sheet("More", rows).bytes()
}

#[test]
fn options_reach_the_loaders() {
    let semicolons = [("delimiter", word(";")), ("null", word("")), ("header", Value::Boolean(false))];
    check("a.csv", b"1;\n\"\";x\n", &semicolons, r#"[{c1:"1",c2:null},{c1:"",c2:"x"}]"#);
    check("a.xml", b"<s><i>1</i></s>", &[("lists", Value::List(vec![word("i")]))], r#"{s:{i:["1"]}}"#);
    check("a.xlsx", &prices(), &[("sheet", word("Prices"))], r#"[{day:"2026-01-31",price:19.9}]"#);
    check(
        "a.xlsx",
        &prices(),
        &[("sheet", Value::Integer(2)), ("header", Value::Integer(1))],
        r#"[{day:"2026-01-31",price:19.9}]"#,
    );
    check("a.ndjson", b"{\"a\":12345678901234567890}\n\n[1.5]\n", &[], "[{a:12345678901234567890},[1.5]]");
    check("a.jsonl", b"1", &[], "[1]");
    check("a.sql", b"SELECT 1;\n", &[], r#""SELECT 1;\n""#);
    check(
        "a.js",
        b"export default {a: [1, 2n ** 64n, new Date(0)]}",
        &[],
        r#"{a:[1,18446744073709551616,"1970-01-01T00:00:00.000Z"]}"#,
    );
}

#[test]
fn options_that_are_not_known_are_the_users_fault() {
    for path in ["a.csv", "a.xml", "a.xlsx", "a.ndjson", "a.sql", "a.js", "a.json", "a.yaml", "a.toml"] {
        let error = load(&host(Limits::default()), path, b"", &[("nonsense", Value::Integer(1))], &[]).unwrap_err();
        assert!(wrong(&error).0.contains("`nonsense`"), "{path}: {error:?}");
    }
}

#[test]
fn what_unpacks_to_gigabytes_ends_at_a_limit() {
    let host = host(Limits { memory_bytes: 64 << 20, time_ms: 20_000, ..Limits::default() });
    let bomb = Workbook::new().sheet("S", row(1, &[text("A1", "a")])).bomb(4096);
    assert!(bomb.len() < 40 << 20, "{}", bomb.len());
    let error = load(&host, "a.xlsx", &bomb, &[], &[]).unwrap_err();
    assert!(matches!(error, PluginError::Limit { .. }), "{error:?}");
    let laughs = b"<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>\n<l>&b;</l>";
    assert_eq!(wrong(&load(&host, "a.xml", laughs, &[], &[]).unwrap_err()).1, Some((1, 1)));
}

#[test]
fn a_module_imports_others_and_each_is_an_input() {
    const FILES: &[(&str, &str)] = &[
        ("schema/lib/rates.mjs", "import base from './base.json';\nexport const rate = n => n * base.factor;\n"),
        ("schema/lib/base.json", "{\"factor\": 3}"),
        ("schema/lib/throws.js", "export const f = () => {\n  throw new TypeError('no such rate');\n};\n"),
        (".noorm/secret.txt", "x"),
    ];
    let host = host(Limits::default());
    let run = |source: &str| load(&host, "schema/data.js", source.as_bytes(), &[], FILES);
    let loaded = run("import { rate } from './lib/rates.mjs';\nexport default [rate(2)];").unwrap();
    assert_eq!((json(&loaded.value).as_str(), loaded.read.len()), ("[6]", 2));
    assert!(
        ["schema/lib/rates.mjs", "schema/lib/base.json"].iter().all(|path| loaded.read.iter().any(|read| read == path))
    );
    let (message, place) = wrong(&run("import { f } from './lib/throws.js';\nexport default\n  f();").unwrap_err());
    assert_eq!(place, Some((3, 4)));
    assert!(message.contains("`schema/lib/throws.js:2:9`: TypeError: no such rate"), "{message}");
    let (message, place) = wrong(&run("import x from './lib/none.js';").unwrap_err());
    assert!(message.contains("there is no such file") && place == Some((1, 15)), "{message}");
    let (message, _) = wrong(&run("import x from '../.noorm/secret.txt';").unwrap_err());
    assert!(message.contains("extension"), "{message}");
}

#[test]
fn a_module_that_never_ends_is_ended() {
    let host = host(Limits { time_ms: 500, ..Limits::default() });
    for source in
        ["for (;;) {}", "const f = async () => { for (;;) await 1 }; await f();", "while (true) [1, 2, 3].map(x => x)"]
    {
        let started = Instant::now();
        let error = load(&host, "a.js", source.as_bytes(), &[], &[]).unwrap_err();
        assert!(error.to_string().contains("time"), "{error}");
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }
}

#[test]
fn a_module_that_wants_too_much_stays_in_its_bounds() {
    let host = host(Limits { memory_bytes: 64 << 20, time_ms: 20_000, ..Limits::default() });
    let error =
        load(&host, "a.js", b"const a = []; for (;;) a.push('x'.repeat(1000) + a.length);", &[], &[]).unwrap_err();
    assert!(error.to_string().contains("memory"), "{error}");
    for (source, message) in [
        ("const f = n => [1].map(() => f(n + 1)); export default f(0);", "recursive"),
        ("const f = () => f(); export default f();", "recursive"),
        ("export default new Date();", "no clock"),
        ("export default Math.random();", "no randomness"),
    ] {
        let (said, place) = wrong(&load(&host, "a.js", source.as_bytes(), &[], &[]).unwrap_err());
        assert!(said.contains(message) && place.is_some(), "{source}: {said}");
    }
}

/// Source that nests so deeply that the parser's own calls would use up the stack.
#[test]
fn a_module_that_nests_without_end_is_told() {
    let host = host(Limits::default());
    let run = |open: &str, close: &str, times: usize| {
        let source = format!("export default [{}1{}];", open.repeat(times), close.repeat(times));
        load(&host, "a.js", source.as_bytes(), &[], &[])
    };
    for (open, close, most) in
        [("[", "]", 39), ("(", ")", 39), ("{a:[", "]}", 18), ("(()=>{if(1){return ", "}})()", 11), ("`${", "}`", 39)]
    {
        assert!(run(open, close, most).is_ok(), "{open}");
        let error = run(open, close, 50_000).unwrap_err();
        assert!(wrong(&error).0.contains("nested deeper than 40"), "{open}: {error:?}");
    }
    // Signs in a row nest without brackets.
    let error = run("- ", "", 50_000).unwrap_err();
    assert!(wrong(&error).0.contains("nested deeper than 40"), "{error:?}");
    assert!(run("", "", 1).is_ok());
}

/// An empty project, and the guest `loader-linked-rows`: a row for each line of the files that a data file names.
fn linked_rows() -> (TempDir, PluginHost, PathBuf) {
    let folder = TempDir::new().unwrap();
    let options = Options { project: Some(folder.path().join(".noorm")), ..Options::default() };
    (folder, PluginHost::open(options).unwrap(), noorm_artifacts::guest("loader-linked-rows"))
}

/// The same, once it was added with a grant of these files.
fn granted_rows(paths: &[&str]) -> (TempDir, PluginHost) {
    let (folder, mut host, guest) = linked_rows();
    let candidate = host.examine(&guest, &std::fs::read(&guest).unwrap()).unwrap();
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    let grants = vec![Grant { import: "noorm:host/files@1.0.0".to_owned(), paths }];
    host.install(&candidate, &Installation { grants, ..Installation::default() }).unwrap();
    (folder, host)
}

const PARTS: &[(&str, &str)] = &[
    ("schema/a.txt", "one\r\ntwo\n"),
    ("schema/b.txt", "\u{feff}drei"),
    ("secret.txt", "x"),
    ("schema/empty.txt", ""),
];

#[test]
fn rows_come_of_the_files_that_a_grant_names() {
    let (_folder, host) = granted_rows(&["schema/*.txt"]);
    let read = |content: &str| load(&host, "schema/all.parts", content.as_bytes(), &[], PARTS);
    let loaded = read("schema/a.txt\nschema/empty.txt\nschema/b.txt").unwrap();
    let row = |file: &str, line: &str| format!("{{file:{file:?},line:{line:?}}}");
    let rows = [row("schema/a.txt", "one"), row("schema/a.txt", "two"), row("schema/b.txt", "drei")];
    assert_eq!(json(&loaded.value), format!("[{}]", rows.join(",")));
    assert_eq!(loaded.read, ["schema/a.txt", "schema/empty.txt", "schema/b.txt"]);
    // More than one batch, of a data file that takes more than one chunk.
    let Value::List(many) = read(&"schema/a.txt\n".repeat(12_000)).unwrap().value else { panic!("rows") };
    assert_eq!(many.len(), 24_000);
}

#[test]
fn rows_of_files_that_cannot_be_read_are_refused_with_the_place_of_the_name() {
    let (_folder, host) = granted_rows(&["schema/*.txt"]);
    let read = |content: &str| load(&host, "schema/all.parts", content.as_bytes(), &[], PARTS).unwrap_err();
    let (message, place) = wrong(&read("schema/a.txt\nschema/none.txt\n"));
    assert!(message.contains("there is no such file") && place == Some((2, 1)), "{message}");
    let error = read("secret.txt\n");
    assert!(matches!(error, PluginError::Denied { .. }), "{error:?}");
    assert!(error.to_string().contains("`secret.txt`: the grant names schema/*.txt"), "{error}");
}

#[test]
fn rows_of_other_files_need_a_grant() {
    let (folder, mut host, guest) = linked_rows();
    let error = host.install_file(&guest).unwrap_err();
    let PluginError::NotGranted { name, imports } = &error else { panic!("{error:?}") };
    assert_eq!((name.as_str(), imports.as_slice()), ("loader-linked-rows", &["noorm:host/files@1.0.0".to_owned()][..]));
    assert!(!folder.path().join(".noorm").exists(), "a refused plugin leaves nothing behind");
    let (_folder, host) = granted_rows(&[]);
    let error = load(&host, "schema/all.parts", b"schema/a.txt", &[], PARTS).unwrap_err();
    assert!(matches!(error, PluginError::Denied { .. }), "a grant of no files: {error:?}");
}
