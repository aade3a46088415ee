//! Reads and writes files that others may have had their hands on: those of a project that was cloned, or of a cache that
//! several share.
//!
//! What is read is a regular file of a bounded size: a named pipe would keep noorm waiting, and a device would fill its
//! memory. What is written is there whole or as it was before. It knows nothing of what is in the files.

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Reads a regular file that has at most so many bytes. A larger one is an error of the kind
/// [`FileTooLarge`](ErrorKind::FileTooLarge), which says the bound.
pub fn read_bounded(file: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    // Looked at before it is opened: opening a pipe waits for somebody who writes into it.
    let metadata = fs::metadata(file)?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(bytes_max)).unwrap_or_default());
    // What a file has is more than it said, if it grows or is one of the kernel's own.
    File::open(file)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {bytes_max} bytes")));
    }
    Ok(bytes)
}

/// Writes a file, and its folder, so that it is there whole or as it was before, even if the power is cut.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(file);
    fs::create_dir_all(folder)?;
    let draft = Draft::write(file, bytes, 0o666)?;
    draft.file.sync_all()?;
    fs::rename(&draft.path, file)?;
    sync_folder(folder)
}

/// Writes a file that only its owner reads, and that can be made again: a power cut may leave it damaged.
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = Draft::write(file, bytes, 0o600)?;
    fs::rename(&draft.path, file)
}

/// A file beside its place, which disappears with this value unless it was moved there.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    fn write(target: &Path, bytes: &[u8], mode: u32) -> io::Result<Self> {
        // Without the target's name, which may be as long as a name can be.
        let name = format!(".noorm-{:016x}.tmp", RandomState::new().hash_one(std::process::id()));
        let mut draft = Self::open(target.with_file_name(name), mode)?;
        draft.file.write_all(bytes)?;
        Ok(draft)
    }

    fn open(path: PathBuf, mode: u32) -> io::Result<Self> {
        let mut options = File::options();
        // What is there already is somebody else's, and may be a link to a file of the user's: nobody writes through it.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let file = options.open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // There is nothing to remove once it was moved. Otherwise the error that counts is the first one.
        let _ = fs::remove_file(&self.path);
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Makes the new name itself durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems do not open folders as files; their `rename` is as durable as they make it.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn names(folder: &Path) -> Vec<OsString> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_read_has_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "12345").unwrap();
        assert_eq!(read_bounded(&file, 5).unwrap(), b"12345");
        let error = read_bounded(&file, 4).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::FileTooLarge, "it has more than 4 bytes"));
        assert_eq!(read_bounded(&folder.path().join("none"), 5).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(read_bounded(folder.path(), 5).unwrap_err().to_string(), "it is no regular file");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for file in [pipe, link] {
            assert_eq!(read_bounded(&file, 5).unwrap_err().to_string(), "it is no regular file");
        }
    }

    #[test]
    fn files_are_replaced_whole_and_leave_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        for write in [write_whole, write_private] {
            let longest = folder.path().join("x".repeat(255));
            write(&longest, b"x").unwrap();
            fs::remove_file(longest).unwrap();
            let file = folder.path().join("file");
            write(&file, b"a longer first version").unwrap();
            write(&file, b"second").unwrap();
            assert_eq!(fs::read(&file).unwrap(), b"second");
            // A folder cannot be replaced by a file: the last step fails, as it would on a bad disk.
            let taken = folder.path().join("taken/inner");
            fs::create_dir_all(&taken).unwrap();
            write(&folder.path().join("taken"), b"new").unwrap_err();
            assert_eq!(names(folder.path()), ["file", "taken"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_that_somebody_put_there_are_not_followed() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (project, theirs) = (folder.path().join("project"), folder.path().join("theirs"));
        fs::create_dir(&project).unwrap();
        fs::write(&theirs, "untouched").unwrap();
        let (file, former) = (project.join("plugins.lock"), project.join(".plugins.lock.4096.tmp"));
        for link in [&file, &former] {
            symlink(&theirs, link).unwrap();
        }
        let taken = Draft::open(former.clone(), 0o666).map(|_| ()).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
        assert!(former.is_symlink(), "it is not noorm's to remove");
        for write in [write_whole, write_private] {
            write(&file, b"new").unwrap();
            assert!(!file.is_symlink());
            assert_eq!(fs::read(&theirs).unwrap(), b"untouched");
        }
        let names: std::collections::BTreeSet<_> =
            (0..64).map(|_| Draft::write(&file, b"", 0o600).unwrap().path.clone()).collect();
        assert_eq!(names.len(), 64, "a name that can be foretold could be kept from being used");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_private_is_its_owner_s() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        write_private(&file, b"x").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
