//! What a lock file may say, and how it is read and written.

#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;

pub(super) fn locked(name: &str) -> Locked {
    Locked {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        kind: "loader".to_owned(),
        summary: String::new(),
        digest: "0".repeat(64),
        size_bytes: 1,
        interface: "noorm:loader@1.0.0".to_owned(),
        imports: Vec::new(),
        grants: Vec::new(),
        provides: vec!["ini".to_owned()],
        driver: None,
        options_schema: None,
        source: "path:x.wasm".to_owned(),
        signed_by: None,
    }
}

#[test]
fn entries_are_sorted_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut lock = LockFile::read(folder.path()).unwrap();
    for name in ["loader-b", "loader-a", "loader-b"] {
        lock.put(locked(name));
    }
    lock.write(folder.path()).unwrap();
    let again = LockFile::read(folder.path()).unwrap();
    let names: Vec<_> = again.plugins().iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["loader-a", "loader-b"]);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary file stays");
}

/// Reads a lock file with one entry.
fn read(one: Locked) -> Result<LockFile, PluginError> {
    let folder = tempfile::tempdir().unwrap();
    LockFile { version: FORMAT, plugins: vec![one], compositions: Vec::new() }.write(folder.path()).unwrap();
    LockFile::read(folder.path())
}

#[test]
fn hand_made_entries_are_checked() {
    let bad = |change: fn(&mut Locked), expected: &str| {
        let mut one = locked("loader-a");
        change(&mut one);
        let error = read(one).unwrap_err();
        assert!(matches!(error, PluginError::LockFile { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(expected) && !text.contains(char::is_control), "{text:?}");
    };
    bad(|one| one.name = "../../evil".to_owned(), "is not a plugin's name");
    bad(|one| one.digest = "abc".to_owned(), "is not a digest");
    bad(|one| one.kind = "toaster".to_owned(), "is not a kind of plugin");
    bad(|one| one.provides = vec!["a/b".to_owned()], "cannot be served");
    bad(|one| one.version = "1.0.0\u{1b}[2J".to_owned(), "is not a version");
    bad(|one| one.signed_by = Some("team\u{1b}[2J".to_owned()), "is not a key's name");
    bad(|one| one.signed_by = Some(String::new()), "is not a key's name");
}

#[test]
fn a_source_is_a_file_s_text_a_server_or_a_registry() {
    for source in ["path:", "path:x.wasm", "path:/dev/tty", "https://example.org/a.wasm", "oci://example.org/a:1"] {
        read(Locked { source: source.to_owned(), ..locked("loader-a") }).unwrap();
    }
    for source in ["", "/dev/tty", "x.wasm", "../x.wasm", "http://example.org/a", "file:///dev/tty", "path:a\u{1b}[2J"]
    {
        let error = read(Locked { source: source.to_owned(), ..locked("loader-a") }).unwrap_err();
        assert!(error.to_string().ends_with(&format!("{source:?} is not where a plugin comes from")), "{error}");
    }
}

#[test]
fn what_is_written_of_an_origin_can_be_read() {
    let check = |origin: &str, expected: &str| {
        assert_eq!(source(origin), expected);
        read(Locked { source: expected.to_owned(), ..locked("loader-a") }).unwrap();
    };
    check("https://example.org/a.wasm", "https://example.org/a.wasm");
    check("path:a b.wasm", "path:a b.wasm");
    // A file of the user's may have any name.
    check("path:a\u{1b}[2J.wasm", "path:a\u{fffd}[2J.wasm");
    check("a.wasm", "path:a.wasm");
    check("", "path:");
}

#[test]
fn a_lock_file_has_a_bound() {
    let folder = tempfile::tempdir().unwrap();
    fs::File::create(path(folder.path())).unwrap().set_len(FILE_BYTES_MAX + 1).unwrap();
    let PluginError::Io { source, .. } = LockFile::read(folder.path()).unwrap_err() else { panic!("another error") };
    assert_eq!(source.to_string(), "it has more than 16777216 bytes");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_lock_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(std::process::Command::new("mkfifo").arg(path(folder.path())).status().unwrap().success());
    let PluginError::Io { source, .. } = LockFile::read(folder.path()).unwrap_err() else { panic!("another error") };
    assert_eq!(source.to_string(), "it is not a regular file");
}

#[test]
fn two_of_one_name_and_newer_formats_are_damage() {
    let folder = tempfile::tempdir().unwrap();
    let twice = vec![locked("loader-a"), locked("loader-a")];
    LockFile { version: FORMAT, plugins: twice, compositions: Vec::new() }.write(folder.path()).unwrap();
    assert!(LockFile::read(folder.path()).is_err());
    LockFile { version: FORMAT + 1, plugins: Vec::new(), compositions: Vec::new() }.write(folder.path()).unwrap();
    assert!(LockFile::read(folder.path()).unwrap_err().to_string().contains("newer"));
}
