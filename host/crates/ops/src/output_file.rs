//! Files that a user asks for by name: written whole or not at all.

use std::io;
use std::path::Path;

/// Writes a file, and the folders above it where they are missing.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    noorm_vault::atomic::write_atomic(path, text.as_bytes(), 0o644)
}
