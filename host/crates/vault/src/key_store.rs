//! The place of the current private key: its file, or the operating system's keychain, and the way from one to the other.
//!
//! The file is the default. A key in the keychain leaves a note in `~/.noorm/identity.keychain` (0600): its public key, by
//! which it is found. Whenever a move is cut short the key is in both places, and the file counts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::atomic::{create_atomic, write_atomic};
use crate::key_file::{KeyFileError, KeyFiles};
use crate::keychain;
use crate::keys::{PrivateKey, PublicKey};
use crate::private_file::{self, PrivateFile};

/// Where a private key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStore {
    /// `~/.noorm/identity.key`.
    File,
    /// The operating system's keychain.
    Keychain,
}

impl KeyFiles {
    /// Returns the path of the note that the key is in the keychain.
    #[must_use]
    pub fn note_path(&self) -> PathBuf {
        self.folder.join("identity.keychain")
    }

    /// Returns where the current key is; `None` when there is none.
    ///
    /// # Errors
    /// A note that cannot be read, or that names no key.
    pub fn store(&self) -> Result<Option<KeyStore>, KeyFileError> {
        if self.private_path().exists() {
            return Ok(Some(KeyStore::File));
        }
        Ok(self.noted()?.map(|_| KeyStore::Keychain))
    }

    /// Moves the current key from its file into the keychain, after a copy of it was written to `backup`.
    ///
    /// # Errors
    /// No key in a file; no `backup` where the keychain forgets ([`keychain::FORGETS`]); a `backup` that exists; a keychain
    /// that does not take it. The file is then as it was.
    pub fn move_to_keychain(&self, backup: Option<&Path>) -> Result<PublicKey, KeyFileError> {
        let _lock = self.lock()?;
        let path = self.private_path();
        let Some(key) = crate::key_file::read_key(path.clone())? else { return Err(KeyFileError::NotInFile { path }) };
        if keychain::FORGETS && backup.is_none() {
            return Err(KeyFileError::NeedsCopy);
        }
        if let Some(backup) = backup {
            write_copy(&key, backup)?;
        }
        let public_key = key.public_key();
        if let Err(error) = keychain::put(&key) {
            // The key is in its file still: a copy would only be in the way of the next try.
            let _ = backup.map(fs::remove_file);
            return Err(error.into());
        }
        let note = self.note_path();
        if let Err(source) = write_atomic(&note, public_key.to_hex().as_bytes(), 0o600) {
            // Without its note nobody would find the entry again.
            let _ = keychain::remove(&public_key);
            let _ = backup.map(fs::remove_file);
            return Err(KeyFileError::Io { action: "write", path: note, source });
        }
        fs::remove_file(&path).map_err(|source| KeyFileError::Io { action: "remove", path, source })?;
        Ok(public_key)
    }

    /// Moves the current key from the keychain into its file.
    ///
    /// # Errors
    /// A key in a file already, none in the keychain, or the operating system's.
    pub fn move_to_file(&self) -> Result<PublicKey, KeyFileError> {
        let _lock = self.lock()?;
        let path = self.private_path();
        if path.exists() {
            return Err(KeyFileError::Exists { path });
        }
        let Some(public_key) = self.noted()? else { return Err(KeyFileError::NotInKeychain) };
        let key = keychain::get(&public_key)?;
        create_atomic(&path, key.to_hex().as_bytes(), 0o600).map_err(|source| KeyFileError::Io {
            action: "write",
            path,
            source,
        })?;
        self.forget_keychain()?;
        Ok(public_key)
    }

    /// Removes the note and the entry of the keychain, once the key is in its file.
    pub(crate) fn forget_keychain(&self) -> Result<(), KeyFileError> {
        let Some(public_key) = self.noted()? else { return Ok(()) };
        let path = self.note_path();
        fs::remove_file(&path).map_err(|source| KeyFileError::Io { action: "remove", path, source })?;
        Ok(keychain::remove(&public_key)?)
    }

    /// Reads the key from the keychain, if the note says that it is there.
    pub(crate) fn load_from_keychain(&self) -> Result<Option<PrivateKey>, KeyFileError> {
        Ok(self.noted()?.map(|public_key| keychain::get(&public_key)).transpose()?)
    }

    fn noted(&self) -> Result<Option<PublicKey>, KeyFileError> {
        let path = self.note_path();
        match private_file::read(&path) {
            Ok(PrivateFile::Missing) => Ok(None),
            Ok(PrivateFile::Exposed(mode)) => Err(KeyFileError::Exposed { path, mode }),
            Ok(PrivateFile::Text(text)) => {
                PublicKey::from_hex(&text).map(Some).map_err(|source| KeyFileError::Malformed { path, source })
            }
            Err(source) => Err(KeyFileError::Io { action: "read", path, source }),
        }
    }
}

/// Writes a copy of a key that only its owner can read; what is there is never replaced.
fn write_copy(key: &PrivateKey, path: &Path) -> Result<(), KeyFileError> {
    let path = path.to_owned();
    create_atomic(&path, key.to_hex().as_bytes(), 0o600).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists { path },
        _ => KeyFileError::Io { action: "write", path, source },
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::keychain::KeychainError;

    /// A container may have no keyring; that is said, and what does not need one is tested all the same.
    #[test]
    #[allow(clippy::print_stderr)]
    fn a_key_goes_into_the_keychain_and_comes_back() {
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        assert!(matches!(files.move_to_keychain(None), Err(KeyFileError::NotInFile { .. })));
        assert!(matches!(files.move_to_file(), Err(KeyFileError::NotInKeychain)));
        let key = PrivateKey::generate().unwrap();
        files.create(&key).unwrap();
        let copy = home.path().join("copy.key");
        if keychain::FORGETS {
            assert!(matches!(files.move_to_keychain(None), Err(KeyFileError::NeedsCopy)));
        }
        match files.move_to_keychain(Some(&copy)) {
            Err(KeyFileError::Keychain(KeychainError::Unavailable(why))) => {
                assert!(files.private_path().exists() && !copy.exists(), "everything is as it was");
                eprintln!("skipped: there is no keychain here: {why}");
                return;
            }
            moved => assert_eq!(moved.unwrap(), key.public_key()),
        }
        assert!(!files.private_path().exists());
        assert_eq!(files.store().unwrap(), Some(KeyStore::Keychain));
        assert_eq!(files.load().unwrap().unwrap().to_hex(), key.to_hex());
        assert_eq!(fs::read_to_string(&copy).unwrap(), *key.to_hex());
        // What would leave the key in the keychain behind, or make a second one, is refused.
        let other = PrivateKey::generate().unwrap();
        assert!(matches!(files.create(&other), Err(KeyFileError::InKeychain)));
        assert!(matches!(files.replace(&other), Err(KeyFileError::InKeychain)));

        files.move_to_file().unwrap();
        assert_eq!(files.store().unwrap(), Some(KeyStore::File));
        assert_eq!(files.load().unwrap().unwrap().to_hex(), key.to_hex());
        assert!(!files.note_path().exists());
        assert!(matches!(keychain::get(&key.public_key()), Err(KeychainError::Missing { .. })));
        assert!(matches!(files.move_to_keychain(Some(&copy)), Err(KeyFileError::Exists { .. })), "a copy stays");
    }

    #[test]
    #[allow(clippy::print_stderr)]
    fn a_move_without_its_note_leaves_everything_as_it_was() {
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        let key = PrivateKey::generate().unwrap();
        files.create(&key).unwrap();
        // A folder that is not empty stands where the note would be.
        fs::create_dir_all(files.note_path().join("in-the-way")).unwrap();
        let copy = home.path().join("copy.key");
        let error = files.move_to_keychain(Some(&copy)).unwrap_err();
        assert!(files.private_path().exists() && !copy.exists(), "{error:?}");
        if matches!(error, KeyFileError::Keychain(KeychainError::Unavailable(_))) {
            eprintln!("skipped: there is no keychain here: {error}");
            return;
        }
        assert!(matches!(error, KeyFileError::Io { action: "write", .. }), "{error:?}");
        assert!(matches!(keychain::get(&key.public_key()), Err(KeychainError::Missing { .. })));
    }

    #[test]
    fn a_key_that_the_keychain_forgot_is_told() {
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        files.create_folder().unwrap();
        let lost = PrivateKey::generate().unwrap();
        write_atomic(&files.note_path(), lost.public_key().to_hex().as_bytes(), 0o600).unwrap();
        let error = files.load().unwrap_err();
        let told =
            matches!(error, KeyFileError::Keychain(KeychainError::Missing { .. } | KeychainError::Unavailable(_)));
        assert!(told && error.hint().is_some(), "{error:?}");
        // Its copy brings it back.
        files.restore(&lost).unwrap();
        assert_eq!(files.load().unwrap().unwrap().to_hex(), lost.to_hex());
        assert!(matches!(files.restore(&PrivateKey::generate().unwrap()), Err(KeyFileError::Exists { .. })));
    }
}
