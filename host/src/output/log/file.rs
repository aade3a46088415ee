//! The file of the log, which many processes write at once: each line in one piece, and in the file that is current.
//!
//! Every line is written under a lock, by name: whoever holds it may move the file away, and nobody has it open meanwhile. No
//! crate was found that rotates for many processes; those that rotate for one keep the file open.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use noorm_core::settings::Logging;

/// How long a line waits for those of others. A line takes a fraction of a millisecond; who takes longer has been stopped.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time between two attempts.
const RETRY: Duration = Duration::from_millis(2);

/// Where a project's log is.
#[derive(Debug)]
pub(super) struct LogFile {
    /// The project's folder.
    root: PathBuf,
    /// The file that is written, then older and older ones, relative to the project.
    files: Vec<String>,
    /// Size in bytes that no file exceeds, unless a single line does.
    bytes_max: u64,
    /// How long to wait for the lock.
    patience: Duration,
}

impl LogFile {
    /// Takes what the settings say. Nothing is opened or made.
    pub(super) fn new(root: &Path, logging: &Logging) -> Self {
        let files = logging.files().collect();
        Self { root: root.to_owned(), files, bytes_max: logging.bytes_max(), patience: PATIENCE }
    }

    /// Returns the name for people.
    pub(super) fn shown(&self) -> &str {
        &self.files[0]
    }

    /// Appends a line, which ends in a line feed. It is there as a whole or not at all.
    pub(super) fn append(&self, line: &[u8]) -> Result<()> {
        let path = self.root.join(&self.files[0]);
        self.make_folder(&path)?;
        let _lock = self.lock(&path)?;
        check_kind(&path)?;
        let mut file = open(&path)?;
        let mut size = file.metadata()?.len();
        if size > 0 && size.saturating_add(line.len() as u64) > self.bytes_max {
            drop(file);
            self.rotate()?;
            file = open(&path)?;
            size = 0;
        }
        file.write_all(line).inspect_err(|_| {
            // What a full disk took of the line. Nobody else has written since.
            let _ = file.set_len(size);
        })
    }

    /// Makes each file one older. The oldest is gone.
    fn rotate(&self) -> Result<()> {
        let paths: Vec<PathBuf> = self.files.iter().map(|file| self.root.join(file)).collect();
        for pair in paths.windows(2).rev() {
            missing_is_fine(fs::rename(&pair[0], &pair[1]))?;
        }
        // It is still there when it is the only one.
        missing_is_fine(fs::remove_file(&paths[0]))
    }

    /// Makes the folder, which links must not lead out of the project.
    fn make_folder(&self, path: &Path) -> Result<()> {
        let folder = path.parent().unwrap_or(&self.root);
        let real = folder.ancestors().find_map(|folder| folder.canonicalize().ok());
        if !real.is_some_and(|real| self.root.canonicalize().is_ok_and(|root| real.starts_with(root))) {
            return Err(Error::new(ErrorKind::InvalidInput, "a link leads out of the project"));
        }
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)
    }

    /// Takes the lock, which is given back when it is dropped, or the process ends. Its file stays: two processes would else
    /// hold locks on two files of one name.
    fn lock(&self, path: &Path) -> Result<File> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        check_kind(Path::new(&name))?;
        let file = open(Path::new(&name))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= self.patience => {
                    return Err(Error::new(ErrorKind::TimedOut, "another process keeps its lock"));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(RETRY),
            }
        }
    }
}

/// Opens a file that only its owner reads, to append to it.
fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A link may lead anywhere, and opening a pipe waits for whoever reads it.
fn check_kind(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err(Error::new(ErrorKind::InvalidInput, "it is not a regular file")),
        Ok(_) => Ok(()),
        Err(error) => missing_is_fine(Err(error)),
    }
}

fn missing_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(root: &Path, max_size: &str, max_files: u64) -> LogFile {
        let (file, max_size) = ("logs/x.log".to_owned(), max_size.to_owned());
        LogFile::new(root, &Logging { file, max_size, max_files, ..Logging::default() })
    }

    fn read(root: &Path, name: &str) -> Option<String> {
        fs::read_to_string(root.join("logs").join(name)).ok()
    }

    #[test]
    fn a_file_that_is_full_becomes_older_and_the_oldest_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = log(folder.path(), "10b", 3);
        for line in ["1234\n", "5678\n", "9\n", "a line that is longer than a file\n", "b\n"] {
            log.append(line.as_bytes()).expect("it can be written");
        }
        assert_eq!(read(folder.path(), "x.log").as_deref(), Some("b\n"));
        assert_eq!(read(folder.path(), "x.log.1").as_deref(), Some("a line that is longer than a file\n"));
        assert_eq!(read(folder.path(), "x.log.2").as_deref(), Some("9\n"));
        assert_eq!(read(folder.path(), "x.log.3"), None);
    }

    #[test]
    fn a_single_file_begins_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = log(folder.path(), "5b", 1);
        log.append(b"1234\n").expect("it can be written");
        log.append(b"5678\n").expect("it can be written");
        assert_eq!(read(folder.path(), "x.log").as_deref(), Some("5678\n"));
        assert_eq!(read(folder.path(), "x.log.1"), None);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_links_or_pipes() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().expect("a folder");
        let folder = tempfile::tempdir().expect("a folder");
        let log = log(folder.path(), "1kb", 2);
        symlink(outside.path(), folder.path().join("logs")).expect("a link");
        let refused = |part: &str| {
            let error = log.append(b"x\n").expect_err("a link").to_string();
            assert!(error.contains(part), "{error}");
        };
        refused("leads out of the project");
        fs::remove_file(folder.path().join("logs")).expect("it is a link");
        fs::create_dir(folder.path().join("logs")).expect("a folder");
        symlink(outside.path().join("y"), folder.path().join("logs/x.log")).expect("a link");
        refused("not a regular file");
        assert_eq!(fs::read_dir(outside.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn who_keeps_the_lock_is_not_waited_for_without_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = LogFile { patience: Duration::from_millis(10), ..log(folder.path(), "1kb", 2) };
        log.append(b"x\n").expect("it can be written");
        let lock = log.lock(&folder.path().join("logs/x.log")).expect("nobody has it");
        assert_eq!(log.append(b"x\n").expect_err("somebody has it").kind(), ErrorKind::TimedOut);
        drop(lock);
        log.append(b"x\n").expect("it can be written");
        assert_eq!(read(folder.path(), "x.log").as_deref(), Some("x\nx\n"));
    }
}
