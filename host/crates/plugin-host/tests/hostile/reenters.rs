//! Guests that call the host while the host is at work in them: when it asks for room, and when it lets them clean up.

use noorm_artifacts::crafted::{Crafted, Kind};
use noorm_plugin_host::PluginError;

use crate::{fault, words};

const EMIT: &str = "(import \"noorm:host/log@1.0.0\" \"emit\" (func $emit (param i32 i32 i32 i32 i32)))";

const CALL: &str = "(call $emit (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0))";

#[track_caller]
fn cannot_leave(guest: &Crafted) {
    let error = fault(guest, "reenters", b"content");
    let PluginError::Trap { function, message, .. } = &error else { panic!("{error:?}") };
    assert_eq!(function, "document.load");
    assert!(message.contains("cannot leave component instance"), "{message}");
}

#[test]
fn a_call_while_the_host_asks_for_room() {
    let realloc = format!("{CALL} (i32.const 2048)");
    cannot_leave(&Crafted::new(Kind::Document, "reenters").imports(EMIT).realloc(&realloc));
}

#[test]
fn a_call_while_the_host_lets_it_clean_up() {
    let clean_up = format!("(func (export \"cabi_post_noorm:loader/document@1.0.0#load\") (param i32) {CALL})");
    let guest = Crafted::new(Kind::Document, "reenters")
        .imports(EMIT)
        .function("document.load", "(i32.const 1024)")
        .data(1024, &words(&[0, 2048, 1]))
        .data(2048, &[0xf6])
        .items(&clean_up);
    cannot_leave(&guest);
}
