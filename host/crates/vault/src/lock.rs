//! The lock that keeps concurrent writers of a state apart: an advisory lock on a file beside it.
//!
//! The operating system drops the lock when its holder ends, however it ends, so there is no stale
//! lock to clean up. The lock file itself stays: removing it would let a third process lock a new
//! file of the same name while a second still holds the old one. Readers take no lock, because a
//! state is replaced in one step.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Time between two attempts.
const RETRY: Duration = Duration::from_millis(10);

/// Held until it is dropped.
pub(crate) struct FileLock {
    // Closing the file unlocks it; the field is only ever dropped.
    _file: File,
}

/// Takes the lock, waiting at most `wait`; `None` when another holder kept it all that time.
pub(crate) fn acquire(path: &Path, wait: Duration) -> io::Result<Option<FileLock>> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(FileLock { _file: file })),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if start.elapsed() >= wait => return Ok(None),
            Err(TryLockError::WouldBlock) => thread::sleep(RETRY),
        }
    }
}
