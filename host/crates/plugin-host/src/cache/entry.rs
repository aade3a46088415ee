//! One file of the cache: what it is, a tag over that and the code, the code.
//!
//! `noorm compiled`, a zero byte and the format's version (16 bytes), SHA-256 of the component (32), of the engine (32), the
//! length of what is known of the component (4, little-endian) and that, the tag (32), then the code. Nothing of it is
//! believed before the tag was checked, and then only for the component and the engine that were asked for.

use crate::code::About;
use crate::seal::{Seal, SealFault, TAG_BYTES};

const MAGIC: &[u8; 16] = b"noorm compiled\0\x01";

/// Bytes of a digest, and of an engine's hash.
pub(super) const HASH_BYTES: usize = 32;

/// Where the length of `About` stands.
const LENGTH_AT: usize = MAGIC.len() + 2 * HASH_BYTES;

/// What an entry is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) component: [u8; HASH_BYTES],
    pub(super) engine: [u8; HASH_BYTES],
}

/// Why an entry is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// Cut off, of another format, of another component or engine.
    #[error("it is not the one that its name says")]
    Other,
    /// Altered, or made under another key.
    #[error("its seal is broken, or another user's")]
    Seal,
    /// The key cannot be used.
    #[error("{0}")]
    Key(SealFault),
}

/// Makes an entry.
pub(super) fn encode(name: Name, about: &About, code: &[u8], seal: &dyn Seal) -> Result<Vec<u8>, SealFault> {
    let about = about.to_text();
    let length = u32::try_from(about.len())?;
    let mut bytes = Vec::with_capacity(LENGTH_AT + 4 + about.len() + TAG_BYTES + code.len());
    bytes.extend(MAGIC);
    bytes.extend(name.component);
    bytes.extend(name.engine);
    bytes.extend(length.to_le_bytes());
    bytes.extend(about.as_bytes());
    let tag = seal.tag(&[&bytes, code])?;
    bytes.extend(tag);
    bytes.extend(code);
    Ok(bytes)
}

/// Returns what is known of the component, and its code.
pub(super) fn decode<'a>(name: Name, bytes: &'a [u8], seal: &dyn Seal) -> Result<(About, &'a [u8]), Fault> {
    let (head, tag, code) = parts(bytes).ok_or(Fault::Other)?;
    if !seal.is_sealed(&[head, code], tag).map_err(Fault::Key)? {
        return Err(Fault::Seal);
    }
    let is_named = head.starts_with(MAGIC) && head[MAGIC.len()..LENGTH_AT] == [name.component, name.engine].concat();
    let about = std::str::from_utf8(&head[LENGTH_AT + 4..]).ok().and_then(About::parse);
    about.filter(|_| is_named).map(|about| (about, code)).ok_or(Fault::Other)
}

/// Cuts an entry where its length says.
fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let length = bytes.get(LENGTH_AT..LENGTH_AT + 4)?;
    let length = u32::from_le_bytes(length.try_into().ok()?);
    let end = (LENGTH_AT + 4).checked_add(usize::try_from(length).ok()?)?;
    let (head, rest) = bytes.split_at_checked(end)?;
    let (tag, code) = rest.split_at_checked(TAG_BYTES)?;
    Some((head, tag, code))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::inspect::World;
    use crate::seal::Sum;

    const NAME: Name = Name { component: [1; HASH_BYTES], engine: [2; HASH_BYTES] };

    fn entry() -> Vec<u8> {
        let about = About { world: World::Rows, imports: vec!["noorm:host/files@1.0.0".to_owned()] };
        encode(NAME, &about, b"the code", &Sum(7)).unwrap()
    }

    #[test]
    fn what_is_sealed_comes_back() {
        let entry = entry();
        let (about, code) = decode(NAME, &entry, &Sum(7)).unwrap();
        assert_eq!((about.world, about.imports.len(), code), (World::Rows, 1, b"the code".as_slice()));
    }

    #[test]
    fn no_byte_of_it_can_be_changed_added_or_left_out() {
        let whole = entry();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x40;
            assert!(decode(NAME, &bytes, &Sum(7)).is_err(), "byte {at}");
            assert!(decode(NAME, &whole[..at], &Sum(7)).is_err(), "cut at {at}");
        }
        let longer = [whole.as_slice(), b"x"].concat();
        assert!(decode(NAME, &longer, &Sum(7)).is_err());
    }

    #[test]
    fn it_is_for_one_component_one_engine_and_one_key() {
        let entry = entry();
        let renamed = Name { component: [3; HASH_BYTES], ..NAME };
        assert!(matches!(decode(renamed, &entry, &Sum(7)), Err(Fault::Other)));
        let moved = Name { engine: [3; HASH_BYTES], ..NAME };
        assert!(matches!(decode(moved, &entry, &Sum(7)), Err(Fault::Other)));
        assert!(matches!(decode(NAME, &entry, &Sum(8)), Err(Fault::Seal)));
    }
}
