//! Adding plugins to a project: what is refused, what is locked, and what takes precedence.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use noorm_plugin_host::{Options, PluginError, PluginHost, PluginInfo, PluginKind, PluginSource, Refusal};
use tempfile::TempDir;

fn open(folder: &Path) -> PluginHost {
    let options = Options { project: Some(folder.to_path_buf()), ..Options::default() };
    PluginHost::open(options).unwrap()
}

fn refusal(bytes: &[u8]) -> Refusal {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.wasm");
    fs::write(&file, bytes).unwrap();
    match open(folder.path()).install_file(&file) {
        Err(PluginError::Refused { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

/// The guest `lines` as a component.
fn component() -> Vec<u8> {
    let module = fs::read(noorm_artifacts::guest("lines")).unwrap();
    wit_component::ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

#[test]
fn installing_is_all_it_takes() {
    let folder = TempDir::new().unwrap();
    let mut host = open(folder.path());
    assert!(matches!(host.loader("lines"), Err(PluginError::UnknownExtension { .. })));
    let info = host.install_file(&noorm_artifacts::guest("lines")).unwrap();
    assert_eq!((info.name.as_str(), info.kind), ("loader-lines", PluginKind::Loader));
    assert_eq!((info.interface.as_str(), info.source), ("noorm:loader@1.0.0", PluginSource::Project));
    assert_eq!(info.imports, Vec::<String>::new(), "an import that is not used is not there");
    assert!(host.extensions().contains(&"lines".to_owned()));
    assert!(host.loader("lines").unwrap().load("a.lines", b"a\n").is_ok());
    // Another process finds it, too.
    let again = open(folder.path());
    assert_eq!(again.loader("lines").unwrap().plugin_ref(), info.plugin_ref());
}

#[test]
fn a_module_and_its_component_are_one_plugin() {
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let file = other.path().join("lines.wasm");
    fs::write(&file, component()).unwrap();
    let from_module = open(one.path()).install_file(&noorm_artifacts::guest("lines")).unwrap();
    let from_component = open(other.path()).install_file(&file).unwrap();
    let origin = from_component.origin.clone();
    assert_eq!(origin.as_deref(), Some("path:lines.wasm"));
    assert_eq!(PluginInfo { origin, ..from_module }, from_component);
}

#[test]
fn the_lock_file_is_for_people() {
    let folder = TempDir::new().unwrap();
    open(folder.path()).install_file(&noorm_artifacts::guest("lines")).unwrap();
    let text = fs::read_to_string(folder.path().join("plugins.lock")).unwrap();
    assert!(text.starts_with("{\n  \"version\": 2,\n  \"plugins\": [\n"), "{text}");
    assert!(text.contains("\"name\": \"loader-lines\""), "{text}");
    assert!(text.contains("\"source\": \"path:guest_lines.wasm\""), "{text}");
    assert!(text.ends_with("}\n"), "{text}");
}

#[test]
fn files_that_are_no_plugins_are_refused() {
    assert_eq!(refusal(b""), Refusal::NotWasm);
    assert_eq!(refusal(b"a,b\n1,2\n"), Refusal::NotWasm);
    assert_eq!(refusal(b"\0asm"), Refusal::NotWasm);
    let module = refusal(b"\0asm\x01\0\0\0");
    assert!(matches!(module, Refusal::NotComponent { .. } | Refusal::NoWorld), "{module:?}");
    assert_eq!(refusal(b"\0asm\x0d\0\x01\0"), Refusal::NoWorld);
    let broken = refusal(&component()[..2000]);
    assert!(matches!(broken, Refusal::Invalid { .. }), "{broken:?}");
}

#[test]
fn a_newer_interface_is_refused_with_both_versions() {
    let module = fs::read(noorm_artifacts::guest("lines")).unwrap();
    for (newer, version) in [(b"@1.1.0", "1.1.0"), (b"@2.0.0", "2.0.0")] {
        let bytes = replaced(&module, b"@1.0.0", newer);
        match refusal(&replaced(&bytes, b"1.0.0", &newer[1..])) {
            Refusal::Interface { plugin, host, .. } => {
                assert_eq!((plugin.as_str(), host.as_str()), (version, "1.0"));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_patch_of_the_interface_is_welcome() {
    let module = fs::read(noorm_artifacts::guest("lines")).unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.wasm");
    fs::write(&file, replaced(&module, b"@1.0.0", b"@1.0.7")).unwrap();
    let mut host = open(folder.path());
    let info = host.install_file(&file).unwrap();
    assert_eq!(info.interface, "noorm:loader@1.0.7");
    assert!(host.loader("lines").unwrap().load("a.lines", b"a\n").is_ok());
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "nothing may move");
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from {
            bytes[at..at + from.len()].copy_from_slice(to);
        }
    }
    bytes
}

#[test]
fn a_changed_component_is_refused_with_both_digests() {
    let folder = TempDir::new().unwrap();
    let info = open(folder.path()).install_file(&noorm_artifacts::guest("lines")).unwrap();
    let file = folder.path().join("plugins/loader-lines.wasm");
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    let Err(error) = open(folder.path()).loader("lines") else { panic!("changed") };
    let PluginError::Digest { locked, found, .. } = &error else { panic!("{error:?}") };
    assert_eq!(locked, &info.digest);
    assert_ne!(found, locked);
    let text = error.to_string();
    assert!(text.contains(locked.as_str()) && text.contains(found.as_str()), "{text}");
    // Adding it again mends it.
    open(folder.path()).install_file(&noorm_artifacts::guest("lines")).unwrap();
    assert!(open(folder.path()).loader("lines").is_ok());
}

#[test]
fn a_missing_component_is_named() {
    let folder = TempDir::new().unwrap();
    open(folder.path()).install_file(&noorm_artifacts::guest("lines")).unwrap();
    fs::remove_file(folder.path().join("plugins/loader-lines.wasm")).unwrap();
    let Err(error) = open(folder.path()).loader("lines") else { panic!("missing") };
    assert!(matches!(error, PluginError::Missing { .. }), "{error:?}");
}

#[test]
fn a_damaged_lock_file_is_not_an_empty_one() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("plugins.lock"), "<<<<<<< HEAD\n").unwrap();
    let options = Options { project: Some(folder.path().to_path_buf()), ..Options::default() };
    let Err(error) = PluginHost::open(options) else { panic!("damaged") };
    assert!(matches!(error, PluginError::LockFile { .. }), "{error:?}");
}

#[test]
fn two_plugins_cannot_claim_one_name() {
    let folder = TempDir::new().unwrap();
    let mut host = open(folder.path());
    host.install_file(&noorm_artifacts::guest("lines")).unwrap();
    // The same component under another name, as a merge of two branches leaves it.
    let lock = folder.path().join("plugins.lock");
    let text = fs::read_to_string(&lock).unwrap();
    fs::write(&lock, text.replace("loader-lines", "loader-other")).unwrap();
    let error = open(folder.path()).install_file(&noorm_artifacts::guest("lines")).unwrap_err();
    assert_eq!(error.to_string(), "`loader-other` and `loader-lines` both serve `lines`");
}

#[test]
fn without_a_project_nothing_is_installed() {
    let mut host = PluginHost::open(Options::default()).unwrap();
    let error = host.install_file(&noorm_artifacts::guest("lines")).unwrap_err();
    assert!(matches!(error, PluginError::NoProject), "{error:?}");
}
