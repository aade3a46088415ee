//! The store of `.noorm/state.enc`: reads it, and replaces it whole, under a lock, or not at all.
//!
//! The rule behind every function here: **a file that this program cannot open is never
//! rewritten.** A write first opens what is there with its own key; a wrong key, damage or a newer
//! version ends it before anything changed. What was there before stays as `state.enc.bak`, one
//! generation. Reading never writes, and a change that changes nothing does not either.
//!
//! It does not create `.noorm`: a store in a folder that is no project would be lost to its user.
//! It does not cache: two commands at once should see each other's changes.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::atomic::write_atomic;
use crate::lock::{self, FileLock};
use crate::migration;
use crate::payload::EncryptedPayload;
use crate::seal::{SealError, SealKey, open, seal};
use crate::state::{STATE_VERSION, State};

/// How long a writer waits for another one.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Far more than a real state has; something else must not fill the memory.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Room for the JSON of a usual state; a larger one is written all the same.
const PLAINTEXT_BYTES: usize = 256 * 1024;

/// Owner only, for the state, its backup and its lock.
const MODE: u32 = 0o600;

/// Why the state could not be read or written. In each case the file is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened: wrong key, damage, newer format; the source says which.
    #[error("cannot open `{}`", path.display())]
    Sealed {
        /// The state file.
        path: PathBuf,
        /// Why.
        #[source]
        source: SealError,
    },
    /// It could not be sealed.
    #[error("cannot seal `{}`", path.display())]
    Seal {
        /// The state file.
        path: PathBuf,
        /// Why.
        #[source]
        source: SealError,
    },
    /// It opened, and its contents are no state.
    ///
    /// The parser's own words are left out on purpose: they quote the contents.
    #[error("the contents of `{}` are not a state (column {column})", path.display())]
    Contents {
        /// The state file.
        path: PathBuf,
        /// Where in the plaintext, which is one line.
        column: usize,
    },
    /// A newer noorm wrote its contents.
    #[error("`{}` was written by noorm {found}; this is {STATE_VERSION}", path.display())]
    NewerState {
        /// The state file.
        path: PathBuf,
        /// The version of the noorm that wrote it.
        found: String,
    },
    /// Much larger than a state can be.
    #[error("`{}` has more than {FILE_BYTES_MAX} bytes", path.display())]
    TooLarge {
        /// The state file.
        path: PathBuf,
    },
    /// Another process was writing all the time.
    #[error("another process kept `{}` locked for {} s", path.display(), waited.as_secs_f32())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// How long this one waited.
        waited: Duration,
    },
    /// The folder of the state does not exist.
    #[error("the folder `{}` does not exist", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The user may not read or write it.
    #[error("no permission to {action} `{}`", path.display())]
    Permission {
        /// "read", "write", "back up" or "lock".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The operating system refused for another reason, such as a full disk.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// "read", "write", "back up" or "lock".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl StoreError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Sealed { source, .. } | Self::Seal { source, .. } => source.hint().map(Into::into),
            Self::Contents { .. } => Some("restore it from `state.enc.bak` beside it; noorm has not changed it".into()),
            Self::NewerState { found, .. } => {
                Some(format!("update noorm to {found} or later; the file was left as it is"))
            }
            Self::TooLarge { path } => Some(format!("this cannot be a state; look at what wrote `{}`", path.display())),
            Self::Locked { .. } => Some("wait for the other noorm to end, and try again".into()),
            Self::NoFolder { .. } => Some("run `noorm init` first".into()),
            Self::Permission { path, .. } => {
                Some(format!("check who owns `{}` and its folder, and their modes", path.display()))
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some disk space; the state is as it was before".into())
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::ReadOnlyFilesystem => {
                Some("the file system is mounted read-only; the state is as it was before".into())
            }
            Self::Io { .. } => None,
        }
    }

    /// Returns why sealing or opening failed, if that is what failed.
    #[must_use]
    pub fn seal_error(&self) -> Option<&SealError> {
        match self {
            Self::Sealed { source, .. } | Self::Seal { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// A state file and the key that it is sealed with.
#[derive(Clone, Debug)]
pub struct StateStore {
    path: PathBuf,
    key: SealKey,
    /// Keys that may have sealed it before a rotation; nothing is sealed with them.
    former: Vec<SealKey>,
    lock_wait: Duration,
}

/// What a state file held when it was read.
struct Current {
    /// The bytes of the file, for the backup.
    file: Vec<u8>,
    /// The opened contents, for sealing them anew as they are.
    plaintext: Zeroizing<Vec<u8>>,
    state: State,
    /// Whether the next write has to change the key, even if it changes nothing else.
    by_former: bool,
}

impl StateStore {
    /// Uses the state at `path`, usually `.noorm/state.enc` of a project. Nothing is touched yet.
    pub fn new(path: impl Into<PathBuf>, key: SealKey) -> Self {
        Self { path: path.into(), key, former: Vec::new(), lock_wait: LOCK_WAIT }
    }

    /// Opens a state that one of these keys sealed as well; the next write seals it with the current one.
    #[must_use]
    pub fn with_former(mut self, keys: Vec<SealKey>) -> Self {
        self.former = keys;
        self
    }

    /// Returns the path of the state.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the state; `None` when there is no file.
    ///
    /// # Errors
    /// A file that cannot be read or opened.
    pub fn load(&self) -> Result<Option<State>, StoreError> {
        Ok(self.read()?.map(|current| current.state))
    }

    /// Replaces the whole state. Use [`StateStore::update`] to change a part of it: whatever
    /// another process wrote since `state` was loaded is lost here.
    ///
    /// # Errors
    /// Any [`StoreError`], among them those of opening the file that is there.
    pub fn save(&self, state: &State) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        let current = self.read()?;
        self.write(state, current.as_ref())
    }

    /// Reads the state, lets `change` change it, and writes it, all under the lock.
    ///
    /// Where there is no file, `change` gets an empty state. When it returns an error, or leaves the
    /// state as it was, nothing is written.
    ///
    /// # Errors
    /// The error of `change`, or any [`StoreError`].
    pub fn update<T, E: From<StoreError>>(&self, change: impl FnOnce(&mut State) -> Result<T, E>) -> Result<T, E> {
        let _lock = self.lock()?;
        let current = self.read()?;
        let mut state = current.as_ref().map(|current| current.state.clone()).unwrap_or_default();
        let result = change(&mut state)?;
        self.write(&state, current.as_ref())?;
        Ok(result)
    }

    /// Seals the state with another key (a new passphrase, a new identity) and returns its store.
    ///
    /// So is the backup: one that the old key opens would let a passphrase protect nothing.
    ///
    /// # Errors
    /// Any [`StoreError`]; the state is then still sealed with the old key.
    pub fn reseal(&self, key: SealKey) -> Result<Self, StoreError> {
        let _lock = self.lock()?;
        if let Some(current) = self.read()? {
            // Until the state is written the backup is the old file: whenever the disk gives up, one of them is whole.
            let file = self.replace(&current.plaintext, Some(&current.file), &key)?;
            let path = self.beside("bak");
            write_atomic(&path, file.as_bytes(), MODE).map_err(|error| io_error("back up", &path, error))?;
        }
        Ok(Self { key, ..self.clone() })
    }

    fn read(&self) -> Result<Option<Current>, StoreError> {
        let Some(file) = self.read_file()? else {
            return Ok(None);
        };
        let (plaintext, by_former) = EncryptedPayload::parse(&file)
            .and_then(|payload| self.open(&payload))
            .map_err(|source| StoreError::Sealed { path: self.path.clone(), source })?;
        let state = contents(&plaintext)
            .map_err(|error| StoreError::Contents { path: self.path.clone(), column: error.column() })?;
        if state.is_newer() {
            return Err(self.newer(&state));
        }
        Ok(Some(Current { file, plaintext, state, by_former }))
    }

    /// Opens with the current key, or with the former one that sealed it; says whether it was a former one.
    fn open(&self, payload: &EncryptedPayload) -> Result<(Zeroizing<Vec<u8>>, bool), SealError> {
        match open(payload, &self.key) {
            Err(SealError::WrongIdentity) => {}
            opened => return opened.map(|plaintext| (plaintext, false)),
        }
        for key in &self.former {
            match open(payload, key) {
                Err(SealError::WrongIdentity) => {}
                opened => return opened.map(|plaintext| (plaintext, true)),
            }
        }
        Err(SealError::WrongIdentity)
    }

    fn read_file(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("read", &self.path, error)),
        };
        let mut bytes = Vec::new();
        file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| io_error("read", &self.path, error))?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(StoreError::TooLarge { path: self.path.clone() });
        }
        Ok(Some(bytes))
    }

    /// Writes the state if it differs from what is there, marked with this program's version.
    fn write(&self, state: &State, current: Option<&Current>) -> Result<(), StoreError> {
        if state.is_newer() {
            return Err(self.newer(state));
        }
        let unchanged = current.is_some_and(|current| current.state == *state && !current.by_former);
        if unchanged {
            return Ok(());
        }
        let plaintext = plaintext(&state.stamped());
        self.replace(&plaintext, current.map(|current| &*current.file), &self.key).map(drop)
    }

    /// Writes backup and state, in this order: whenever the disk gives up, one of them is whole.
    fn replace(&self, plaintext: &[u8], backup: Option<&[u8]>, key: &SealKey) -> Result<String, StoreError> {
        let file =
            seal(plaintext, key).map_err(|source| StoreError::Seal { path: self.path.clone(), source })?.to_text();
        if let Some(old) = backup {
            let path = self.beside("bak");
            write_atomic(&path, old, MODE).map_err(|error| io_error("back up", &path, error))?;
        }
        write_atomic(&self.path, file.as_bytes(), MODE).map_err(|error| io_error("write", &self.path, error))?;
        Ok(file)
    }

    fn newer(&self, state: &State) -> StoreError {
        StoreError::NewerState { path: self.path.clone(), found: state.version.clone() }
    }

    fn lock(&self) -> Result<FileLock, StoreError> {
        let path = self.beside("lock");
        match lock::acquire(&path, self.lock_wait) {
            Ok(Some(lock)) => Ok(lock),
            Ok(None) => Err(StoreError::Locked { path, waited: self.lock_wait }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = self.path.parent().unwrap_or(Path::new("."));
                Err(StoreError::NoFolder { path: folder.to_path_buf() })
            }
            Err(error) => Err(io_error("lock", &path, error)),
        }
    }

    /// Returns the state's path with another ending after its name: `state.enc.bak`.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".");
        path.push(ending);
        path.into()
    }
}

/// All that is read of a state before it is known how to read it.
#[derive(Deserialize)]
struct Versioned {
    version: String,
}

/// Reads what was sealed, and migrates what an older noorm sealed. Only then is there a copy that is not wiped.
fn contents(plaintext: &[u8]) -> Result<State, serde_json::Error> {
    let Versioned { version } = serde_json::from_slice(plaintext)?;
    if !migration::is_needed(&version) {
        return serde_json::from_slice(plaintext);
    }
    let mut state = serde_json::from_slice(plaintext)?;
    migration::migrate(&mut state);
    serde_json::from_value(state.into())
}

/// Returns the JSON that is sealed.
fn plaintext(state: &State) -> Zeroizing<Vec<u8>> {
    // One allocation that is wiped: growing would leave copies of the secrets behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(PLAINTEXT_BYTES));
    serde_json::to_writer(&mut *bytes, state).expect("a state has only string keys");
    bytes
}

fn io_error(action: &'static str, path: &Path, source: io::Error) -> StoreError {
    let path = path.to_path_buf();
    match source.kind() {
        io::ErrorKind::PermissionDenied => StoreError::Permission { action, path, source },
        _ => StoreError::Io { action, path, source },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
