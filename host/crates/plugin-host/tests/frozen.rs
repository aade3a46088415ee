//! Components that were built once, for a released version of the interfaces, and are never built again: each still loads, and
//! answers what it answered then.
//!
//! `tests/frozen/README.md` tells how each was made. The answers are recorded beside it, as CBOR where they are values: how
//! the host calls them may change.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use noorm_core::cbor;
use noorm_core::value::{Scalar, Value};
use noorm_plugin_host::{
    Base, Candidate, Dialect, Grant, Installation, LinkedFiles, LoadRequest, Loader, Options, PluginError, PluginHost,
    PluginInfo,
};
use tempfile::TempDir;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/frozen").join(name)
}

/// A project with one frozen component.
struct Frozen {
    host: PluginHost,
    info: PluginInfo,
    candidate: Candidate,
    _folder: TempDir,
}

fn frozen(name: &str) -> Frozen {
    let folder = TempDir::new().unwrap();
    let options = Options { project: Some(folder.path().to_path_buf()), ..Options::default() };
    let mut host = PluginHost::open(options).unwrap();
    let path = file(&format!("{name}.wasm"));
    let candidate = host.examine(&path, &fs::read(&path).unwrap()).unwrap();
    let files = |import: &&String| import.starts_with("noorm:host/files");
    let grant = |import: &String| Grant { import: import.clone(), paths: vec!["schema/**".to_owned()] };
    let grants = candidate.info.imports.iter().filter(files).map(grant).collect();
    let how = Installation { origin: format!("path:{name}.wasm"), grants, ..Installation::default() };
    let info = host.install(&candidate, &how).unwrap();
    Frozen { host, info, candidate, _folder: folder }
}

/// Compares with what was recorded. What is recorded for good is never made again unseen: `FROZEN=record` in the environment
/// records what is not there.
#[track_caller]
fn check(name: &str, info: &PluginInfo, answers: &str) {
    let transcript = format!(
        "{} {} {}\ndigest {}\nimports {:?}\nprovides {:?}\n{answers}",
        info.name, info.version, info.interface, info.digest, info.imports, info.provides
    );
    let recorded = file(&format!("{name}.txt"));
    if std::env::var_os("FROZEN").is_some_and(|value| value == "record") && !recorded.exists() {
        fs::write(&recorded, &transcript).unwrap();
    }
    let expected = fs::read_to_string(&recorded).expect("its answers were recorded");
    assert_eq!(transcript, expected, "{name} answers otherwise than it did");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// A file that is always there.
struct Always;

impl LinkedFiles for Always {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Ok(b"\x82\x01\xf6".to_vec())
    }
}

fn loaded(loader: &Loader, content: &[u8]) -> String {
    let options = Value::Map(Vec::new());
    let request = LoadRequest { path: "a.file", content, options: &options, files: Some(Arc::new(Always)) };
    let answer = match loader.load_with(&request) {
        Ok(loaded) => format!("{} {:?}", hex(&cbor::encode(&loaded.value)), loaded.read),
        Err(error) => refused(&error),
    };
    format!("{:?} → {answer}\n", String::from_utf8_lossy(content))
}

fn refused(error: &PluginError) -> String {
    match error {
        PluginError::Input { diagnostics, .. } => {
            let place = diagnostics[0].span.as_ref().map(|span| (span.start, span.end, span.line, span.column));
            format!("invalid {} {place:?}", diagnostics[0].code)
        }
        PluginError::Unsupported { .. } => "unsupported".to_owned(),
        PluginError::Denied { .. } => "denied".to_owned(),
        other => panic!("a fault of its own: {other}"),
    }
}

fn check_loader(name: &str, extension: &str, files: &[&[u8]]) {
    let frozen = frozen(name);
    let loader = frozen.host.loader(extension).unwrap();
    let answers: String = files.iter().map(|content| loaded(&loader, content)).collect();
    check(name, &frozen.info, &answers);
}

#[test]
fn a_loader_of_documents_of_1_0_0() {
    check_loader("document-1.0.0", "sql", &[b"", b"SELECT 1;\r\n", "é".as_bytes(), b"\xef\xbb\xbfa", b"a\xff"]);
}

#[test]
fn a_loader_of_rows_of_1_0_0() {
    let many = format!("a,b\n{}", "1,two\n".repeat(3000));
    let loaded: [&[u8]; 6] = [b"", b"a,b\n", b"a,b\n1,\"x,\ny\"\n,\"\"\n", "a\né\n".as_bytes(), b"a,b\n1\n", b"a\n\"x"];
    check_loader("rows-1.0.0", "csv", &loaded);
    let frozen = frozen("rows-1.0.0");
    let Value::List(rows) = frozen.host.loader("csv").unwrap().load("a.csv", many.as_bytes()).unwrap() else {
        panic!("rows");
    };
    assert_eq!(rows.len(), 3000);
}

#[test]
fn a_linked_loader_of_1_0_0() {
    check_loader("linked-1.0.0", "linked", &[b"schema/a", b"other/a", b"schema/../a"]);
}

fn answers(dialect: &Dialect) -> String {
    let text = |answer: Result<String, PluginError>| answer.unwrap_or_else(|error| refused(&error));
    let mut all = String::new();
    for name in ["a", "a\"b", "", "é"] {
        writeln!(all, "quote {name:?} → {}", text(dialect.quote(name))).unwrap();
    }
    writeln!(all, "qualify → {}", text(dialect.qualify(Some("main"), "t"))).unwrap();
    let scalars = [
        Scalar::Null,
        Scalar::Boolean(true),
        Scalar::Integer(-1),
        Scalar::Decimal("19.90".to_owned()),
        Scalar::Real(1.5),
        Scalar::Text("O'Reilly".to_owned()),
        Scalar::Bytes(vec![0, 255]),
    ];
    for scalar in scalars {
        writeln!(all, "literal {scalar:?} → {}", text(dialect.literal(&scalar))).unwrap();
    }
    let control = dialect.control().unwrap();
    writeln!(all, "control → {:?} {:?} {:?}", control.begin, control.commit, control.rollback).unwrap();
    writeln!(all, "latest → {}, probe → {:?}", dialect.latest().unwrap(), dialect.probe().unwrap()).unwrap();
    for action in ["exists", "changeset-insert", "no-such-action"] {
        let query =
            dialect.tracking(action).map(|query| format!("{} {:?} {:?}", query.sql, query.parameters, query.columns));
        writeln!(all, "tracking {action} → {}", text(query)).unwrap();
    }
    writeln!(all, "lock release → {}", text(dialect.lock("release").map(|query| query.sql))).unwrap();
    for script in ["SELECT 1;\nSELECT ';' -- x\n;", "SELECT 'a"] {
        let pieces = dialect.split("a.sql", script).map(|pieces| {
            let piece = |piece: &noorm_plugin_host::Piece| format!("{:?} {:?} {}", piece.whole, piece.body, piece.line);
            pieces.iter().map(piece).collect::<Vec<_>>().join(", ")
        });
        writeln!(all, "split {script:?} → {}", text(pieces)).unwrap();
    }
    all
}

#[test]
fn a_dialect_of_1_0_0() {
    let frozen = frozen("dialect-1.0.0");
    check("dialect-1.0.0", &frozen.info, &answers(&frozen.host.dialect("sqlite").unwrap()));
}

/// Over the frozen dialect, so that nothing of today is among the layers.
#[test]
fn a_quirk_of_1_0_0() {
    let (base, quirk) = (frozen("dialect-1.0.0"), frozen("quirk-1.0.0"));
    let dialect = base.host.dialect_over(Base::Name("sqlite"), &[quirk.candidate]).unwrap();
    check("quirk-1.0.0", &quirk.info, &answers(&dialect));
}
