//! Reading files that nobody but their owner may read: the private key, a kept machine id.
//!
//! It refuses instead of repairing: a file that was readable for a while may have been read, and
//! whether that matters is for its owner to judge.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

/// More than any file read here has; a device or a log in its place must not fill the memory.
const PRIVATE_FILE_BYTES_MAX: u64 = 4096;

/// What reading a private file found.
pub(crate) enum PrivateFile {
    /// Nothing is there.
    Missing,
    /// Others may read or write it; the permission bits.
    Exposed(u32),
    /// Its text, in memory that is wiped.
    Text(Zeroizing<String>),
}

/// Reads a small private file, checking the permissions of what was opened and not of a name.
pub(crate) fn read(path: &Path) -> io::Result<PrivateFile> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(PrivateFile::Missing),
        Err(error) => return Err(error),
    };
    let mode = mode(&file.metadata()?);
    if mode & 0o077 != 0 {
        return Ok(PrivateFile::Exposed(mode));
    }
    let mut text = Zeroizing::new(String::with_capacity(256));
    file.take(PRIVATE_FILE_BYTES_MAX).read_to_string(&mut text)?;
    Ok(PrivateFile::Text(text))
}

/// Creates a folder of mode 0700 with its parents; an existing one keeps its mode.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
pub(crate) fn mode(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o777
}

/// Systems without permission bits protect a home folder by its access list.
#[cfg(not(unix))]
pub(crate) fn mode(_metadata: &fs::Metadata) -> u32 {
    0o600
}
