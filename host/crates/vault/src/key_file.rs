//! The key files of an identity: `~/.noorm/identity.key` (0600) and `identity.pub` (0644).
//!
//! An existing key is never replaced: with it would go every state that it sealed. A key that
//! others can read is refused, with the command that repairs it, as OpenSSH does. The public
//! file is a convenience for people; the public key is always computed from the private one.

use std::io;
use std::path::{Path, PathBuf};

use crate::atomic::{create_atomic, write_atomic};
use crate::key_store::KeyStore;
use crate::keychain::KeychainError;
use crate::keys::{KeyError, PrivateKey, PublicKey};
use crate::private_file::{self, PrivateFile};

/// Why the key files could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Others may read or write the private key.
    #[error("the private key `{}` is open to other users (mode {mode:04o})", path.display())]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds no usable key.
    #[error("the private key `{}` is unusable", path.display())]
    Malformed {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: KeyError,
    },
    /// There is a key already.
    #[error("the private key `{}` exists already", path.display())]
    Exists {
        /// The key file.
        path: PathBuf,
    },
    /// The key is in the keychain, where only a move takes it away.
    #[error("your private key is in the keychain")]
    InKeychain,
    /// The key is not in the keychain.
    #[error("your private key is not in the keychain")]
    NotInKeychain,
    /// The key is not in its file.
    #[error("there is no private key in `{}`", path.display())]
    NotInFile {
        /// The key file.
        path: PathBuf,
    },
    /// The keychain forgets, and no place was named for a copy.
    #[error("this system's keychain forgets keys at a restart, and no copy of yours is kept")]
    NeedsCopy,
    /// The keychain.
    #[error("the keychain does not have your private key")]
    Keychain(#[from] KeychainError),
    /// Another process is changing the keys.
    #[error("another process is changing the keys in `{}`", path.display())]
    Locked {
        /// The folder of the keys.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// "read" or "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl KeyFileError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exposed { path, .. } => Some(format!(
                "run `chmod 600 {}`; if someone else may have read it, make a new identity",
                path.display()
            )),
            Self::Malformed { path, .. } => {
                Some(format!("restore `{}` from a backup; it has one line of 64 hex digits", path.display()))
            }
            Self::Exists { path } => Some(format!(
                "move `{}` away first if you want a new identity; states sealed with it stay unreadable without it",
                path.display()
            )),
            Self::InKeychain => Some("`noorm identity store file` takes it out first".to_owned()),
            Self::NotInKeychain | Self::NotInFile { .. } => Some("`noorm identity` shows where it is".to_owned()),
            Self::NeedsCopy => Some("`--backup FILE` writes a copy first: keep it in a safe place".to_owned()),
            Self::Keychain(error) => Some(error.hint().to_owned()),
            Self::Locked { .. } => Some("wait for the other noorm to end, and try again".to_owned()),
            Self::Io { source, path, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some(format!("check who owns `{}`", path.display()))
            }
            Self::Io { .. } => None,
        }
    }
}

/// Where the key files of an identity are.
#[derive(Clone, Debug)]
pub struct KeyFiles {
    pub(crate) folder: PathBuf,
}

impl KeyFiles {
    /// Uses the files in `folder`, usually `~/.noorm`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Uses the files in the `.noorm` folder of a home folder.
    #[must_use]
    pub fn in_home(home: &Path) -> Self {
        Self::new(home.join(".noorm"))
    }

    /// Returns the path of the private key.
    #[must_use]
    pub fn private_path(&self) -> PathBuf {
        self.folder.join("identity.key")
    }

    /// Returns the path of the public key.
    #[must_use]
    pub fn public_path(&self) -> PathBuf {
        self.folder.join("identity.pub")
    }

    /// Reads the private key, from its file or the keychain; `None` when it is in neither.
    ///
    /// # Errors
    /// A key that others can read, that is malformed, or that cannot be read at all.
    pub fn load(&self) -> Result<Option<PrivateKey>, KeyFileError> {
        match read_key(self.private_path())? {
            Some(key) => Ok(Some(key)),
            None => self.load_from_keychain(),
        }
    }

    /// Writes both files of a new identity; the folder is made with mode 0700 if it is missing.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is a private key, else the operating system's.
    pub fn create(&self, key: &PrivateKey) -> Result<(), KeyFileError> {
        if self.store()? == Some(KeyStore::Keychain) {
            return Err(KeyFileError::InKeychain);
        }
        self.restore(key)
    }

    /// Writes both files, even if a note says that there is a key in the keychain: it may have forgotten this one.
    ///
    /// # Errors
    /// [`KeyFileError::Exists`] when there is a private key in its file, else the operating system's.
    pub fn restore(&self, key: &PrivateKey) -> Result<(), KeyFileError> {
        self.create_folder()?;
        let path = self.private_path();
        if let Err(source) = create_atomic(&path, key.to_hex().as_bytes(), 0o600) {
            return Err(match source.kind() {
                io::ErrorKind::AlreadyExists => KeyFileError::Exists { path },
                _ => KeyFileError::Io { action: "write", path, source },
            });
        }
        // A public key that is left over from a lost private one helps nobody: it is replaced.
        self.write_public(&key.public_key())
    }

    /// Makes the folder, with mode 0700, where it is missing.
    pub(crate) fn create_folder(&self) -> Result<(), KeyFileError> {
        let path = self.folder.clone();
        private_file::create_folder(&path).map_err(|source| KeyFileError::Io { action: "create", path, source })
    }

    pub(crate) fn write_public(&self, key: &PublicKey) -> Result<(), KeyFileError> {
        let path = self.public_path();
        let written = write_atomic(&path, key.to_hex().as_bytes(), 0o644);
        written.map_err(|source| KeyFileError::Io { action: "write", path, source })
    }
}

/// Reads a private key from a file that only its owner may read; `None` when there is no such file.
///
/// # Errors
/// A key that others can read, that is malformed, or that cannot be read at all.
pub fn read_key(path: PathBuf) -> Result<Option<PrivateKey>, KeyFileError> {
    match private_file::read(&path) {
        Ok(PrivateFile::Missing) => Ok(None),
        Ok(PrivateFile::Exposed(mode)) => Err(KeyFileError::Exposed { path, mode }),
        Ok(PrivateFile::Text(text)) => {
            PrivateKey::from_hex(&text).map(Some).map_err(|source| KeyFileError::Malformed { path, source })
        }
        Err(source) => Err(KeyFileError::Io { action: "read", path, source }),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;

    fn key_files() -> (tempfile::TempDir, KeyFiles) {
        let home = tempfile::tempdir().unwrap();
        let files = KeyFiles::in_home(home.path());
        (home, files)
    }

    #[test]
    fn a_new_home_has_no_key() {
        let (_home, files) = key_files();
        assert!(files.load().unwrap().is_none());
    }

    #[test]
    fn a_created_key_is_read_back() {
        let (_home, files) = key_files();
        let key = PrivateKey::generate().unwrap();
        files.create(&key).unwrap();
        assert_eq!(files.load().unwrap().unwrap().to_hex(), key.to_hex());
        assert_eq!(fs::read_to_string(files.public_path()).unwrap(), key.public_key().to_hex());
    }

    #[test]
    fn a_second_key_is_refused_and_the_first_kept() {
        let (_home, files) = key_files();
        let key = PrivateKey::generate().unwrap();
        files.create(&key).unwrap();
        let error = files.create(&PrivateKey::generate().unwrap()).unwrap_err();
        assert!(matches!(error, KeyFileError::Exists { .. }), "{error:?}");
        assert!(error.hint().is_some());
        assert_eq!(files.load().unwrap().unwrap().to_hex(), key.to_hex());
        assert_eq!(fs::read_to_string(files.public_path()).unwrap(), key.public_key().to_hex());
    }

    #[test]
    fn a_malformed_key_is_an_error_and_not_another_key() {
        let (_home, files) = key_files();
        files.create(&PrivateKey::generate().unwrap()).unwrap();
        for text in ["", "\n", "abc", "zz", &"00".repeat(32), &"ab".repeat(31), "-----BEGIN"] {
            fs::write(files.private_path(), text).unwrap();
            let error = files.load().unwrap_err();
            assert!(matches!(error, KeyFileError::Malformed { .. }), "{text:?}: {error:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn modes_are_private_and_an_exposed_key_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let (home, files) = key_files();
        files.create(&PrivateKey::generate().unwrap()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&home.path().join(".noorm")), 0o700);
        assert_eq!(mode(&files.private_path()), 0o600);
        assert_eq!(mode(&files.public_path()), 0o644);

        for exposed in [0o640, 0o604, 0o620, 0o644, 0o666] {
            fs::set_permissions(files.private_path(), fs::Permissions::from_mode(exposed)).unwrap();
            let error = files.load().unwrap_err();
            assert!(matches!(error, KeyFileError::Exposed { mode, .. } if mode == exposed));
            assert!(error.hint().unwrap().contains("chmod 600"));
        }
        // Read-only for the owner is stricter than asked for, and fine.
        fs::set_permissions(files.private_path(), fs::Permissions::from_mode(0o400)).unwrap();
        assert!(files.load().unwrap().is_some());
    }
}
