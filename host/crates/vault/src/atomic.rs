//! Files that are written whole: temporary file beside the target, fsync, rename, fsync of the folder.
//!
//! POSIX promises that `rename` replaces a file in one step, so a reader, a crash or a full disk
//! sees the old contents or the new ones and never a mixture. The fsyncs make that hold across a
//! power cut as well: contents first, name second.
//!
//! It does not lock: two writers do not damage a file, but the later one wins. It does not create
//! folders. A target that is a symbolic link is replaced, not followed. A process that is killed
//! in the middle leaves its temporary file behind (`.noorm-….tmp`, with the mode of the target).

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes `bytes` to `path`, replacing what is there, with exactly the permission bits `mode`.
///
/// # Errors
/// The operating system's; the old file is then untouched and the temporary file is gone.
pub fn write_atomic(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    draft(path, bytes, mode)?.persist(path)?;
    sync_folder(path)
}

/// Writes `bytes` to `path` only if nothing is there, with exactly the permission bits `mode`.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if something is there, else the operating system's.
pub fn create_atomic(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    draft(path, bytes, mode)?.persist_noclobber(path)?;
    sync_folder(path)
}

/// Writes a temporary file in the target's folder: `rename` works within one file system. It disappears with this value
/// unless it was renamed.
fn draft(target: &Path, bytes: &[u8], mode: u32) -> io::Result<NamedTempFile> {
    if target.file_name().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"));
    }
    let mut builder = tempfile::Builder::new();
    let mut draft = builder.prefix(".noorm-").suffix(".tmp").make_in(folder_of(target), |path| open_new(path, mode))?;
    // The mode at creation is cut by the umask; `identity.pub` should be 0644 all the same.
    set_mode(draft.as_file(), mode)?;
    draft.as_file_mut().write_all(bytes)?;
    draft.as_file().sync_all()?;
    Ok(draft)
}

/// Opens a file that is not there. It is private from its first moment on: there is no instant at which others could open it.
fn open_new(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Makes the new name itself durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// Other systems do not open folders as files; their `rename` is as durable as they make it.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_the_whole_file_and_leaves_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_atomic(&path, b"a longer first version", 0o600).unwrap();
        write_atomic(&path, b"second", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn creating_never_replaces() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        create_atomic(&path, b"first", 0o600).unwrap();
        let error = create_atomic(&path, b"second", 0o600).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["file"]);
    }

    #[test]
    fn a_failed_rename_leaves_the_target_and_no_draft() {
        let folder = tempfile::tempdir().unwrap();
        // A folder cannot be replaced by a file: the last step fails, as it would on a bad disk.
        let path = folder.path().join("taken");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("kept"), b"kept").unwrap();
        write_atomic(&path, b"new", 0o600).unwrap_err();
        assert_eq!(names(folder.path()), ["taken"]);
        assert_eq!(fs::read(path.join("kept")).unwrap(), b"kept");
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_is_exact() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for mode in [0o600, 0o644, 0o640] {
            let path = folder.path().join(format!("{mode:o}"));
            write_atomic(&path, b"x", mode).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
        }
    }
}
