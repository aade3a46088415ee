//! What the host decodes that somebody else wrote: answers of guests, components, lock files, CBOR. No input makes it panic or
//! hang; what is wrong is blamed on whoever wrote it; and the host goes on.
//!
//! An answer of chance is the guest's memory of chance: a guest that does nothing else puts its input where its answer is
//! expected, so that the input says what the pointers, lengths and cases of the answer are.

use std::cell::RefCell;
use std::path::Path;
use std::sync::LazyLock;

use noorm_artifacts::crafted::{Crafted, Kind};
use noorm_core::cbor;
use noorm_core::value::Value;
use noorm_plugin_host::{Dialect, Feed, Installation, Limits, Loader, Options, Piece, PluginError, PluginHost};
use tempfile::TempDir;

use crate::parser::Parser;

/// All of them.
pub(crate) static BOUNDARY: [Parser; 6] = [
    Parser { name: "cbor", samples: documents, words: CBOR, check: document },
    Parser { name: "answers", samples: answers, words: MEMORY, check: answer },
    Parser { name: "batches", samples: batches, words: MEMORY, check: batch },
    Parser { name: "pieces", samples: pieces, words: MEMORY, check: piece },
    Parser { name: "components", samples: components, words: WASM, check: component },
    Parser { name: "lock file", samples: locks, words: LOCK, check: lock },
];

const CBOR: &[&str] =
    &["\0", "\u{1}", "\u{18}", "a", "aa", "`", "@", "\u{17}", "\u{19}\u{1}\0", "\u{1b}", "@A", "x", "é"];

/// Small numbers of 32 bits, and bits of large ones.
const MEMORY: &[&str] = &[
    "\0\0\0\0",
    "\u{1}\0\0\0",
    "\u{2}\0\0\0",
    "\u{3}\0\0\0",
    "\u{4}\0\0\0",
    "\u{10}\0\0\0",
    "\0\u{1}\0\0",
    "\0\0\u{1}\0",
    "\0\u{10}\u{1}\0",
    "@\0\u{1}\0",
    "\0\0\0\u{7f}",
    "\u{7f}\u{7f}\u{7f}\u{7f}",
    "\0",
    "\u{1}",
    "é",
    "statement",
    "\u{1b}[2J",
];

const WASM: &[&str] = &[
    "\0asm\r\0\u{1}\0",
    "\0asm\u{1}\0\0\0",
    "\0",
    "\u{1}",
    "\u{7}",
    "\u{b}",
    "@",
    "A\0",
    "B\0",
    "\u{1}A\u{1}",
    "\u{1}B\u{1}",
    "noorm:loader/describe@1.0.0",
    "noorm:loader/document@1.0.0",
    "noorm:host/files@1.0.0",
    "wasi:cli/environment@0.2.6",
    "component-type",
    "\u{7f}\u{7f}\u{7f}\u{7f}",
    "\u{4}",
    "\u{5}",
];

const LOCK: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "null",
    "-1",
    "1e999",
    " ",
    "\n",
    "\"version\": 1,",
    "\"version\": 2,",
    "\"version\": 3,",
    "\"plugins\": []",
    "\"name\": \"../../evil\",",
    "\"kind\": \"quirk\",",
    "\"grants\": [{\"import\": \"\", \"paths\": [\"**\"]}],",
    "\"provides\": [\"a/b\"],",
    "\"digest\"",
    "\"compositions\": []",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "é",
    "\u{0}",
    "\u{feff}",
];

/// Where a guest expects its answer.
const AT: u32 = 0x1_1000;

/// Room for every answer of a guest, and not for all of its memory at once.
const LIMITS: Limits = Limits { time_ms: 5_000, memory_bytes: 16 << 20, output_bytes: 4 << 20 };

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn documents() -> Vec<Vec<u8>> {
    let text = |text: &str| Value::Text(text.to_owned());
    let list = Value::List(vec![
        Value::Null,
        Value::Boolean(true),
        Value::Integer(-1000),
        Value::Real(1.1),
        Value::Big(1 << 70),
    ]);
    let map = Value::Map(vec![
        ("a".to_owned(), list),
        ("é".to_owned(), Value::Bytes(vec![1; 30])),
        ("b".to_owned(), text("x")),
    ]);
    let deep = (0..100).fold(text("deep"), |value, _| Value::List(vec![value]));
    [map, deep].iter().map(cbor::encode).collect()
}

/// What is read is written and read as the same.
fn document(bytes: &[u8]) -> bool {
    let Ok(value) = cbor::decode(bytes) else { return false };
    let again = cbor::encode(&value);
    let value_again = cbor::decode(&again).unwrap();
    // Not a number is not equal to itself; its bytes are.
    assert_eq!(cbor::encode(&value_again), again, "a document is read as another one than was written");
    true
}

/// A host with one crafted guest, and its project, which has to be there until the guest is loaded.
fn host(guest: &Crafted) -> (TempDir, PluginHost) {
    let folder = TempDir::new().unwrap();
    let project = Some(folder.path().to_path_buf());
    let mut host = PluginHost::open(Options { project, limits: LIMITS, ..Options::default() }).unwrap();
    let candidate = host.examine(Path::new("parrot.wasm"), &guest.module()).unwrap();
    host.install(&candidate, &Installation { origin: "path:parrot.wasm".to_owned(), ..Installation::default() })
        .unwrap();
    (folder, host)
}

/// Puts the bytes that lie at the locals `at` and `len` where an answer is expected.
fn copy(at: u32, len: u32) -> String {
    format!("(memory.copy (i32.const {AT}) (local.get {at}) (local.get {len}))")
}

/// Returns whether an answer was taken. What is wrong with it is the guest's fault, or its refusal of the input.
fn judged<T>(answer: Result<T, PluginError>) -> bool {
    match answer {
        Ok(_) => true,
        Err(error) => {
            let is_refusal = matches!(
                error,
                PluginError::Input { .. } | PluginError::Unsupported { .. } | PluginError::Denied { .. }
            );
            assert!(is_refusal || error.is_plugin_fault(), "somebody else is to blame: {error:?}");
            let text = format!("{error} {:?}", error.hint());
            assert!(!text.contains('\u{1b}') && text.len() < 40_000, "it paints, or never ends: {text:?}");
            is_refusal
        }
    }
}

/// A document, and a refusal with two diagnostics.
fn answers() -> Vec<Vec<u8>> {
    let document = [words(&[0, AT + 16, 3, 0]), vec![0x82, 0x01, 0xf6]].concat();
    // severity, code, message, no span, no help, no attributes: 88 bytes each.
    let mut diagnostic = words(&[0, AT + 16, 4, AT + 16, 8, 0]);
    diagnostic.resize(88, 0);
    let refusal = [words(&[1, 0, AT + 32, 2]), b"code message\0\0\0\0".to_vec(), diagnostic.repeat(2)].concat();
    let unsupported = [words(&[1, 1, AT + 16, 8]), b"not this".to_vec()].concat();
    vec![document, refusal, unsupported]
}

fn answer(bytes: &[u8]) -> bool {
    static PARROT: LazyLock<Loader> = LazyLock::new(|| {
        let body = format!("{} (i32.const {AT})", copy(2, 3));
        let guest = Crafted::new(Kind::Document, "parrot").function("document.load", &body).memory("4");
        let (_folder, host) = host(&guest);
        host.loader("parrot").unwrap()
    });
    judged(PARROT.load("a.parrot", bytes))
}

/// The answer of `next`, and behind it that of `columns`.
fn batches() -> Vec<Vec<u8>> {
    let of = |rows: u32, text: &[u8], ends: &[u32], nulls: &[u32]| {
        let len = |len: usize| u32::try_from(len).unwrap();
        let (columns, text_at) = (AT + 64, AT + 128);
        let ends_at = text_at + 64;
        let nulls_at = ends_at + 64;
        let mut image =
            words(&[0, 1, rows, text_at, len(text.len()), ends_at, len(ends.len()), nulls_at, len(nulls.len())]);
        image.resize(64, 0);
        image.extend(words(&[1, columns + 16, 2, 0, columns + 32, 1, columns + 33, 1]));
        image.extend(b"ab");
        for (at, part) in [(128, text.to_vec()), (192, words(ends)), (256, words(nulls))] {
            image.resize(at, 0);
            image.extend(part);
        }
        image.resize(320, 0);
        image
    };
    vec![of(2, "1xé".as_bytes(), &[1, 2, 4, 4], &[3]), of(1, b"", &[0, 0], &[0, 1]), of(1, b"ab", &[1, 2], &[])]
}

fn batch(bytes: &[u8]) -> bool {
    static PARROT: LazyLock<Loader> = LazyLock::new(|| {
        let once = format!(
            "(i32.store (i32.const 2048) (i32.add (i32.load (i32.const 2048)) (i32.const 1)))
             (select (i32.const {AT}) (i32.const 1280) (i32.eq (i32.load (i32.const 2048)) (i32.const 2)))"
        );
        let guest = Crafted::new(Kind::Rows, "parrot")
            .imports("(import \"[export]noorm:loader/rows@1.0.0\" \"[resource-new]reader\" (func $new (param i32) (result i32)))")
            .function("rows.[static]reader.open", "(i32.store offset=4 (i32.const 1536) (call $new (i32.const 1))) (i32.const 1536)")
            .function("rows.[method]reader.push", &format!("{} (i32.const 1280)", copy(1, 2)))
            .function("rows.[method]reader.finish", "(i32.store (i32.const 2048) (i32.const 1)) (i32.const 1280)")
            .function("rows.[method]reader.columns", &format!("(i32.const {})", AT + 64))
            .function("rows.[method]reader.next", &once)
            .data(1280, &words(&[0; 8]))
            .data(2048, &words(&[9]))
            .memory("4");
        let (_folder, host) = host(&guest);
        host.loader("parrot").unwrap()
    });
    judged(PARROT.load("a.parrot", bytes))
}

/// A script of as many bytes as the image has, in one piece or in two.
fn pieces() -> Vec<Vec<u8>> {
    let piece = |start: u64, end: u64, body: u64| {
        let wide = |number: u64| number.to_le_bytes().to_vec();
        let ranges = [start, end, start, body].into_iter().flat_map(wide).collect::<Vec<_>>();
        // line, kind, no data, `inside`, no attributes.
        let rest = words(&[1, AT + 16, 9, 0]);
        [ranges, rest, vec![0; 24], words(&[AT + 25, 6, 0, 0])].concat()
    };
    let image = |pieces: &[Vec<u8>]| {
        let head =
            [words(&[0, AT + 48, u32::try_from(pieces.len()).unwrap(), 0]), b"statementinside\0".to_vec()].concat();
        let mut image = head;
        image.resize(48, 0);
        image.extend(pieces.concat());
        image
    };
    let len = |count: u64| 48 + 88 * count;
    vec![image(&[piece(0, len(1), 9)]), image(&[piece(0, 20, 9), piece(20, len(2), 30)])]
}

/// A script that is not kept.
struct Once<'a>(Option<&'a [u8]>);

impl Feed for Once<'_> {
    type Error = PluginError;

    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), PluginError> {
        chunk.extend_from_slice(self.0.take().unwrap_or_default());
        Ok(())
    }

    fn piece(&mut self, piece: Piece) -> Result<(), PluginError> {
        assert!(piece.whole.start <= piece.body.start && piece.body.end <= piece.whole.end, "{piece:?}");
        Ok(())
    }
}

fn piece(bytes: &[u8]) -> bool {
    static PARROT: LazyLock<Dialect> = LazyLock::new(|| {
        let guest = Crafted::new(Kind::Dialect, "parrot")
            .imports("(import \"[export]noorm:dialect/script@1.0.0\" \"[resource-new]splitter\" (func $new (param i32) (result i32)))")
            .function("script.[static]splitter.open", "(i32.store offset=4 (i32.const 1536) (call $new (i32.const 1))) (i32.const 1536)")
            .function("script.[method]splitter.push", &format!("{} (i32.const {AT})", copy(1, 2)))
            .function("script.[method]splitter.finish", "(i32.const 1280)")
            .data(1280, &words(&[0; 8]))
            .memory("4");
        let (_folder, host) = host(&guest);
        host.dialect("parrot").unwrap()
    });
    judged(PARROT.split_each("a.sql", &mut Once(Some(bytes))))
}

fn components() -> Vec<Vec<u8>> {
    let guest = |kind| Crafted::new(kind, "chance");
    vec![
        guest(Kind::Document).component(),
        guest(Kind::Rows).module(),
        guest(Kind::Document).module(),
        guest(Kind::Quirk).component(),
    ]
}

/// One that is taken was compiled, and has said who it is.
fn component(bytes: &[u8]) -> bool {
    thread_local! {
        static HOST: RefCell<PluginHost> = RefCell::new(PluginHost::open(Options { limits: LIMITS, ..Options::default() }).unwrap());
    }
    HOST.with_borrow(|host| match host.examine(Path::new("chance.wasm"), bytes) {
        Ok(_) => true,
        Err(PluginError::Refused { reason, .. }) => {
            let text = reason.to_string();
            assert!(!text.contains('\u{1b}') && text.len() < 40_000, "it paints, or never ends: {text:?}");
            false
        }
        Err(error) => {
            assert!(error.is_plugin_fault(), "somebody else is to blame: {error:?}");
            false
        }
    })
}

fn locks() -> Vec<Vec<u8>> {
    let digest = "0".repeat(64);
    let one = format!(
        "{{\"name\": \"loader-a\", \"version\": \"1.0.0\", \"kind\": \"loader\", \"summary\": \"\", \"digest\": \"{digest}\", \
         \"sizeBytes\": 1, \"interface\": \"noorm:loader@1.0.0\", \"imports\": [\"noorm:host/files@1.0.0\"], \
         \"grants\": [{{\"import\": \"noorm:host/files@1.0.0\", \"paths\": [\"schema/**\"]}}], \"provides\": [\"ini\"], \
         \"source\": \"path:a.wasm\"}}"
    );
    let former = one.replace("\"source\": \"path:a.wasm\"", "\"file\": \"a.wasm\"");
    let file = |version: u32, plugin: &str| {
        format!("{{\n  \"version\": {version},\n  \"plugins\": [{plugin}]\n}}\n").into_bytes()
    };
    vec![file(2, &one), file(1, &former), file(2, "")]
}

fn lock(bytes: &[u8]) -> bool {
    thread_local! {
        static FOLDER: TempDir = TempDir::new().unwrap();
    }
    FOLDER.with(|folder| {
        std::fs::write(folder.path().join("plugins.lock"), bytes).unwrap();
        match PluginHost::open(Options { project: Some(folder.path().to_path_buf()), ..Options::default() }) {
            Ok(host) => {
                for plugin in host.list() {
                    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                    assert!(plugin.name.bytes().all(is_name), "a name that may be a path: {:?}", plugin.name);
                }
                true
            }
            Err(PluginError::LockFile { .. } | PluginError::Io { .. }) => false,
            Err(other) => panic!("a lock file is refused as {other:?}"),
        }
    })
}
