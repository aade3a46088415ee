//! The component of a project's plugin, as the lock file names it: what is read is that, or it is refused.
//!
//! Who signed it is the business of `signers`.

use std::io;
use std::path::Path;

use crate::error::PluginError;
use crate::grant;
use crate::info::PluginInfo;
use crate::inspect::{World, inspect};
use crate::install::{self, digest};
use crate::store;

/// Reads the file of a project's plugin, which has to be the one that is locked, and a component of ours.
pub(crate) fn locked(info: &PluginInfo, file: &Path) -> Result<(Vec<u8>, World), PluginError> {
    let bytes = locked_bytes(info, file)?;
    // The digest vouches for the file, not for the lock file: both may have come with a pull.
    let refuse = |reason| PluginError::Refused { file: file.to_path_buf(), reason };
    let shape = inspect(&bytes).map_err(refuse)?;
    refuse_ungranted(info, &shape.imports)?;
    Ok((bytes, shape.world))
}

/// Reads the file of a project's plugin, which has to be the one that is locked.
pub(crate) fn locked_bytes(info: &PluginInfo, file: &Path) -> Result<Vec<u8>, PluginError> {
    match read_locked(info, file) {
        // Whoever replaced it was killed between the lock file and the component.
        Err(PluginError::Digest { .. }) if read_locked(info, &store::waiting(file)).is_ok() => {
            store::settle(file)?;
            read_locked(info, file)
        }
        read => read,
    }
}

fn read_locked(info: &PluginInfo, file: &Path) -> Result<Vec<u8>, PluginError> {
    let bytes = install::read(file).map_err(|error| match error {
        PluginError::Io { source, file, .. } if source.kind() == io::ErrorKind::NotFound => {
            PluginError::Missing { name: info.name.clone(), file }
        }
        other => other,
    })?;
    let found = digest(&bytes);
    if found != info.digest {
        return Err(PluginError::Digest {
            name: info.name.clone(),
            file: file.to_path_buf(),
            locked: info.digest.clone(),
            found,
        });
    }
    Ok(bytes)
}

/// Refuses what a plugin imports and the project does not grant it.
pub(crate) fn refuse_ungranted(info: &PluginInfo, imports: &[String]) -> Result<(), PluginError> {
    let imports = grant::missing(imports, &info.grants);
    match imports.is_empty() {
        true => Ok(()),
        false => Err(PluginError::NotGranted { name: info.name.clone(), imports }),
    }
}
