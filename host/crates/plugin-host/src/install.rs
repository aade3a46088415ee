//! Adding a plugin to a project: `noorm plugin add`.
//!
//! Everything that can be refused is refused here, before a byte is written: a file that is installed can
//! be loaded and has said who it is.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use crate::describe::describe;
use crate::engine::Runtime;
use crate::error::{PluginError, Refusal};
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::{componentize, inspect};
use crate::limits::Limits;
use crate::lock_file::{LockFile, Locked, component_path, write_whole};
use crate::plugin::Plugin;

/// Bytes of a component; one with a whole language runtime inside has some twenty million.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Checks a file, copies it into the project, locks it, and returns the plugin's name.
pub(crate) fn install(
    project: &Path,
    file: &Path,
    runtime: &Arc<Runtime>,
    limits: Limits,
) -> Result<String, PluginError> {
    let bytes = read(file)?;
    let refuse = |reason| PluginError::Refused { file: file.to_path_buf(), reason };
    let component = componentize(&bytes).map_err(refuse)?;
    let locked = examine(file, &component, runtime, limits)?;
    let mut lock = LockFile::read(project)?;
    refuse_second_claim(&lock, &locked)?;
    // The component first: a lock entry without its file would stop the project.
    write_whole(&component_path(project, &locked.name), &component)?;
    let name = locked.name.clone();
    lock.put(locked);
    lock.write(project)?;
    Ok(name)
}

/// Reads a plugin's file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, PluginError> {
    let failed = |source| PluginError::Io { action: "read", file: file.to_path_buf(), source };
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(failed)?;
    opened.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let reason = Refusal::Invalid { reason: format!("larger than {FILE_BYTES_MAX} bytes") };
        return Err(PluginError::Refused { file: file.to_path_buf(), reason });
    }
    Ok(bytes)
}

/// Returns a component's digest.
pub(crate) fn digest(component: &[u8]) -> String {
    Sha256::digest(component).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Learns what the lock file has to say about a component.
fn examine(file: &Path, component: &[u8], runtime: &Arc<Runtime>, limits: Limits) -> Result<Locked, PluginError> {
    let refuse = |reason| PluginError::Refused { file: file.to_path_buf(), reason };
    let shape = inspect(component).map_err(refuse)?;
    let kind = shape.world.kind();
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // Who it is, as far as anybody knows before it was asked.
    let stranger = PluginInfo {
        name: file_name.clone(),
        kind,
        version: "(not yet described)".to_owned(),
        summary: String::new(),
        digest: digest(component),
        interface: shape.interface,
        imports: shape.imports,
        source: PluginSource::Project,
        provides: Vec::new(),
        driver: None,
        size_bytes: component.len() as u64,
    };
    let invalid = |error: wasmtime::Error| refuse(Refusal::Invalid { reason: format!("{error:#}") });
    let compiled = Component::from_binary(runtime.engine(), component).map_err(invalid)?;
    let (plugin, exports) =
        Plugin::link(stranger, limits, Arc::clone(runtime), &compiled, shape.world).map_err(invalid)?;
    let description = describe(&plugin, &exports)?.check(kind.as_str()).map_err(refuse)?;
    let stranger = plugin.info();
    Ok(Locked {
        name: description.name,
        version: description.version,
        kind: kind.as_str().to_owned(),
        summary: description.summary,
        digest: stranger.digest.clone(),
        size_bytes: stranger.size_bytes,
        interface: stranger.interface.clone(),
        imports: stranger.imports.clone(),
        provides: description.provides,
        driver: description.driver,
        file: file_name,
    })
}

/// Refuses a name that another plugin of the project serves.
fn refuse_second_claim(lock: &LockFile, new: &Locked) -> Result<(), PluginError> {
    let others = lock.plugins().iter().filter(|old| old.name != new.name && old.kind == new.kind);
    for old in others {
        if let Some(name) = new.provides.iter().find(|name| old.provides.contains(name)) {
            return Err(PluginError::Conflict {
                name: name.clone(),
                first: old.name.clone(),
                second: new.name.clone(),
            });
        }
    }
    Ok(())
}
