//! Files that are written whole: temporary file beside the target, fsync, rename, fsync of the folder.
//!
//! POSIX promises that `rename` replaces a file in one step, so a reader, a crash or a full disk
//! sees the old contents or the new ones and never a mixture. The fsyncs make that hold across a
//! power cut as well: contents first, name second.
//!
//! It does not lock: two writers do not damage a file, but the later one wins. It does not create
//! folders. A target that is a symbolic link is replaced, not followed. A process that is killed
//! in the middle leaves its temporary file behind (`.name.….tmp`, with the mode of the target).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`, replacing what is there, with exactly the permission bits `mode`.
///
/// # Errors
/// The operating system's; the old file is then untouched and the temporary file is gone.
pub fn write_atomic(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let draft = Draft::write(path, bytes, mode)?;
    fs::rename(&draft.path, path)?;
    sync_folder(path)
}

/// Writes `bytes` to `path` only if nothing is there, with exactly the permission bits `mode`.
///
/// A hard link is what makes "only if nothing is there" atomic: `rename` would replace.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if something is there, else the operating system's.
pub fn create_atomic(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let draft = Draft::write(path, bytes, mode)?;
    fs::hard_link(&draft.path, path)?;
    drop(draft);
    sync_folder(path)
}

/// A temporary file that disappears with this value unless it was renamed.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn write(target: &Path, bytes: &[u8], mode: u32) -> io::Result<Self> {
        let (draft, mut file) = Self::open(target, mode)?;
        // The mode at creation is cut by the umask; `identity.pub` should be 0644 all the same.
        set_mode(&file, mode)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(draft)
    }

    /// Opens a file that did not exist, in the target's folder: `rename` works within one file system.
    fn open(target: &Path, mode: u32) -> io::Result<(Self, File)> {
        let name =
            target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
        let mut random = [0u8; 8];
        getrandom::fill(&mut random).map_err(|cause| io::Error::other(cause.to_string()))?;
        let mut draft_name = std::ffi::OsString::from(".");
        draft_name.push(name);
        draft_name.push(format!(".{}.tmp", hex::encode(random)));
        let path = target.with_file_name(draft_name);

        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // Private from its first moment on: there is no instant at which others could open it.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let file = options.open(&path)?;
        Ok((Self { path }, file))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a successful rename there is nothing to remove, and after a failure there is
        // nothing better to do than to try.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Makes the new name itself durable.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Other systems do not open folders as files; their `rename` is as durable as they make it.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
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

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_of_the_write() {
        // `/dev/full` cannot be the target of a rename, so the write alone is exercised here.
        let mut full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let error = full.write_all(b"x").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
