//! Who vouches for compiled code: the keeper of a key, outside of this crate.
//!
//! Compiled code runs as it is, so what is loaded has to be what noorm wrote. This crate knows neither the key nor the
//! algorithm. What is kept in a cache is the business of `cache`.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of a tag.
pub(crate) const TAG_BYTES: usize = 32;

/// Why nothing can be sealed or checked.
pub type SealFault = Box<dyn Error + Send + Sync>;

/// Seals code, and checks what was sealed.
pub trait Seal: Send + Sync {
    /// Returns the tag of some parts; where one ends and the next begins is part of what is sealed.
    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; TAG_BYTES], SealFault>;

    /// Returns whether a tag is the one of these parts.
    fn is_sealed(&self, parts: &[&[u8]], tag: &[u8]) -> Result<bool, SealFault>;

    /// Makes a folder that nobody else can write to, or says why it is none.
    fn private_folder(&self, path: &Path) -> Result<(), SealFault>;
}

/// A seal that options carry.
#[derive(Clone)]
pub struct SharedSeal(pub Arc<dyn Seal>);

impl fmt::Debug for SharedSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSeal")
    }
}

/// Where compiled plugins are kept, and who seals them.
#[derive(Clone, Debug)]
pub struct CompileCache {
    /// The folder; it is made when something is first kept.
    pub folder: PathBuf,
    /// The seal.
    pub seal: SharedSeal,
}

/// Not a seal that holds anything; it shows that every byte is under it.
#[cfg(test)]
pub(crate) struct Sum(pub(crate) u8);

#[cfg(test)]
impl Seal for Sum {
    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; TAG_BYTES], SealFault> {
        let mut tag = [self.0; TAG_BYTES];
        for (at, byte) in parts.iter().flat_map(|part| part.iter()).enumerate() {
            tag[at % TAG_BYTES] = tag[at % TAG_BYTES].rotate_left(3).wrapping_add(*byte);
        }
        Ok(tag)
    }

    fn is_sealed(&self, parts: &[&[u8]], tag: &[u8]) -> Result<bool, SealFault> {
        Ok(self.tag(parts)? == tag)
    }

    fn private_folder(&self, _: &Path) -> Result<(), SealFault> {
        Ok(())
    }
}
