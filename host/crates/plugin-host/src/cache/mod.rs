//! Compiled plugins in the user's cache, so that one that was added is compiled once.
//!
//! An entry is named by its component and the engine, and sealed: it is read whole, its tag is checked, and what was
//! checked is loaded from memory. Whatever is wrong with an entry makes noorm compile again and replace it. A cache that
//! cannot be read or written only costs time, which is noted once.

mod entry;
mod room;

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use self::entry::{HASH_BYTES, Name};
use crate::code::About;
use crate::files::{read_bounded, write_private};
use crate::seal::{CompileCache, Seal, SealFault};
use crate::usage::Ledger;

/// How often an entry's time of use is noted.
const NOTED: Duration = Duration::from_secs(24 * 60 * 60);

/// Bytes of an entry. A component with a language's runtime inside has some forty million.
const ENTRY_BYTES_MAX: u64 = 1 << 30;

impl CompileCache {
    /// Returns a component's code, if it is here and sealed.
    pub(crate) fn get(&self, engine: &Engine, digest: &str, ledger: &Ledger) -> Option<(About, Component)> {
        let name = name(engine, digest)?;
        let file = self.file(digest, name);
        if !file.exists() {
            return None;
        }
        // The seal tells what others have put there. A folder that others write to is not looked into all the same: it
        // costs them nothing to fill it.
        if let Err(error) = self.seal().private_folder(&self.folder) {
            self.note_unkept(&error, ledger);
            return None;
        }
        let bytes = match read_bounded(&file, ENTRY_BYTES_MAX) {
            Ok(bytes) => bytes,
            // Another process made room.
            Err(error) if error.kind() == ErrorKind::NotFound => return None,
            Err(error) => {
                ledger.note(format!("cannot read the compiled plugin `{}`: {error}", file.display()));
                return None;
            }
        };
        let bad = |why: String| {
            ledger.note(format!("the compiled plugin `{}` is not used, and made again: {why}", file.display()));
        };
        let (about, code) = entry::decode(name, &bytes, self.seal()).map_err(|fault| bad(fault.to_string())).ok()?;
        let component = deserialize(engine, code).map_err(|error| bad(format!("{error:#}"))).ok()?;
        used(&file);
        Some((about, component))
    }

    /// Keeps a component's code.
    pub(crate) fn put(&self, engine: &Engine, digest: &str, about: &About, component: &Component, ledger: &Ledger) {
        let Some(name) = name(engine, digest) else { return };
        let kept = || -> Result<(), SealFault> {
            self.seal().private_folder(&self.folder)?;
            let code = component.serialize()?;
            let entry = entry::encode(name, about, &code, self.seal())?;
            let file = self.file(digest, name);
            // A power cut may leave it damaged, which its tag tells.
            write_private(&file, &entry)?;
            room::make(&self.folder, &file);
            Ok(())
        };
        if let Err(error) = kept() {
            self.note_unkept(&error, ledger);
        }
    }

    fn note_unkept(&self, error: &SealFault, ledger: &Ledger) {
        ledger.note(format!("compiled plugins cannot be kept in `{}`: {error}", self.folder.display()));
    }

    fn seal(&self) -> &dyn Seal {
        &*self.seal.0
    }

    fn file(&self, digest: &str, name: Name) -> PathBuf {
        // As much of the hash as tells engines apart; all of it is in the entry.
        let engine: String = name.engine[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{digest}-{engine}.cwasm"))
    }
}

/// Returns what an entry is for; `None` for a digest that is none.
fn name(engine: &Engine, digest: &str) -> Option<Name> {
    let mut component = [0; HASH_BYTES];
    if digest.len() != 2 * HASH_BYTES || !digest.is_ascii() {
        return None;
    }
    for (at, byte) in component.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(Name { component, engine: engine_hash(engine) })
}

/// Returns what code depends on besides the component: wasmtime, its settings, the processor.
fn engine_hash(engine: &Engine) -> [u8; HASH_BYTES] {
    struct Sha(Sha256);
    impl Hasher for Sha {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        fn finish(&self) -> u64 {
            unreachable!("the whole hash is taken")
        }
    }
    let mut sha = Sha(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut sha);
    sha.0.finalize().into()
}

/// Loads code that the seal vouches for.
#[allow(unsafe_code)]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the tag was checked, so these bytes are what this user's noorm had from wasmtime for this component and
    // engine; they are in this process's own memory, where nobody changes them between the check and here.
    unsafe { Component::deserialize(engine, code) }
}

/// Notes that an entry was used, so that it is not taken for one that nobody needs.
fn used(file: &Path) {
    let now = SystemTime::now();
    let modified = fs::metadata(file).and_then(|metadata| metadata.modified());
    if modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age < NOTED)) {
        return;
    }
    // In a cache that cannot be written to, nothing is removed either.
    let _ = fs::File::options().append(true).open(file).and_then(|file| file.set_modified(now));
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::seal::SharedSeal;

    /// A seal that is never asked for a tag. It says whether the folder is the user's own.
    struct Folder(bool);

    impl Seal for Folder {
        fn tag(&self, _: &[&[u8]]) -> Result<[u8; 32], SealFault> {
            unreachable!("nothing is kept")
        }

        fn is_sealed(&self, _: &[&[u8]], _: &[u8]) -> Result<bool, SealFault> {
            unreachable!("nothing is read")
        }

        fn private_folder(&self, _: &Path) -> Result<(), SealFault> {
            if self.0 { Ok(()) } else { Err("others write to it".into()) }
        }
    }

    /// Asks for the code of a component where `make` has put something, and returns what is noted.
    fn notes(is_private: bool, make: impl FnOnce(&Path)) -> Vec<String> {
        let (folder, ledger) = (tempfile::tempdir().unwrap(), Ledger::default());
        let seal = SharedSeal(Arc::new(Folder(is_private)));
        let cache = CompileCache { folder: folder.path().to_path_buf(), seal };
        let (engine, digest) = (Engine::default(), "0".repeat(64));
        make(&cache.file(&digest, name(&engine, &digest).unwrap()));
        assert!(cache.get(&engine, &digest, &ledger).is_none());
        ledger.take_notes()
    }

    #[test]
    fn a_pipe_or_a_device_is_no_entry() {
        let pipe = |file: &Path| assert!(std::process::Command::new("mkfifo").arg(file).status().unwrap().success());
        let device = |file: &Path| std::os::unix::fs::symlink("/dev/zero", file).unwrap();
        for notes in [notes(true, pipe), notes(true, device)] {
            assert!(notes.len() == 1 && notes[0].ends_with("it is not a regular file"), "{notes:?}");
        }
    }

    #[test]
    fn a_folder_that_others_write_to_is_not_read() {
        let notes_of_shared = notes(false, |file| fs::write(file, "an entry").unwrap());
        assert!(
            notes_of_shared.len() == 1 && notes_of_shared[0].ends_with("others write to it"),
            "{notes_of_shared:?}"
        );
        assert_eq!(notes(false, |_| ()), Vec::<String>::new(), "where nothing is, nothing is looked at");
    }
}
