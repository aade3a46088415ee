//! Guests that use up what they get: stack, tables, memory, handles, and time where it is not the guest's own code that takes
//! it.

use noorm_artifacts::crafted::{Crafted, Kind};
use noorm_plugin_host::{LimitKind, Limits, PluginError};

use crate::{Project, SMALL, fault, in_time, words};

fn document(body: &str) -> Crafted {
    Crafted::new(Kind::Document, "exhausts").function("document.load", body)
}

/// The limit that stopped a guest, and where.
#[track_caller]
fn limit(guest: &Crafted) -> (String, LimitKind) {
    match fault(guest, "exhausts", b"content") {
        PluginError::Limit { function, limit, .. } => (function, limit),
        other => panic!("{other:?}"),
    }
}

#[test]
fn recursion_without_end() {
    let deep = "(func $deep (param i32) (result i32)
        (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (local.get 0)))";
    let error = fault(&document("(call $deep (i32.const 0))").items(deep), "exhausts", b"");
    let PluginError::Trap { message, backtrace, .. } = &error else { panic!("{error:?}") };
    assert!(message.contains("stack"), "{message}");
    assert!((1..100).contains(&backtrace.len()), "{}", backtrace.len());
}

#[test]
fn a_table_that_grows() {
    let guest = document("(drop (table.grow $t (ref.null func) (i32.const 50000000))) unreachable")
        .items("(table $t 1 funcref)");
    assert_eq!(limit(&guest), ("document.load".to_owned(), LimitKind::Table));
}

#[test]
fn many_small_allocations() {
    let guest = document("(loop $l (drop (memory.grow (i32.const 1))) (br $l)) unreachable");
    assert_eq!(limit(&guest).1, LimitKind::Memory);
}

#[test]
fn fills_of_memory_that_stay_within_it() {
    let guest =
        document("(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 30000000)) (br $l)) unreachable");
    assert_eq!(limit(&guest.memory("512")).1, LimitKind::Time);
}

#[test]
fn room_that_is_never_found() {
    let guest = document("unreachable").realloc("(loop $l (br $l)) unreachable");
    assert_eq!(limit(&guest), ("document.load".to_owned(), LimitKind::Time));
}

#[test]
fn room_outside_of_the_memory() {
    let error = fault(&document("unreachable").realloc("(i32.const -8)"), "exhausts", b"content");
    assert!(matches!(error, PluginError::Nonsense { .. } | PluginError::Trap { .. }), "{error:?}");
}

#[test]
fn a_clean_up_without_end() {
    let guest = document("(i32.const 1024)")
        .data(1024, &words(&[0, 2048, 1]))
        .data(2048, &[0xf6])
        .items("(func (export \"cabi_post_noorm:loader/document@1.0.0#load\") (param i32) (loop $l (br $l)))");
    assert_eq!(limit(&guest), ("document.load".to_owned(), LimitKind::Time));
}

/// A reader whose functions are these; the first returns a handle.
fn reader(open: &str, next: &str) -> Crafted {
    Crafted::new(Kind::Rows, "exhausts")
        .imports(
            "(import \"[export]noorm:loader/rows@1.0.0\" \"[resource-new]reader\" (func $new (param i32) (result i32)))
             (import \"[export]noorm:loader/rows@1.0.0\" \"[resource-drop]reader\" (func $drop (param i32)))",
        )
        .function("rows.[static]reader.open", open)
        .function("rows.[method]reader.push", "(i32.const 1280)")
        .function("rows.[method]reader.finish", "(i32.const 1280)")
        .function("rows.[method]reader.columns", "(i32.const 1344)")
        .function("rows.[method]reader.next", next)
        // `ok`; one column that is called `a`; a batch of one row.
        .data(1280, &words(&[0; 8]))
        .data(1344, &words(&[1, 1360, 1, 0, 1368, 1]))
        .data(1368, b"a")
        .data(1408, &words(&[0, 1, 1, 1368, 1, 1472, 1, 0, 0]))
        .data(1472, &words(&[1]))
}

const OPEN: &str = "(i32.store offset=4 (i32.const 1536) (call $new (i32.const 1))) (i32.const 1536)";

#[test]
fn handles_that_are_never_dropped() {
    let guest = reader("(loop $l (drop (call $new (i32.const 1))) (br $l)) unreachable", "unreachable");
    assert_eq!(limit(&guest), ("rows.reader.open".to_owned(), LimitKind::Handles));
}

#[test]
fn handles_that_are_dropped_twice() {
    let body = "(local $h i32) (local.set $h (call $new (i32.const 1))) (call $drop (local.get $h))
                (call $drop (local.get $h)) unreachable";
    let error = fault(&reader(body, "unreachable"), "exhausts", b"x");
    assert!(error.to_string().contains("handle"), "{error}");
}

#[test]
fn handles_of_somebody_else() {
    for foreign in ["77", "0", "-1"] {
        let body = format!("(i32.store offset=4 (i32.const 1536) (i32.const {foreign})) (i32.const 1536)");
        let error = fault(&reader(&body, "unreachable"), "exhausts", b"x");
        assert!(error.to_string().contains("handle"), "{foreign}: {error}");
    }
}

#[test]
fn rows_that_drip() {
    let wait = "(local $i i32)
        (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 20000000))))
        (i32.const 1408)";
    let mut project = Project::empty(Limits { time_ms: 1_000, ..SMALL });
    project.add(&reader(OPEN, wait).module()).unwrap();
    let error = project.host.loader("exhausts").unwrap().load("a.file", b"x").unwrap_err();
    let PluginError::Limit { function, limit, .. } = &error else { panic!("{error:?}") };
    assert_eq!((function.as_str(), *limit), ("rows.reader.next", LimitKind::Time));
    in_time(&error);
    project.serves_others();
}

/// That the reader above is one, so that what the tests see is what they are about.
#[test]
fn an_honest_reader_reads() {
    let once = "(i32.store (i32.const 1600) (i32.add (i32.load (i32.const 1600)) (i32.const 1)))
        (select (i32.const 1408) (i32.const 1280) (i32.eq (i32.load (i32.const 1600)) (i32.const 1)))";
    let mut project = Project::empty(SMALL);
    project.add(&reader(OPEN, once).module()).unwrap();
    let rows = project.host.loader("exhausts").unwrap().load("a.file", b"x").unwrap();
    assert_eq!(format!("{rows:?}"), "List([Map([(\"a\", Text(\"a\"))])])");
}
