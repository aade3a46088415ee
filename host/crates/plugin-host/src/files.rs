//! Reads and writes files that others may have had their hands on: those of a project that was cloned, or of a cache that
//! several share.
//!
//! What is read is a regular file of a bounded size: a named pipe would keep noorm waiting, and a device would fill its
//! memory. What is written is there whole or as it was before. It knows nothing of what is in the files.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Reads a regular file that has at most so many bytes. A larger one is an error of the kind
/// [`FileTooLarge`](ErrorKind::FileTooLarge), which says the bound.
pub fn read_bounded(file: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    // Looked at before it is opened: opening a pipe waits for somebody who writes into it.
    let metadata = fs::metadata(file)?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
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
    fs::create_dir_all(folder_of(file))?;
    let draft = draft(file, bytes, 0o666)?;
    draft.as_file().sync_all()?;
    draft.persist(file)?;
    sync_folder(folder_of(file))
}

/// Writes a file that only its owner reads, and that can be made again: a power cut may leave it damaged.
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    draft(file, bytes, 0o600)?.persist(file)?;
    Ok(())
}

/// Writes a file beside the target's place, which disappears with this value unless it is moved there. Its name is without
/// that of the target, which may be as long as a name can be.
fn draft(target: &Path, bytes: &[u8], mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let mut draft = builder.prefix(".noorm-").suffix(".tmp").make_in(folder_of(target), |path| open_new(path, mode))?;
    draft.as_file_mut().write_all(bytes)?;
    Ok(draft)
}

/// Opens a file that is not there. What is there already may be a link to a file of the user's: nobody writes through it.
fn open_new(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)
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
        assert_eq!(read_bounded(folder.path(), 5).unwrap_err().to_string(), "it is not a regular file");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_and_devices_are_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for file in [pipe, link] {
            assert_eq!(read_bounded(&file, 5).unwrap_err().to_string(), "it is not a regular file");
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
        let file = project.join("plugins.lock");
        symlink(&theirs, &file).unwrap();
        for write in [write_whole, write_private] {
            write(&file, b"new").unwrap();
            assert!(!file.is_symlink());
            assert_eq!(fs::read(&theirs).unwrap(), b"untouched");
        }
        let taken = project.join(".noorm-taken.tmp");
        symlink(&theirs, &taken).unwrap();
        assert_eq!(open_new(&taken, 0o600).unwrap_err().kind(), ErrorKind::AlreadyExists);
    }

    #[test]
    fn errors_are_the_systems_own() {
        let error = write_private(Path::new("/nowhere/file"), b"x").unwrap_err();
        assert!(error.raw_os_error().is_some() && !error.to_string().contains(".noorm-"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_private_is_its_owner_s() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        write_private(&file, b"x").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        // What is for everybody is as open as the user's umask lets new files be.
        let usual = folder.path().join("usual");
        fs::write(&usual, "x").unwrap();
        write_whole(&file, b"x").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions(), fs::metadata(&usual).unwrap().permissions());
    }
}
