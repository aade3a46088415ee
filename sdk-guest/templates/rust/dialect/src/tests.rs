//! What the host relies on. `noorm plugin test` asks much more.

use noorm_guest::dialect::exports::noorm::dialect::{describe, literals, lock, naming, tracking};
use noorm_guest::dialect::noorm::types::data::Scalar;

use crate::Dialect;

fn target() -> tracking::Target {
    tracking::Target { schema: None, options: Vec::new() }
}

#[test]
fn it_says_who_it_is() {
    let told = <Dialect as describe::Guest>::describe();
    assert_eq!((told.name.as_str(), told.dialect.as_str()), ("{{name}}", "{{word}}"));
}

#[test]
fn quoting_keeps_what_is_quoted() {
    assert_eq!(<Dialect as naming::Guest>::quote("a\"b".to_owned()).expect("quotes"), "\"a\"\"b\"");
    for name in ["", "a\0b"] {
        assert!(<Dialect as naming::Guest>::quote(name.to_owned()).is_err(), "{name:?}");
    }
    let literal = <Dialect as literals::Guest>::literal(Scalar::Text("O'Reilly".to_owned()));
    assert_eq!(literal.expect("writes"), "'O''Reilly'");
}

#[test]
fn every_version_of_the_tables_has_a_way_to_the_next() {
    let latest = <Dialect as tracking::Guest>::latest();
    for installed in 0..latest {
        let statements = <Dialect as tracking::Guest>::upgrade(installed, target()).expect("upgrades");
        assert!(!statements.is_empty(), "from {installed}");
    }
}

#[test]
fn actions_are_known_by_their_names() {
    for name in ["exists", "version", "changeset-insert", "changeset-latest", "execution-insert", "identity-list"] {
        assert!(<Dialect as tracking::Guest>::action(name.to_owned(), target()).is_ok(), "{name}");
    }
    for name in ["acquire", "renew", "release", "status"] {
        assert!(<Dialect as lock::Guest>::action(name.to_owned(), target()).is_ok(), "{name}");
    }
    assert!(<Dialect as tracking::Guest>::action("fly".to_owned(), target()).is_err());
}
