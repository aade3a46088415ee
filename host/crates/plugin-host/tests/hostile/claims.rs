//! Guests that lie about themselves: names that are paths, more extensions than there are, shapes of another interface,
//! versions that are not there yet.

use noorm_artifacts::crafted::{Crafted, Kind, Value};
use noorm_core::settings::LoaderChoice;
use noorm_plugin_host::{Options, PluginError, PluginHost, Refusal};

use crate::{PATIENCE, Project, TIGHT, refusal, turned_away};

fn text(text: &str) -> Value {
    Value::Text(text.as_bytes().to_vec())
}

#[track_caller]
fn described(field: usize, value: Value) -> String {
    match refusal(&Crafted::new(Kind::Document, "claims").field(field, value).module()) {
        Refusal::Description { what } => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn ten_thousand_extensions() {
    let extensions = (0..10_000).map(|number| format!("e{number}")).collect();
    assert_eq!(described(3, Value::Texts(extensions)), "serving 10000 names");
}

#[test]
fn names_that_are_paths() {
    for name in ["loader-../../evil", "loader-/etc/passwd", "loader-a\\b", "loader-", "loader-a\0b", "../loader-a"] {
        described(0, text(name));
    }
    for extension in ["../x", ".bashrc", "a/b", "CSV", ""] {
        described(3, Value::Texts(vec![extension.to_owned()]));
    }
}

#[test]
fn names_that_paint() {
    described(0, text("loader-\u{1b}[2J\u{1b}[31m"));
    described(1, text("1.0.0\u{1b}[2J"));
}

#[test]
fn names_as_long_as_a_book() {
    described(0, text(&format!("loader-{}", "a".repeat(1_000_000))));
    described(1, text(&"1".repeat(1_000_000)));
    described(3, Value::Texts(vec!["e".repeat(1_000_000)]));
}

#[test]
fn schemas_that_are_none() {
    let book = format!("{{\"description\": \"{}\"}}", "a".repeat(1_000_000));
    for schema in [
        "",
        "no JSON",
        "[]",
        "{\"type\": \"objekt\"}",
        "{\"$ref\": \"https://example.invalid/schema.json\"}",
        "{\"$ref\": \"file:///etc/passwd\"}",
        "{\"properties\": {\"a\": {\"pattern\": \"(\"}}}",
        &"[".repeat(60_000),
        &book,
    ] {
        let reason = refusal(&Crafted::new(Kind::Document, "claims").field(5, text(schema)).module());
        assert!(matches!(reason, Refusal::Schema { .. }), "{reason:?}");
    }
}

/// What looks ahead cannot be matched in linear time.
#[test]
fn a_pattern_that_never_ends() {
    let schema = "{\"properties\": {\"a\": {\"type\": \"string\", \"pattern\": \"^(a+)+(?=b)$\"}}}";
    let mut project = Project::empty(TIGHT);
    project.add(&Crafted::new(Kind::Document, "claims").field(5, text(schema)).module()).unwrap();
    let options = [("a".to_owned(), "a".repeat(64).into())].into_iter().collect();
    let choice = LoaderChoice { plugin: None, options };
    let host = PluginHost::open(Options {
        project: Some(project.folder.path().join(".noorm")),
        extensions: [("claims".to_owned(), choice)].into_iter().collect(),
        ..Options::default()
    });
    let started = std::time::Instant::now();
    let Err(error) = host.unwrap().loader_for("a.claims") else { panic!("no such text matches") };
    assert!(matches!(error, PluginError::Options { .. }), "{error:?}");
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    project.serves_others();
}

/// The record has a field more than the host's.
#[test]
fn a_shape_of_another_interface() {
    let guest = Crafted::new(Kind::Document, "claims")
        .rewritten("media-types: list<string>,", "media-types: list<string>, more: list<string>,");
    let error = turned_away(&guest.module());
    assert!(matches!(error, PluginError::Nonsense { .. } | PluginError::Refused { .. }), "{error:?}");
}

#[test]
fn versions_that_are_not_there_yet() {
    for (kind, package) in [
        (Kind::Document, "noorm:loader"),
        (Kind::Rows, "noorm:loader"),
        (Kind::Dialect, "noorm:dialect"),
        (Kind::Quirk, "noorm:dialect"),
    ] {
        for newer in ["1.1.0", "2.0.0", "1.18446744073709551615.0", "99999999999.0.0"] {
            match refusal(&Crafted::new(kind, "claims").speaks(package, newer).module()) {
                Refusal::Interface { package: named, plugin, host } => {
                    assert_eq!((named.as_str(), plugin.as_str(), host.as_str()), (package, newer, "1.0"));
                }
                other => panic!("{package} {newer}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_host_that_is_not_there_yet() {
    for newer in ["1.1.0", "2.0.0"] {
        let guest = Crafted::new(Kind::Document, "claims")
            .speaks("noorm:host", newer)
            .imports(&format!(
                "(import \"noorm:host/log@{newer}\" \"enabled\" (func $enabled (param i32) (result i32)))"
            ))
            .function("document.load", "(drop (call $enabled (i32.const 0))) unreachable");
        let error = turned_away(&guest.module());
        let expected = format!("speaks `noorm:host` {newer}, this noorm speaks 1.0");
        assert!(error.to_string().contains(&expected), "{error}");
    }
}
