//! Compiled plugins in the cache: made once, and never loaded when anything about an entry is wrong.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use noorm_core::value::Value;
use noorm_plugin_host::{
    CodeOrigin, CompileCache, Ledger, Options, PluginError, PluginHost, Seal, SealFault, SharedSeal,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A seal of these tests: a hash with a key before it. The real one is the vault's.
struct Keyed(u8);

impl Seal for Keyed {
    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; 32], SealFault> {
        let mut sha = Sha256::new_with_prefix([self.0; 32]);
        for part in parts {
            sha.update((part.len() as u64).to_le_bytes());
            sha.update(part);
        }
        Ok(sha.finalize().into())
    }

    fn is_sealed(&self, parts: &[&[u8]], tag: &[u8]) -> Result<bool, SealFault> {
        Ok(self.tag(parts)? == tag)
    }

    fn private_folder(&self, path: &Path) -> Result<(), SealFault> {
        Ok(fs::create_dir_all(path)?)
    }
}

/// A project and a user's cache.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn compiled(&self) -> PathBuf {
        self.0.path().join("compiled")
    }

    /// A process of the user with this key.
    fn open(&self, key: u8) -> (PluginHost, Ledger) {
        let ledger = Ledger::default();
        let cache = CompileCache { folder: self.compiled(), seal: SharedSeal(Arc::new(Keyed(key))) };
        let project = Some(self.0.path().join("project"));
        let options = Options { project, cache: Some(cache), ledger: ledger.clone(), ..Options::default() };
        (PluginHost::open(options).unwrap(), ledger)
    }

    fn install(&self, guest: &str) {
        self.open(1).0.install_file(&noorm_artifacts::guest(guest)).unwrap();
    }

    /// Uses the plugin in a process of its own, and says where its code came from.
    fn used(&self, key: u8) -> CodeOrigin {
        let (host, ledger) = self.open(key);
        let value = host.loader("lines").unwrap().load("a.lines", b"a\nb\n").unwrap();
        assert!(matches!(value, Value::List(rows) if rows.len() == 2));
        let usage = ledger.usage();
        assert_eq!((usage.len(), usage[0].name.as_str()), (1, "loader-lines"));
        assert_eq!(usage[0].compilations, u64::from(usage[0].code == CodeOrigin::Compiler));
        usage[0].code
    }

    /// The one entry.
    fn entry(&self) -> PathBuf {
        let entries: Vec<_> = fs::read_dir(self.compiled()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries[0].clone()
    }
}

#[test]
fn a_plugin_is_compiled_when_it_is_added_and_never_again() {
    let place = Place::new();
    let (mut host, ledger) = place.open(1);
    host.install_file(&noorm_artifacts::guest("lines")).unwrap();
    assert_eq!(ledger.usage()[0].compilations, 1);
    host.loader("lines").unwrap();
    assert_eq!(ledger.usage()[0].compilations, 1, "the process that added it uses what it kept");
    for _ in 0..2 {
        assert_eq!(place.used(1), CodeOrigin::Cache);
    }
}

#[test]
fn a_wrong_entry_is_made_again_and_not_loaded() {
    let place = Place::new();
    place.install("lines");
    let entry = place.entry();
    let good = fs::read(&entry).unwrap();
    let middle = good.len() / 2;
    let altered = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let cases = [
        ("empty", Vec::new()),
        ("cut", good[..middle].to_vec()),
        ("one byte short", good[..good.len() - 1].to_vec()),
        ("one byte more", [good.as_slice(), b"x"].concat()),
        ("another format", altered(15)),
        ("another component", altered(16)),
        ("another engine", altered(48)),
        ("another tag", altered(95)),
        ("other code", altered(middle)),
        ("something else", b"\0asm\x0d\0\x01\0".to_vec()),
    ];
    for (case, bytes) in cases {
        fs::write(&entry, bytes).unwrap();
        assert_eq!(place.used(1), CodeOrigin::Compiler, "{case}");
        assert_eq!(place.used(1), CodeOrigin::Cache, "{case}: it was not replaced");
    }
}

#[test]
fn another_users_entry_is_not_loaded() {
    let place = Place::new();
    place.install("lines");
    let foreign = fs::read(place.entry()).unwrap();
    assert_eq!(place.used(2), CodeOrigin::Compiler);
    assert_eq!(place.used(2), CodeOrigin::Cache);
    fs::write(place.entry(), foreign).unwrap();
    assert_eq!(place.used(2), CodeOrigin::Compiler);
}

#[test]
fn the_entry_of_another_plugin_is_not_loaded_under_this_name() {
    let (place, other) = (Place::new(), Place::new());
    place.install("lines");
    other.install("traps");
    fs::copy(other.entry(), place.entry()).unwrap();
    let (host, ledger) = place.open(1);
    assert!(host.loader("lines").unwrap().load("a.lines", b"a\n").is_ok());
    assert_eq!(ledger.usage()[0].code, CodeOrigin::Compiler);
    let notes = ledger.take_notes();
    assert!(notes.len() == 1 && notes[0].contains("made again"), "{notes:?}");
}

#[test]
fn a_cache_that_cannot_be_written_costs_time_and_is_told_once() {
    let place = Place::new();
    // A file is where the folder should be: root, as whom tests may run, writes into any folder.
    fs::write(place.compiled(), "").unwrap();
    place.install("lines");
    assert_eq!(place.used(1), CodeOrigin::Compiler);
    let (mut host, ledger) = place.open(1);
    for _ in 0..3 {
        host.install_file(&noorm_artifacts::guest("lines")).unwrap();
    }
    let notes = ledger.take_notes();
    assert_eq!(notes.iter().filter(|note| note.contains("cannot be kept")).count(), 1, "{notes:?}");
}

#[test]
fn code_in_the_cache_does_not_excuse_another_component() {
    let place = Place::new();
    place.install("lines");
    let file = place.0.path().join("project/plugins/loader-lines.wasm");
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend([0, 2, 1, b'x']);
    fs::write(&file, bytes).unwrap();
    let Err(error) = place.open(1).0.loader("lines") else { panic!("changed") };
    assert!(matches!(error, PluginError::Digest { .. }), "{error:?}");
}

#[test]
fn many_at_once_leave_one_good_entry() {
    let place = Place::new();
    place.install("lines");
    fs::remove_file(place.entry()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| place.used(1));
        }
    });
    assert_eq!(place.used(1), CodeOrigin::Cache);
    place.entry();
}
