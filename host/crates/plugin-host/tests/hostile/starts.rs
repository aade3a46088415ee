//! Guests that do their harm before anybody asks for anything: in start code, in what they declare, while they say who they
//! are.

use noorm_artifacts::crafted::{Crafted, Kind};
use noorm_plugin_host::{LimitKind, PluginError};

use crate::{SMALL, TIGHT, turned_away};

fn guest() -> Crafted {
    Crafted::new(Kind::Document, "starts")
}

/// The limit that stopped a guest, and where.
#[track_caller]
fn limit(guest: &Crafted) -> (String, LimitKind, u64) {
    match turned_away(&guest.module()) {
        PluginError::Limit { function, limit, allowed, used, plugin, .. } => {
            assert!(used > allowed);
            assert_eq!(plugin.name, "hostile.wasm", "it has not said yet who it is");
            (function, limit, allowed)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn start_code_without_end() {
    let guest = guest().items("(start $go) (func $go (loop $l (br $l)))");
    assert_eq!(limit(&guest), ("instantiate".to_owned(), LimitKind::Time, TIGHT.time_ms));
}

#[test]
fn start_code_that_takes_all_memory() {
    let guest = guest().items("(start $go) (func $go (loop $l (drop (memory.grow (i32.const 16))) (br $l)))");
    assert_eq!(limit(&guest), ("instantiate".to_owned(), LimitKind::Memory, SMALL.memory_bytes));
}

#[test]
fn start_code_that_traps() {
    let error = turned_away(&guest().items("(start $go) (func $go unreachable)").module());
    let PluginError::Trap { function, .. } = &error else { panic!("{error:?}") };
    assert_eq!(function, "instantiate");
}

#[test]
fn a_memory_declared_beyond_the_limit() {
    assert_eq!(limit(&guest().memory("40000")), ("instantiate".to_owned(), LimitKind::Memory, SMALL.memory_bytes));
}

#[test]
fn a_table_declared_beyond_the_limit() {
    let (function, kind, _) = limit(&guest().items("(table 9000000 funcref)"));
    assert_eq!((function.as_str(), kind), ("instantiate", LimitKind::Table));
}

#[test]
fn a_description_without_end() {
    let guest = guest().function("describe.describe", "(loop $l (br $l)) unreachable");
    assert_eq!(limit(&guest), ("describe.describe".to_owned(), LimitKind::Time, TIGHT.time_ms));
}

#[test]
fn a_quirk_that_asks_its_base_who_it_is() {
    let guest = Crafted::new(Kind::Quirk, "early")
        .imports("(import \"noorm:dialect/naming@1.0.0\" \"rules\" (func $rules (param i32)))")
        .function("quirk.identify", "(call $rules (i32.const 1024)) unreachable");
    let error = turned_away(&guest.module());
    let PluginError::Denied { what, .. } = &error else { panic!("{error:?}") };
    assert!(what.contains("naming") && what.contains("no base"), "{what}");
}
