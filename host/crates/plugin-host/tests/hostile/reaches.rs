//! Guests that reach for what nobody gave them: imports without a grant, files outside of one, a clock.

use std::sync::{Arc, Mutex};

use noorm_artifacts::crafted::{Crafted, Kind};
use noorm_core::value::Value;
use noorm_plugin_host::{Grant, LinkedFiles, LoadRequest, PluginError, Refusal};

use crate::{Project, SMALL, TIGHT, refusal};

const READ: &str = "(import \"noorm:host/files@1.0.0\" \"read\" (func $read (param i32 i32 i32)))";

/// A loader that reads the file whose path is its content, and answers with it.
fn reader() -> Crafted {
    Crafted::new(Kind::Linked, "reaches")
        .imports(READ)
        .function("document.load", "(call $read (local.get 2) (local.get 3) (i32.const 1024)) (i32.const 1024)")
}

fn grant(paths: &[&str]) -> Grant {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    Grant { import: "noorm:host/files@1.0.0".to_owned(), paths }
}

/// Files that are all there, and who asked for them.
#[derive(Default)]
struct Everything(Mutex<Vec<String>>);

impl LinkedFiles for Everything {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.lock().unwrap().push(path.to_owned());
        Ok(vec![0xf6])
    }
}

#[test]
fn files_without_a_grant() {
    let mut project = Project::empty(TIGHT);
    let error = project.add(&reader().module()).unwrap_err();
    let PluginError::NotGranted { name, imports } = &error else { panic!("{error:?}") };
    assert_eq!((name.as_str(), imports.as_slice()), ("loader-reaches", &["noorm:host/files@1.0.0".to_owned()][..]));
    assert!(project.is_untouched());
    project.serves_others();
}

#[test]
fn files_outside_of_the_grant() {
    let mut project = Project::empty(SMALL);
    project.add_with(&reader().module(), vec![grant(&["schema/**", "**/*.json"])]).unwrap();
    let loader = project.host.loader("reaches").unwrap();
    let everything = Arc::new(Everything::default());
    let load = |path: &str| {
        let files: Arc<dyn LinkedFiles> = Arc::clone(&everything) as _;
        let options = Value::Map(Vec::new());
        loader.load_with(&LoadRequest {
            path: "a.file",
            content: path.as_bytes(),
            options: &options,
            files: Some(files),
        })
    };
    let long = format!("schema/{}.json", "a".repeat(5000));
    for path in [
        "",
        "/etc/passwd",
        "schema/../.noorm/state.enc",
        "schema/../../x.json",
        "schema/./x",
        "schema//x",
        "schema/",
        ".noorm/plugins.json",
        ".NOORM/x.json",
        ".noorm./x.json",
        "..\\x.json",
        "schema\\..\\..\\x.json",
        "C:/x.json",
        "schema/a\0.json",
        "schema/\u{1b}[2J.json",
        "other/a.csv",
        &long,
    ] {
        let error = load(path).unwrap_err();
        assert!(matches!(error, PluginError::Denied { .. }), "{path:?}: {error:?}");
        assert!(!error.to_string().contains(['\u{1b}', '\0']), "{error}");
    }
    assert_eq!(*everything.0.lock().unwrap(), Vec::<String>::new(), "nobody even looked");
    let loaded = load("schema/a.json").unwrap();
    assert_eq!((loaded.value, loaded.read), (Value::Null, vec!["schema/a.json".to_owned()]));
    project.serves_others();
}

#[test]
fn files_where_the_host_offers_none() {
    let mut project = Project::empty(SMALL);
    project.add_with(&reader().module(), vec![grant(&["**"])]).unwrap();
    let error = project.host.loader("reaches").unwrap().load("a.file", b"schema/a.json").unwrap_err();
    assert!(matches!(error, PluginError::Denied { .. }), "{error:?}");
    project.serves_others();
}

/// The host has read a file and asks for room; the guest asks for another file in return.
#[test]
fn a_read_within_a_read() {
    let guest = reader().realloc(
        "(if (i32.load (i32.const 2048)) (then (call $read (i32.const 0) (i32.const 1) (i32.const 1024))))
         (global.set $top (i32.add (global.get $top) (local.get 3)))
         (i32.sub (global.get $top) (local.get 3))",
    );
    let guest = guest.function(
        "document.load",
        "(i32.store (i32.const 2048) (i32.const 1))
         (call $read (local.get 2) (local.get 3) (i32.const 1024)) (i32.const 1024)",
    );
    let mut project = Project::empty(SMALL);
    project.add_with(&guest.module(), vec![grant(&["**"])]).unwrap();
    let files: Arc<dyn LinkedFiles> = Arc::new(Everything::default());
    let options = Value::Map(Vec::new());
    let request = LoadRequest { path: "a.file", content: b"schema/a.json", options: &options, files: Some(files) };
    let error = project.host.loader("reaches").unwrap().load_with(&request).unwrap_err();
    let PluginError::Trap { message, .. } = &error else { panic!("{error:?}") };
    assert!(message.contains("cannot leave component instance"), "{message}");
    project.serves_others();
}

fn importing(package: &str, interface: &str, function: &str) -> Crafted {
    Crafted::new(Kind::Document, "reaches")
        .importing(package, interface)
        .imports(&format!("(import \"{interface}\" \"{function}\" (func $go (result i64)))"))
        .function("document.load", "(drop (call $go)) unreachable")
}

#[test]
fn an_interface_that_nobody_has() {
    let guest =
        importing("package evil:thing@1.0.0 { interface api { go: func() -> u64; } }", "evil:thing/api@1.0.0", "go");
    assert_eq!(refusal(&guest.module()), Refusal::Imports { imports: vec!["evil:thing/api@1.0.0".to_owned()] });
}

#[test]
fn an_interface_of_the_hosts_that_the_host_has_not() {
    let guest = Crafted::new(Kind::Document, "reaches")
        .rewritten("interface log {", "interface clock { now: func() -> u64; }\ninterface log {")
        .importing("", "noorm:host/clock@1.0.0")
        .imports("(import \"noorm:host/clock@1.0.0\" \"now\" (func $go (result i64)))")
        .function("document.load", "(drop (call $go)) unreachable");
    assert_eq!(refusal(&guest.module()), Refusal::Imports { imports: vec!["noorm:host/clock@1.0.0".to_owned()] });
}

/// Under a name that needs no grant.
#[test]
fn a_function_of_the_log_that_the_log_has_not() {
    let guest = Crafted::new(Kind::Document, "reaches")
        .rewritten("enabled: func(level: level) -> bool;", "enabled: func(level: level) -> bool;\nnow: func() -> u64;")
        .imports("(import \"noorm:host/log@1.0.0\" \"now\" (func $go (result i64)))")
        .function("document.load", "(drop (call $go)) unreachable");
    let mut project = Project::empty(TIGHT);
    match project.add(&guest.module()) {
        Err(error) => assert!(matches!(error, PluginError::Refused { .. }), "{error:?}"),
        Ok(_) => {
            let error = project.host.loader("reaches").unwrap().load("a.file", b"").unwrap_err();
            assert!(error.is_plugin_fault() && error.to_string().contains("now"), "{error:?}");
        }
    }
    project.serves_others();
}

#[test]
fn a_clock_with_and_without_a_grant() {
    let clock = "wasi:clocks/monotonic-clock@0.2.6";
    let guest =
        importing("package wasi:clocks@0.2.6 { interface monotonic-clock { now: func() -> u64; } }", clock, "now");
    let mut project = Project::empty(TIGHT);
    let error = project.add(&guest.module()).unwrap_err();
    let PluginError::NotGranted { imports, .. } = &error else { panic!("{error:?}") };
    assert_eq!(imports.as_slice(), [clock]);
    assert!(project.is_untouched());
    // A grant lets it in, and still there is no clock behind it.
    let grant = Grant { import: clock.to_owned(), paths: Vec::new() };
    project.add_with(&guest.module(), vec![grant]).unwrap();
    let error = project.host.loader("reaches").unwrap().load("a.file", b"").unwrap_err();
    let PluginError::Denied { what, .. } = &error else { panic!("{error:?}") };
    assert!(what.contains("monotonic-clock") && what.contains("no clock"), "{what}");
    project.serves_others();
}
