//! Guests that talk to fill memory, to paint the terminal, or to make a crash unreadable.

use noorm_artifacts::crafted::{Crafted, Kind};
use noorm_plugin_host::{Ledger, LimitKind, Messages, PluginError};

use crate::{Project, SMALL, fault, words};

const LOG: &str = "
    (import \"noorm:host/log@1.0.0\" \"emit\" (func $emit (param i32 i32 i32 i32 i32)))
    (import \"noorm:host/log@1.0.0\" \"panic\" (func $panic (param i32 i32 i32 i32 i32)))";

/// A loader that says something and answers `null`.
fn saying(body: &str) -> Crafted {
    Crafted::new(Kind::Document, "talks")
        .imports(LOG)
        .function("document.load", &format!("(local $i i32) {body} (i32.const 1024)"))
        .data(1024, &words(&[0, 1040, 1]))
        .data(1040, &[0xf6])
        .data(2048, b"\x1b[2J\x1b]0;owned\x07 \xe2\x80\xae text")
}

/// What reaches the host of what a loader says.
fn heard(guest: &Crafted) -> Messages {
    let ledger = Ledger::default();
    let mut project = Project::empty(SMALL);
    project.add(&guest.module()).unwrap();
    let project = project.heard_by(&ledger);
    project.host.loader("talks").unwrap().load("a.talks", b"").unwrap();
    project.serves_others();
    ledger.take_messages()
}

#[test]
fn a_flood_of_empty_messages() {
    let body = "(loop $l (call $emit (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 100000))))";
    let heard = heard(&saying(body));
    assert_eq!(heard.kept.iter().map(|one| (one.text.as_str(), one.count)).collect::<Vec<_>>(), [("", 1024)]);
    assert_eq!(heard.dropped, 98_976);
}

#[test]
fn escape_sequences_in_messages_and_fields() {
    // The field is called, and is, the same text.
    let body = "(call $emit (i32.const 0) (i32.const 2048) (i32.const 23) (i32.const 4096) (i32.const 1))";
    let heard = heard(&saying(body).data(4096, &words(&[2048, 23, 2048, 23])));
    let [one] = heard.kept.as_slice() else { panic!("{heard:?}") };
    assert!(one.text.contains("text") && !one.text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{one:?}");
}

#[test]
fn a_panic_that_is_a_book() {
    let guest = saying(
        "(call $panic (i32.const 131072) (i32.const 20000000) (i32.const 1) (i32.const 2048) (i32.const 23)) unreachable",
    );
    let error = fault(&guest.memory("512"), "talks", b"");
    let PluginError::Trap { message, .. } = &error else { panic!("{error:?}") };
    assert!(message.len() < 20_000 && !message.contains('\u{1b}'), "{}", message.len());
}

/// At each the host looks where in the guest it comes from.
#[test]
fn panics_without_end_from_deep_inside() {
    let deep = "(func $deep (param $n i32)
        (if (local.get $n)
            (then (call $deep (i32.sub (local.get $n) (i32.const 1))))
            (else (loop $l
                (call $panic (i32.const 2048) (i32.const 23) (i32.const 0) (i32.const 0) (i32.const 0))
                (br $l)))))";
    let error = fault(&saying("(call $deep (i32.const 5000))").items(deep), "talks", b"");
    assert!(matches!(error, PluginError::Limit { limit: LimitKind::Time, .. }), "{error:?}");
}

/// Two hundred bytes of a C++ name, which demangled are gigabytes: each argument is twice the one before.
#[test]
fn a_function_whose_name_has_no_end() {
    let mut name = "_Z4evilSt4pairIiiES_IS0_S0_E".to_owned();
    for level in 1..28 {
        let digit = char::from_digit(level, 36).unwrap().to_ascii_uppercase();
        name.push_str(&format!("S_IS{digit}_S{digit}_E"));
    }
    let guest = saying("(call $evil)").items(&format!("(func $evil (@name \"{name}\") unreachable)"));
    let error = fault(&guest, "talks", b"");
    let PluginError::Trap { backtrace, .. } = &error else { panic!("{error:?}") };
    assert!(backtrace.iter().any(|frame| frame.starts_with("_Z4evil")), "{backtrace:?}");
    assert!(backtrace.iter().map(String::len).sum::<usize>() < 64 * 1024);
}

#[test]
fn a_function_whose_name_paints() {
    let guest = saying("(call $evil)").items("(func $evil (@name \"\\1b[2J\\1b[31m gone\") unreachable)");
    let error = fault(&guest, "talks", b"");
    let PluginError::Trap { backtrace, .. } = &error else { panic!("{error:?}") };
    assert!(backtrace.iter().any(|frame| frame.contains("gone")), "{backtrace:?}");
    assert!(!backtrace.iter().any(|frame| frame.contains('\u{1b}')), "{backtrace:?}");
}
