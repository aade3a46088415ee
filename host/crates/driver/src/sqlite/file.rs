//! A database's file as a whole: making it and removing it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::connect::{connect, refused, unusable};
use crate::error::ConnectError;
use crate::target::Target;

/// What SQLite writes beside a database (sqlite.org/tempfiles.html).
const BESIDE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Makes an empty database; `false` when the file is there.
pub(crate) fn create(target: &Target) -> Result<bool, ConnectError> {
    let path = file(target)?;
    if path.exists() {
        // What is there has to be a database all the same.
        connect(&Target { create: false, ..target.clone() })?;
        return Ok(false);
    }
    connect(&Target { create: true, ..target.clone() })?;
    Ok(true)
}

/// Removes the file and what SQLite wrote beside it; `false` when there is none. A file that is no database, or that
/// somebody uses, is left as it is. Of a link, what it leads to is removed too.
pub(crate) fn remove(target: &Target) -> Result<bool, ConnectError> {
    let named = file(target)?;
    if !named.exists() {
        return Ok(false);
    }
    let fail = |error: io::Error| {
        unusable(named, &format!("it cannot be removed: {error}"), "check the permissions of its folder")
    };
    // SQLite follows links, and what it writes is beside the file itself.
    let path = &fs::canonicalize(named).map_err(fail)?;
    remove_real(path, target)?;
    if fs::symlink_metadata(named).is_ok_and(|found| found.is_symlink()) {
        fs::remove_file(named).map_err(fail)?;
    }
    Ok(true)
}

fn remove_real(path: &Path, target: &Target) -> Result<(), ConnectError> {
    // Reads its header, which tells what is no database.
    drop(connect(&Target { create: false, ..target.clone() })?);
    let fail = |error: rusqlite::Error| refused(path, &error);
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(fail)?;
    let alone = connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(fail)?;
    // While nobody else can begin to read it.
    let removed = remove_files(path);
    drop(alone);
    removed.map_err(|error| {
        unusable(path, &format!("it cannot be removed: {error}"), "check the permissions of its folder")
    })?;
    drop(connection);
    // What closing it wrote.
    remove_beside(path).map_err(|error| unusable(path, &error.to_string(), "check the permissions of its folder"))
}

fn file(target: &Target) -> Result<&Path, ConnectError> {
    let missing = || ConnectError::MissingField { driver: target.driver.clone(), field: "filename" };
    target.filename.as_deref().ok_or_else(missing)
}

fn remove_files(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    remove_beside(path)
}

fn remove_beside(path: &Path) -> io::Result<()> {
    for end in BESIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
