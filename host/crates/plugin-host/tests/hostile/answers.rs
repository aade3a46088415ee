//! Guests whose answers break the rules of the component model: pointers that lead nowhere, lengths that lie, cases that are
//! none, text that is not text.

use noorm_artifacts::crafted::{Crafted, Encoding, Kind, Value};
use noorm_plugin_host::{LimitKind, PluginError};

use crate::{SMALL, fault, turned_away, words};

fn answering(at: i32, answer: &[u32]) -> Crafted {
    Crafted::new(Kind::Document, "answers")
        .function("document.load", &format!("(i32.const {at})"))
        .data(1024, &words(answer))
}

#[track_caller]
fn nonsense(guest: &Crafted) -> String {
    match fault(guest, "answers", b"") {
        PluginError::Nonsense { function, what, .. } => {
            assert_eq!(function, "document.load");
            what
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_list_outside_of_the_memory() {
    nonsense(&answering(1024, &[0, 0xffff_ff00, 0x7fff_ffff]));
    nonsense(&answering(1024, &[0, 0, 0xffff_ffff]));
}

#[test]
fn a_string_outside_of_the_memory() {
    nonsense(&answering(1024, &[1, 1, 0xffff_fff0, 64]));
}

#[test]
fn an_answer_outside_of_the_memory() {
    nonsense(&answering(-16, &[]));
}

#[test]
fn an_answer_that_is_not_aligned() {
    nonsense(&answering(1025, &[0, 0, 0]));
}

#[test]
fn a_case_that_is_none() {
    nonsense(&answering(1024, &[2, 0, 0]));
    nonsense(&answering(1024, &[1, 4, 0, 0]));
}

#[test]
fn more_diagnostics_than_there_is_memory() {
    nonsense(&answering(1024, &[1, 0, 4096, 0x0fff_ffff]));
}

/// Each takes no byte in the guest, and some hundred in the host.
#[test]
fn a_million_empty_diagnostics() {
    let error = fault(&answering(1024, &[1, 0, 131_072, 400_000]).memory("900"), "answers", b"");
    let PluginError::Limit { limit, allowed, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*limit, *allowed), (LimitKind::Output, SMALL.output_bytes));
}

#[test]
fn a_description_with_a_million_attributes() {
    let guest = Crafted::new(Kind::Document, "answers").field(6, Value::Raw(131_072, 2_000_000)).memory("900");
    let error = turned_away(&guest.module());
    let PluginError::Limit { limit, function, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*limit, function.as_str()), (LimitKind::Output, "describe.describe"));
}

#[test]
fn half_a_character_of_utf16() {
    let guest = Crafted::new(Kind::Document, "answers")
        .encoding(Encoding::Utf16)
        .data(1024, &[0x00, 0xd8])
        .field(0, Value::Raw(1024, 1));
    let error = turned_away(&guest.module());
    let PluginError::Nonsense { function, .. } = &error else { panic!("{error:?}") };
    assert_eq!(function, "describe.describe");
}
