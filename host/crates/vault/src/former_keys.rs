//! The keys that an identity had before: a rotation keeps them, so that what they sealed stays readable.
//!
//! Each lies beside the current one as `identity.former-<start of its public key>.key` (0600). Nothing here deletes a
//! key. What the former keys open is sealed anew under the current one at its next write ([`crate::store`]).

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::atomic::{create_atomic, write_atomic};
use crate::key_file::{KeyFileError, KeyFiles, read_key};
use crate::key_store::KeyStore;
use crate::keys::{PrivateKey, PublicKey};
use crate::lock::{self, FileLock};

/// How long a rotation waits for another one.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// What the name of a former key's file starts and ends with.
const NAME: (&str, &str) = ("identity.former-", ".key");

/// Hex digits of the public key in the name: enough that no two keys of a person share them.
const NAME_DIGITS: usize = 16;

impl KeyFiles {
    /// Returns where a key is kept once it is a former one.
    #[must_use]
    pub fn former_path(&self, key: &PublicKey) -> PathBuf {
        let (start, end) = NAME;
        self.folder.join(format!("{start}{}{end}", &key.to_hex()[..NAME_DIGITS]))
    }

    /// Reads the former private keys, the one that was kept last first.
    ///
    /// # Errors
    /// A key that others can read, that is malformed, or that cannot be read at all.
    pub fn load_former(&self) -> Result<Vec<PrivateKey>, KeyFileError> {
        let fail = |source| KeyFileError::Io { action: "read", path: self.folder.clone(), source };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(fail(source)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name();
            let is_former = name.to_str().is_some_and(|name| name.starts_with(NAME.0) && name.ends_with(NAME.1));
            if is_former {
                let kept = entry.metadata().and_then(|metadata| metadata.modified());
                found.push((kept.unwrap_or(SystemTime::UNIX_EPOCH), entry.path()));
            }
        }
        found.sort_by(|one, other| other.cmp(one));
        let keys = found.into_iter().map(|(_, path)| read_key(path).map(Option::into_iter));
        Ok(keys.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Keeps a key among the former ones; one that is kept already stays.
    ///
    /// # Errors
    /// The operating system's.
    pub fn keep_former(&self, key: &PrivateKey) -> Result<(), KeyFileError> {
        self.create_folder()?;
        let path = self.former_path(&key.public_key());
        match create_atomic(&path, key.to_hex().as_bytes(), 0o600) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(KeyFileError::Io { action: "write", path, source }),
            Ok(()) => return Ok(()),
        }
        // What lies there must be this key: a file that is not would let it be lost.
        match read_key(path.clone())? {
            Some(kept) if kept.public_key() == key.public_key() => Ok(()),
            _ => Err(KeyFileError::Exists { path }),
        }
    }

    /// Puts `key` in the place of the current one, which is kept as a former one.
    ///
    /// Whenever the disk gives up, every key is in at least one file: the old one is kept before it is replaced.
    ///
    /// # Errors
    /// A current key that cannot be read, another process that does the same, or the operating system's.
    pub fn replace(&self, key: &PrivateKey) -> Result<(), KeyFileError> {
        let _lock = self.lock()?;
        if self.store()? == Some(KeyStore::Keychain) {
            return Err(KeyFileError::InKeychain);
        }
        // Read under the lock: it may be the new key of a rotation that was quicker.
        if let Some(current) = self.load()? {
            self.keep_former(&current)?;
        }
        let path = self.private_path();
        let written = write_atomic(&path, key.to_hex().as_bytes(), 0o600);
        written.map_err(|source| KeyFileError::Io { action: "write", path, source })?;
        self.write_public(&key.public_key())
    }

    pub(crate) fn lock(&self) -> Result<FileLock, KeyFileError> {
        self.create_folder()?;
        let path = self.folder.join("identity.lock");
        match lock::acquire(&path, LOCK_WAIT) {
            Ok(Some(lock)) => Ok(lock),
            Ok(None) => Err(KeyFileError::Locked { path: self.folder.clone() }),
            Err(source) => Err(KeyFileError::Io { action: "lock", path, source }),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn hex(keys: &[PrivateKey]) -> Vec<String> {
        let mut keys: Vec<String> = keys.iter().map(|key| key.to_hex().to_string()).collect();
        keys.sort();
        keys
    }

    #[test]
    fn a_replaced_key_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        assert!(files.load_former().unwrap().is_empty());
        let keys: Vec<PrivateKey> = (0..3).map(|_| PrivateKey::generate().unwrap()).collect();
        for key in &keys {
            files.replace(key).unwrap();
        }
        assert_eq!(files.load().unwrap().unwrap().to_hex(), keys[2].to_hex());
        assert_eq!(fs::read_to_string(files.public_path()).unwrap(), keys[2].public_key().to_hex());
        assert_eq!(hex(&files.load_former().unwrap()), hex(&keys[..2]));
    }

    #[test]
    fn rotations_at_once_lose_no_key() {
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        let keys: Vec<PrivateKey> = (0..8).map(|_| PrivateKey::generate().unwrap()).collect();
        std::thread::scope(|scope| {
            for key in &keys {
                scope.spawn(|| files.replace(key).unwrap());
            }
        });
        let mut kept = files.load_former().unwrap();
        kept.push(files.load().unwrap().unwrap());
        assert_eq!(hex(&kept), hex(&keys));
    }

    #[test]
    fn another_key_in_the_place_of_a_former_one_is_not_replaced() {
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        let (one, other) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
        files.keep_former(&one).unwrap();
        fs::rename(files.former_path(&one.public_key()), files.former_path(&other.public_key())).unwrap();
        assert!(matches!(files.keep_former(&other), Err(KeyFileError::Exists { .. })));
        assert_eq!(hex(&files.load_former().unwrap()), hex(&[one]));
    }

    #[cfg(unix)]
    #[test]
    fn a_former_key_is_as_private_as_the_current_one() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        let key = PrivateKey::generate().unwrap();
        files.keep_former(&key).unwrap();
        let path = files.former_path(&key.public_key());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(files.load_former(), Err(KeyFileError::Exposed { .. })));
    }
}
