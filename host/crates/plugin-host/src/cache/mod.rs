//! Compiled plugins in the user's cache, so that one that was added is compiled once.
//!
//! An entry is named by its component and the engine, and sealed: it is read whole, its tag is checked, and what was
//! checked is loaded from memory. Whatever is wrong with an entry makes noorm compile again and replace it. A cache that
//! cannot be read or written only costs time, which is noted once.

mod entry;
mod room;

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use self::entry::{HASH_BYTES, Name};
use crate::code::About;
use crate::seal::{CompileCache, Seal};
use crate::usage::Ledger;

/// How often an entry's time of use is noted.
const NOTED: Duration = Duration::from_secs(24 * 60 * 60);

impl CompileCache {
    /// Returns a component's code, if it is here and sealed.
    pub(crate) fn get(&self, engine: &Engine, digest: &str, ledger: &Ledger) -> Option<(About, Component)> {
        let name = name(engine, digest)?;
        let file = self.file(digest, name);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
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
        let kept = || -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            self.seal().private_folder(&self.folder)?;
            let code = component.serialize()?;
            let entry = entry::encode(name, about, &code, self.seal())?;
            let file = self.file(digest, name);
            replace(&file, &entry)?;
            room::make(&self.folder, &file);
            Ok(())
        };
        if let Err(error) = kept() {
            ledger.note(format!("compiled plugins cannot be kept in `{}`: {error}", self.folder.display()));
        }
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

/// Writes a file beside its place and moves it there. A power cut may leave it damaged, which its tag tells.
fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let draft = file.with_extension(format!("{}-{count}.tmp", std::process::id()));
    let mut options = fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&draft).and_then(|mut out| out.write_all(bytes)).and_then(|()| fs::rename(&draft, file));
    if written.is_err() {
        // The error that counts is the first one.
        let _ = fs::remove_file(&draft);
    }
    written
}
