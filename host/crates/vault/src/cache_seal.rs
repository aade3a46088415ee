//! Seals what noorm makes for itself and reads back as code: compiled plugins, in a user's cache or in a bundle.
//!
//! HMAC-SHA256 (RFC 2104) under a key that only its owner may read. Whoever has the key can make code that runs, so one
//! that others can read is refused, and so is a folder that others can write to. It encrypts nothing: compiled plugins
//! are no secret, and it does not know what they are.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::atomic::create_atomic;
use crate::private_file::{self, PrivateFile};

/// Bytes of a key, and of a tag.
const BYTES: usize = 32;

/// Why nothing can be sealed or checked.
#[derive(Debug, thiserror::Error)]
pub enum CacheSealError {
    /// Others may read or write the key.
    #[error("the key `{}` is open to other users (mode {mode:04o})", path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Others may write into the folder.
    #[error("the folder `{}` can be written to by other users (mode {mode:04o})", path.display())]
    Shared {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds no key.
    #[error("the key `{}` is not 64 hex digits", path.display())]
    Malformed {
        /// The key file.
        path: PathBuf,
    },
    /// There is no key, and it is not for noorm to make one.
    #[error("there is no key in `{}`", path.display())]
    Missing {
        /// The key file.
        path: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
    /// The operating system refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// "read" or "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl CacheSealError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exposed { path, .. } => {
                Some(format!("make a new key: whoever read `{}` can make code that noorm runs", path.display()))
            }
            Self::Shared { path, .. } => Some(format!("run `chmod go-w {}`", path.display())),
            Self::Malformed { path } => Some(format!("remove `{}`, and a new one is made", path.display())),
            Self::Missing { .. } => {
                Some("`noorm plugin bundle` makes the key; bring it over a channel nobody else can read".to_owned())
            }
            Self::Random(_) | Self::Io { .. } => None,
        }
    }
}

/// A key in a file, read when it is first needed.
#[derive(Debug)]
pub struct CacheSeal {
    path: PathBuf,
    makes: bool,
    key: OnceLock<Key>,
}

/// Wiped on drop, never printed.
struct Key(Zeroizing<[u8; BYTES]>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key([redacted])")
    }
}

impl CacheSeal {
    /// Uses the key in a file, which is made when it is first needed.
    pub fn making(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), makes: true, key: OnceLock::new() }
    }

    /// Uses the key in a file, which has to be there.
    pub fn existing(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), makes: false, key: OnceLock::new() }
    }

    /// Returns the tag of some parts. Where one ends and the next begins is part of what is sealed.
    ///
    /// # Errors
    /// A key that cannot be read, made or trusted.
    pub fn tag(&self, parts: &[&[u8]]) -> Result<[u8; BYTES], CacheSealError> {
        Ok(self.mac(parts)?.finalize().into_bytes().into())
    }

    /// Returns whether a tag is the one of these parts, in a time that says nothing about it.
    ///
    /// # Errors
    /// A key that cannot be read, made or trusted.
    pub fn is_sealed(&self, parts: &[&[u8]], tag: &[u8]) -> Result<bool, CacheSealError> {
        Ok(self.mac(parts)?.verify_slice(tag).is_ok())
    }

    fn mac(&self, parts: &[&[u8]]) -> Result<Hmac<Sha256>, CacheSealError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key()?.0.as_slice()).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        Ok(mac)
    }

    fn key(&self) -> Result<&Key, CacheSealError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = match self.read()? {
            Some(key) => key,
            None if self.makes => self.make()?,
            None => return Err(CacheSealError::Missing { path: self.path.clone() }),
        };
        Ok(self.key.get_or_init(|| key))
    }

    fn read(&self) -> Result<Option<Key>, CacheSealError> {
        let path = || self.path.clone();
        let text = match private_file::read(&self.path) {
            Ok(PrivateFile::Text(text)) => text,
            Ok(PrivateFile::Missing) => return Ok(None),
            Ok(PrivateFile::Exposed(mode)) => return Err(CacheSealError::Exposed { path: path(), mode }),
            Err(source) => return Err(CacheSealError::Io { action: "read", path: path(), source }),
        };
        let mut key = Zeroizing::new([0; BYTES]);
        match hex::decode_to_slice(text.trim(), key.as_mut_slice()) {
            Ok(()) => Ok(Some(Key(key))),
            Err(_) => Err(CacheSealError::Malformed { path: path() }),
        }
    }

    fn make(&self) -> Result<Key, CacheSealError> {
        let failed = |source| CacheSealError::Io { action: "write", path: self.path.clone(), source };
        let mut key = Zeroizing::new([0; BYTES]);
        getrandom::fill(key.as_mut_slice()).map_err(CacheSealError::Random)?;
        if let Some(folder) = self.path.parent() {
            private_file::create_folder(folder).map_err(failed)?;
        }
        let text = Zeroizing::new(format!("{}\n", hex::encode(key.as_slice())));
        match create_atomic(&self.path, text.as_bytes(), 0o600) {
            Ok(()) => Ok(Key(key)),
            // Another process was first: its key is the key.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.read()?.ok_or_else(|| CacheSealError::Missing { path: self.path.clone() })
            }
            Err(source) => Err(failed(source)),
        }
    }
}

/// Makes a folder for what is sealed, of mode 0700, and refuses one that others can write to.
///
/// # Errors
/// [`CacheSealError::Shared`], else the operating system's.
pub fn private_folder(path: &Path) -> Result<(), CacheSealError> {
    let failed = |source| CacheSealError::Io { action: "write", path: path.to_path_buf(), source };
    private_file::create_folder(path).map_err(failed)?;
    let mode = private_file::mode(&std::fs::metadata(path).map_err(failed)?);
    if mode & 0o022 != 0 {
        return Err(CacheSealError::Shared { path: path.to_path_buf(), mode });
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_tag_is_the_one_of_the_rfc() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        // RFC 4231 has keys of other lengths; this vector is of Python's `hmac`, over `03 00 00 00 00 00 00 00 "abc"`.
        fs::write(&path, format!("{}\n", "0b".repeat(32))).unwrap();
        private(&path);
        let tag = CacheSeal::existing(&path).tag(&[b"abc"]).unwrap();
        assert_eq!(hex::encode(tag), VECTOR);
    }

    const VECTOR: &str = "2b9a2e44ba5a9752e3470f7544c15687abe034e57d8cd7778b99d75bbd85b140";

    #[cfg(unix)]
    fn private(path: &Path) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    #[cfg(not(unix))]
    fn private(_path: &Path) {}

    #[test]
    fn another_key_another_part_and_another_cut_are_other_tags() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("a/one"), folder.path().join("other"));
        let (one, other) = (CacheSeal::making(one), CacheSeal::making(other));
        let tag = one.tag(&[b"head", b"code"]).unwrap();
        assert!(one.is_sealed(&[b"head", b"code"], &tag).unwrap());
        // Another process has the same key.
        assert!(CacheSeal::existing(&one.path).is_sealed(&[b"head", b"code"], &tag).unwrap());
        for parts in [[b"head".as_slice(), b"cod"], [b"headc", b"ode"], [b"Head", b"code"]] {
            assert!(!one.is_sealed(&parts, &tag).unwrap(), "{parts:?}");
        }
        assert!(!one.is_sealed(&[b"head", b"code"], &tag[..31]).unwrap());
        assert!(!other.is_sealed(&[b"head", b"code"], &tag).unwrap());
    }

    #[test]
    fn a_key_that_has_to_be_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let error = CacheSeal::existing(&path).tag(&[]).unwrap_err();
        assert!(matches!(error, CacheSealError::Missing { .. }) && !path.exists(), "{error:?}");
        fs::write(&path, "0b0b\n").unwrap();
        private(&path);
        let error = CacheSeal::making(&path).tag(&[]).unwrap_err();
        assert!(matches!(error, CacheSealError::Malformed { .. }), "{error:?}");
    }

    #[test]
    fn many_at_once_make_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.key");
        let tags: Vec<_> = std::thread::scope(|scope| {
            let tag = || CacheSeal::making(&path).tag(&[b"x"]).unwrap();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(tag)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(tags.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_open_to_others_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.key");
        CacheSeal::making(&path).tag(&[]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = CacheSeal::making(&path).tag(&[]).unwrap_err();
            assert!(matches!(error, CacheSealError::Exposed { mode: found, .. } if found == mode), "{error:?}");
        }
        let compiled = folder.path().join("noorm/compiled");
        private_folder(&compiled).unwrap();
        assert_eq!(fs::metadata(&compiled).unwrap().permissions().mode() & 0o777, 0o700);
        for mode in [0o770, 0o707, 0o777] {
            fs::set_permissions(&compiled, fs::Permissions::from_mode(mode)).unwrap();
            let error = private_folder(&compiled).unwrap_err();
            assert!(matches!(error, CacheSealError::Shared { mode: found, .. } if found == mode), "{error:?}");
        }
    }
}
