//! Components that were built once, for a released version of the interfaces, and are never built again: each still loads, and
//! answers what it answered then. Nothing of what was released lacks one, and no copy of it changes unseen.
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
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The worlds, each with the name that its components have.
const WORLDS: [(&str, &str); 6] = [
    ("document-loader", "document"),
    ("row-loader", "rows"),
    ("linked-loader", "linked"),
    ("linked-row-loader", "linked-rows"),
    ("dialect", "dialect"),
    ("dialect-quirk", "quirk"),
];

/// What was released and recorded, as it was then: SHA-256 of every file. A release adds lines, and changes none.
const PINNED: &[(&str, &str)] = &[
    ("tests/frozen/dialect-1.0.0.txt", "fe4ff989b781adbe29ebba90f21cc02bdacc3597e29a50a59d4911e458d6ec69"),
    ("tests/frozen/dialect-1.0.0.wasm", "9560daf7bdfb91810a31443f22d87084953bd9f2b2a2972adf537fb540ce00c0"),
    ("tests/frozen/document-1.0.0.txt", "44a9da46836f38b0c4f38b857984599fccbd3a5d337575c050e467e2896728a0"),
    ("tests/frozen/document-1.0.0.wasm", "562073dfb34eb44adf9a3a1ab36816afad49142a0828f83ede71363ed3834d70"),
    ("tests/frozen/linked-1.0.0.txt", "04bb6647828a44a32dd88282c9e8b9e112d44dcb5a7015e45bc18e831864fdd3"),
    ("tests/frozen/linked-1.0.0.wasm", "067b3c0d08f91efd273d2be8f3277e794998915d2b2b5baebc97a9118a6cffba"),
    ("tests/frozen/linked-rows-1.0.0.txt", "3978509d724912e0bf30a024c61e829530249f8571c16cef2442e703abc1a6ec"),
    ("tests/frozen/linked-rows-1.0.0.wasm", "742ff8d7a5f18442a6021f3a0c1fb87bb383420c3df2633ed40b5796958f88ef"),
    ("tests/frozen/quirk-1.0.0.txt", "31d779bcfce5c4a78802e1cc8854e3abb46490b16ea66f8b7835b2a210eedf6a"),
    ("tests/frozen/quirk-1.0.0.wasm", "616c0e4fb5a5357960acd1254521454fb57291f1d1fabe29bcc944f6ed096772"),
    ("tests/frozen/rows-1.0.0.txt", "4fe59afc5f24bdf43adfa2a3b52019261bced3c0c1c89f985e74597f45e7f423"),
    ("tests/frozen/rows-1.0.0.wasm", "ddfeaf02f635924d1fb882c50139bb89d7760ecce7255d9b9fcc1f66d2077843"),
    ("wit/released/dialect-1.0.0.wit", "4e39c6d0335ff95b8c77b364f97ec4678d054838c909ae12edeeed9b745dd40e"),
    ("wit/released/host-1.0.0.wit", "4e578be294741ba535d72f773efe00c2cf13631ba1c52473603d997c16b0fa59"),
    ("wit/released/loader-1.0.0.wit", "4a06172257a40189192e0a44a36fda2e773283c1d9b8ca5b28e00f4a4afa3913"),
    ("wit/released/types-1.0.0.wit", "a0dc056fc320057c1e27b90b42cc6f43ee5df0299ab947c7f7600b44986ee545"),
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn file(name: &str) -> PathBuf {
    repository().join("tests/frozen").join(name)
}

/// The files of a folder of the repository, by their paths from its root.
fn files(folder: &str) -> Vec<String> {
    let names = fs::read_dir(repository().join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
    let mut files: Vec<String> = names.map(|name| format!("{folder}/{}", name.to_str().unwrap())).collect();
    files.sort();
    files
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

/// A file that is always there, whatever it is called.
#[derive(Clone, Copy)]
struct Always(&'static [u8]);

impl LinkedFiles for Always {
    fn read(&self, _: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.to_vec())
    }
}

fn loaded(loader: &Loader, content: &[u8], other: Always) -> String {
    let options = Value::Map(Vec::new());
    let request = LoadRequest { path: "a.file", content, options: &options, files: Some(Arc::new(other)) };
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

fn check_loader(name: &str, extension: &str, files: &[&[u8]], other: &'static [u8]) {
    let frozen = frozen(name);
    let loader = frozen.host.loader(extension).unwrap();
    let answers: String = files.iter().map(|content| loaded(&loader, content, Always(other))).collect();
    check(name, &frozen.info, &answers);
}

#[test]
fn a_loader_of_documents_of_1_0_0() {
    check_loader("document-1.0.0", "sql", &[b"", b"SELECT 1;\r\n", "é".as_bytes(), b"\xef\xbb\xbfa", b"a\xff"], b"");
}

#[test]
fn a_loader_of_rows_of_1_0_0() {
    let many = format!("a,b\n{}", "1,two\n".repeat(3000));
    let loaded: [&[u8]; 6] = [b"", b"a,b\n", b"a,b\n1,\"x,\ny\"\n,\"\"\n", "a\né\n".as_bytes(), b"a,b\n1\n", b"a\n\"x"];
    check_loader("rows-1.0.0", "csv", &loaded, b"");
    let frozen = frozen("rows-1.0.0");
    let Value::List(rows) = frozen.host.loader("csv").unwrap().load("a.csv", many.as_bytes()).unwrap() else {
        panic!("rows");
    };
    assert_eq!(rows.len(), 3000);
}

#[test]
fn a_linked_loader_of_1_0_0() {
    check_loader("linked-1.0.0", "linked", &[b"schema/a", b"other/a", b"schema/../a"], b"\x82\x01\xf6");
}

#[test]
fn a_linked_loader_of_rows_of_1_0_0() {
    let files: [&[u8]; 5] = [b"", b"schema/a\r\nschema/b", b"other/a", b"schema/a\nschema/../a\n", b"schema/\xff"];
    check_loader("linked-rows-1.0.0", "parts", &files, "eins\nzwölf\n".as_bytes());
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

/// A release is a file `PACKAGE-VERSION.wit`.
#[test]
fn whatever_was_released_has_a_component() {
    let components: Vec<Vec<u8>> = files("tests/frozen")
        .iter()
        .filter(|path| path.ends_with(".wasm"))
        .map(|path| fs::read(repository().join(path)).unwrap())
        .collect();
    for release in files("wit/released") {
        let (package, version) = release["wit/released/".len()..].trim_end_matches(".wit").split_once('-').unwrap();
        let text = fs::read_to_string(repository().join(&release)).unwrap();
        let named = |keyword: &'static str| {
            text.lines().filter_map(move |line| line.strip_prefix(keyword)?.split_whitespace().next())
        };
        for world in named("world ") {
            let (_, component) = WORLDS.iter().find(|(name, _)| *name == world).expect("every world has a component");
            for extension in ["wasm", "txt"] {
                let name = format!("{component}-{version}.{extension}");
                assert!(file(&name).is_file(), "{release}: nothing stands for the world `{world}`: no {name}");
            }
        }
        for interface in named("interface ") {
            let interface = format!("noorm:{package}/{interface}@{version}");
            let speaks = |component: &Vec<u8>| component.windows(interface.len()).any(|it| it == interface.as_bytes());
            assert!(components.iter().any(speaks), "no component speaks {interface}");
        }
    }
}

#[test]
fn no_copy_was_changed() {
    let is_pinned = |path: &String| !path.ends_with("README.md");
    let files = files("tests/frozen").into_iter().chain(files("wit/released")).filter(is_pinned);
    let digest = |path: &String| hex(&Sha256::digest(fs::read(repository().join(path)).unwrap()));
    let found: Vec<(String, String)> = files.map(|path| (path.clone(), digest(&path))).collect();
    let pinned: Vec<(String, String)> = PINNED.iter().map(|&(path, digest)| (path.into(), digest.into())).collect();
    assert_eq!(found, pinned, "a copy of what was released never changes; a new one gets a line in PINNED");
}
