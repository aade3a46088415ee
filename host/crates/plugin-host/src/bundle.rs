//! A sealed bundle: the compiled plugins of a project in one file, for hosts that cannot compile or must not.
//!
//! `noorm bundle`, three zero bytes and the format's version (16 bytes), the length of the index (8, little-endian), the
//! tag of the index (32), the index in JSON, then the code of each plugin. The index is believed when its tag was
//! checked, and the code of a plugin when its own was; what runs is what the lock file of a project names, whatever else
//! is in a bundle. A bundle that was named and cannot be used is an error: whoever named it relies on it.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::code::About;
use crate::error::PluginError;
use crate::seal::{SharedSeal, TAG_BYTES};

const MAGIC: &[u8; 16] = b"noorm bundle\0\0\0\x01";

/// Bytes of an index; each plugin has some hundred.
const INDEX_BYTES_MAX: u64 = 16 << 20;

/// Which bundle, and who sealed it.
#[derive(Clone, Debug)]
pub struct BundleFile {
    /// The file.
    pub path: PathBuf,
    /// The seal.
    pub seal: SharedSeal,
}

/// What a bundle says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Index {
    /// The version of noorm that made it.
    pub(crate) noorm: String,
    /// The kind of machine that its code is for.
    pub(crate) target: String,
    pub(crate) plugins: Vec<BundledCode>,
}

/// One plugin of a bundle.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BundledCode {
    /// The plugin.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// Size of its code.
    pub code_bytes: u64,
    about: String,
    offset: u64,
    tag: [u8; TAG_BYTES],
}

/// A bundle whose index was checked.
#[derive(Debug)]
pub(crate) struct Bundle {
    file: BundleFile,
    index: Index,
    /// Where the code begins.
    start: u64,
}

impl Bundle {
    /// Reads the index of a bundle.
    pub(crate) fn open(file: &BundleFile) -> Result<Self, PluginError> {
        let bad = |what: String| PluginError::Bundle { file: file.path.clone(), what };
        let failed = |error: io::Error| bad(error.to_string());
        let mut reader = fs::File::open(&file.path).map_err(failed)?;
        let mut head = [0; MAGIC.len() + 8 + TAG_BYTES];
        reader.read_exact(&mut head).map_err(|_| bad("it is too short".to_owned()))?;
        let (magic, rest) = head.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(bad("this noorm does not read its format".to_owned()));
        }
        let (length, tag) = rest.split_at(8);
        let length = u64::from_le_bytes(length.try_into().expect("it was split there"));
        if length > INDEX_BYTES_MAX {
            return Err(bad("it is damaged".to_owned()));
        }
        let mut index = Vec::new();
        reader.take(length).read_to_end(&mut index).map_err(failed)?;
        let is_sealed = file.seal.0.is_sealed(&[MAGIC, &index], tag);
        if !is_sealed.map_err(|error| bad(error.to_string()))? {
            return Err(bad("its seal is broken, or it was sealed with another key".to_owned()));
        }
        let index = serde_json::from_slice(&index).map_err(|error| bad(error.to_string()))?;
        Ok(Self { file: file.clone(), index, start: head.len() as u64 + length })
    }

    /// Returns whether the code of a component is here.
    pub(crate) fn has(&self, digest: &str) -> bool {
        self.index.plugins.iter().any(|plugin| plugin.digest == digest)
    }

    /// Returns the code of a component, if it is here.
    pub(crate) fn get(&self, engine: &Engine, digest: &str) -> Result<Option<(About, Component)>, PluginError> {
        let Some(plugin) = self.index.plugins.iter().find(|plugin| plugin.digest == digest) else { return Ok(None) };
        let bad = |what: String| PluginError::Bundle {
            file: self.file.path.clone(),
            what: format!("the code of `{}`: {what}", plugin.name),
        };
        let code = self.read(plugin).map_err(|error| bad(error.to_string()))?;
        let parts = [digest.as_bytes(), plugin.about.as_bytes(), &code];
        if !self.file.seal.0.is_sealed(&parts, &plugin.tag).map_err(|error| bad(error.to_string()))? {
            return Err(bad("its seal is broken".to_owned()));
        }
        let about =
            About::parse(&plugin.about).ok_or_else(|| bad("it is of a kind that this noorm lacks".to_owned()))?;
        let component = deserialize(engine, &code).map_err(|error| {
            bad(format!("{error:#}; the bundle was made by noorm {} for {}", self.index.noorm, self.index.target))
        })?;
        Ok(Some((about, component)))
    }

    fn read(&self, plugin: &BundledCode) -> io::Result<Vec<u8>> {
        let mut reader = fs::File::open(&self.file.path)?;
        let at = self.start.checked_add(plugin.offset).ok_or_else(|| io::Error::other("it is nowhere"))?;
        reader.seek(SeekFrom::Start(at))?;
        let mut code = Vec::new();
        reader.take(plugin.code_bytes).read_to_end(&mut code)?;
        Ok(code)
    }
}

/// Loads code that the seal vouches for.
#[allow(unsafe_code)]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the tag was checked, so whoever has the key had these bytes from wasmtime; they are in this process's own
    // memory, where nobody changes them between the check and here. wasmtime refuses another version's or settings'.
    unsafe { Component::deserialize(engine, code) }
}

/// A plugin whose code goes into a bundle.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) digest: String,
    pub(crate) about: About,
    pub(crate) code: Vec<u8>,
}

/// Makes a bundle, and returns it with what is in it.
pub(crate) fn make(
    noorm: &str,
    target: &str,
    parts: Vec<Part>,
    seal: &SharedSeal,
) -> Result<(Vec<u8>, Vec<BundledCode>), PluginError> {
    let failed = |error: crate::seal::SealFault| PluginError::Seal { what: error.to_string() };
    let (mut plugins, mut codes) = (Vec::new(), Vec::new());
    for part in parts {
        let about = part.about.to_text();
        let tag = seal.0.tag(&[part.digest.as_bytes(), about.as_bytes(), &part.code]).map_err(failed)?;
        plugins.push(BundledCode {
            name: part.name,
            version: part.version,
            digest: part.digest,
            code_bytes: part.code.len() as u64,
            about,
            offset: codes.len() as u64,
            tag,
        });
        codes.extend(part.code);
    }
    let index = Index { noorm: noorm.to_owned(), target: target.to_owned(), plugins: plugins.clone() };
    let index = serde_json::to_vec(&index).expect("names and numbers are JSON");
    let tag = seal.0.tag(&[MAGIC, &index]).map_err(failed)?;
    let length = (index.len() as u64).to_le_bytes();
    Ok(([MAGIC.as_slice(), &length, &tag, &index, &codes].concat(), plugins))
}

/// Writes a bundle whole.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), PluginError> {
    crate::lock_file::write_whole(file, bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::inspect::World;
    use crate::seal::Sum;

    const DIGEST: &str = "abc";

    /// Opens a bundle of these bytes and takes the code of its plugin; returns what is wrong, or what wasmtime says of code
    /// that is none of its own.
    fn open(folder: &Path, bytes: &[u8]) -> String {
        let file = BundleFile { path: folder.join("ci.plugins"), seal: SharedSeal(Arc::new(Sum(7))) };
        fs::write(&file.path, bytes).unwrap();
        let code = Bundle::open(&file).and_then(|bundle| bundle.get(&Engine::default(), DIGEST));
        let Err(PluginError::Bundle { what, .. }) = code else { panic!("it was taken") };
        what
    }

    #[test]
    fn no_byte_of_it_can_be_changed_or_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let about = About { world: World::Rows, imports: Vec::new() };
        let part = Part {
            name: "loader-ini".to_owned(),
            version: "1.0.0".to_owned(),
            digest: DIGEST.to_owned(),
            about,
            code: b"the code".to_vec(),
        };
        let (whole, _) = make("1.0.0", "here", vec![part], &SharedSeal(Arc::new(Sum(7)))).unwrap();
        let taken = "the bundle was made by noorm 1.0.0 for here";
        assert!(open(folder.path(), &whole).ends_with(taken));
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x40;
            for bytes in [&bytes[..], &whole[..at]] {
                let what = open(folder.path(), bytes);
                assert!(!what.ends_with(taken), "byte {at}: {what}");
            }
        }
    }
}
