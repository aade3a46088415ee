//! Hashes of the original, the file's form, and what is refused.

use super::*;

const ALICE_KEY: &str = "afa8e4f08cef627ae29839bb9f359792bdde31bbac27454c1c40279a4bbc243c";

fn alice() -> Identity {
    let host = Host { machine: "alice-macbook".into(), os: "darwin 24.5.0".into() };
    let person = Person { name: "Alice Smith", email: "alice@example.com" };
    let key = PublicKey::from_hex(ALICE_KEY).unwrap();
    Identity::new(person, &host, key, "2026-01-24T00:00:00.000Z").unwrap()
}

#[test]
fn hashes_are_those_of_the_original() {
    let check = |[email, name, machine, os]: [&str; 4], expected: &str| {
        assert_eq!(identity_hash(email, name, machine, os), expected, "{email}");
    };
    check(
        ["alice@example.com", "Alice Smith", "alice-macbook", "darwin 24.5.0"],
        "5954da726fbbf1c3c614829066e2903f70ac455fdc377cecf4412fd377628c24",
    );
    check(
        ["bob@example.com", "Bob Jones", "bob-workstation", "linux 6.1.0-18-amd64"],
        "583c7d1d40c79ac30509332e9ab7358d351b4d3f0e4d69460574bbb486b2caf5",
    );
    check(
        ["zoë@exämple.com", "Zoë 🚀 Ångström", "naïve-host", "win32 10.0.22631"],
        "22ea69f0ce34f5adcf4f1b9a2684733ca63cb2b379a8625f914dbc138aa6b25c",
    );
    check(["a", "b", "c", "d"], "cf92326f85f50aa865be765403a20d1b6772cd24f2628a15b31d53eb9150b043");
    check(["ab", "c", "d", "e"], "1685b5a766e6b31cb4b075af7fef8c1eb9ef09701f6aea1f960e56f359fdd2aa");
    // The hash itself does not trim; making an identity does.
    check(
        [" spaced@example.com ", " N ", "m", "o"],
        "f3ce9f74db22ed7140544daeb7eb82b01dffe899ce9c8b1bdb0f51de582bcfb2",
    );
}

#[test]
fn a_new_identity_is_trimmed() {
    let host = Host { machine: " alice-macbook ".into(), os: "darwin 24.5.0".into() };
    let person = Person { name: " Alice Smith", email: "alice@example.com\n" };
    let key = PublicKey::from_hex(ALICE_KEY).unwrap();
    let identity = Identity::new(person, &host, key, "2026-01-24T00:00:00.000Z").unwrap();
    assert_eq!(identity, alice());
}

#[test]
fn empty_and_ambiguous_fields_are_refused() {
    let key = PublicKey::from_hex(ALICE_KEY).unwrap();
    let make = |name: &str, email: &str, machine: &str, os: &str| {
        let host = Host { machine: machine.into(), os: os.into() };
        Identity::new(Person { name, email }, &host, key, "now")
    };
    assert!(matches!(make("", "b", "c", "d"), Err(IdentityError::Empty { field: "name" })));
    assert!(matches!(make("a", " ", "c", "d"), Err(IdentityError::Empty { field: "email" })));
    assert!(matches!(make("a", "b", "", "d"), Err(IdentityError::Empty { field: "machine" })));
    assert!(matches!(make("a", "b", "c", ""), Err(IdentityError::Empty { field: "os" })));
    let error = make("a\0b", "b", "c", "d").unwrap_err();
    assert!(matches!(error, IdentityError::ControlCharacter { field: "name" }));
    assert!(error.hint().is_some());
}

#[test]
fn the_file_has_the_form_of_the_original() {
    let home = tempfile::tempdir().unwrap();
    let file = IdentityFile::in_home(home.path());
    assert_eq!(file.load().unwrap(), None);
    file.save(&alice()).unwrap();
    let expected = format!(
        r#"{{
  "identityHash": "5954da726fbbf1c3c614829066e2903f70ac455fdc377cecf4412fd377628c24",
  "name": "Alice Smith",
  "email": "alice@example.com",
  "publicKey": "{ALICE_KEY}",
  "machine": "alice-macbook",
  "os": "darwin 24.5.0",
  "createdAt": "2026-01-24T00:00:00.000Z"
}}
"#
    );
    assert_eq!(fs::read_to_string(file.path()).unwrap(), expected);
    assert_eq!(file.load().unwrap(), Some(alice()));
}

#[test]
fn a_file_of_the_original_is_read() {
    let home = tempfile::tempdir().unwrap();
    let file = IdentityFile::in_home(home.path());
    file.save(&alice()).unwrap();
    let der = format!("302a300506032b656e032100{ALICE_KEY}");
    let text = fs::read_to_string(file.path()).unwrap().replace(ALICE_KEY, &der);
    fs::write(file.path(), text).unwrap();
    assert_eq!(file.load().unwrap(), Some(alice()));
}

#[test]
fn an_edited_or_broken_file_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    let file = IdentityFile::in_home(home.path());
    file.save(&alice()).unwrap();
    let text = fs::read_to_string(file.path()).unwrap();

    fs::write(file.path(), text.replace("Alice Smith", "Mallory")).unwrap();
    let error = file.load().unwrap_err();
    assert!(matches!(error, IdentityError::HashMismatch { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("identityHash"));

    for broken in ["", "{}", "[]", &text[..40], &text.replace(ALICE_KEY, "abc")] {
        fs::write(file.path(), broken).unwrap();
        assert!(matches!(file.load(), Err(IdentityError::Malformed { .. })), "{broken:?}");
    }
}

#[test]
fn unknown_fields_are_kept() {
    let text = serde_json::to_string(&alice()).unwrap().replace('}', r#","later":{"a":1}}"#);
    let identity: Identity = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&identity).unwrap(), text);
}
