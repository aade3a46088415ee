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

use crate::check::plain;
use crate::describe::describe;
use crate::engine::Runtime;
use crate::error::{PluginError, Refusal};
use crate::grant;
use crate::host::{Candidate, Installation};
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::{PluginKind, componentize, inspect};
use crate::limits::Limits;
use crate::lock_file::{LockFile, Locked};
use crate::plugin::Plugin;
use crate::stack::Composition;
use crate::store::Store;

/// Bytes of a component; one with a whole language runtime inside has some twenty million.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Writes a candidate's component to where the project's are, and locks it. `compositions` are those that the plugin is a
/// layer of.
pub(crate) fn install(
    store: Store<'_>,
    candidate: &Candidate,
    how: &Installation,
    compositions: Vec<Composition>,
) -> Result<(), PluginError> {
    let info = &candidate.info;
    let imports = grant::missing(&info.imports, &how.grants);
    if !imports.is_empty() {
        return Err(PluginError::NotGranted { name: info.name.clone(), imports });
    }
    let mut lock = LockFile::read(store.project)?;
    refuse_second_claim(&lock, info)?;
    // The component first: a lock entry without its file would stop the project.
    let locked = Locked::of(info, how);
    store.put(&locked, &candidate.component, how.signature.as_deref())?;
    lock.put(locked);
    compositions.into_iter().for_each(|composition| lock.put_composition(composition));
    lock.write(store.project)
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
pub(crate) fn examine(
    file: &Path,
    bytes: &[u8],
    runtime: &Arc<Runtime>,
    limits: Limits,
) -> Result<Candidate, PluginError> {
    let refuse = |reason| PluginError::Refused { file: file.to_path_buf(), reason };
    let component = componentize(bytes).map_err(refuse)?.into_owned();
    let shape = inspect(&component).map_err(refuse)?;
    let kind = shape.world.kind();
    // Who it is, as far as anybody knows before it was asked.
    let stranger = PluginInfo {
        name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        kind,
        version: "(not yet described)".to_owned(),
        summary: String::new(),
        digest: digest(&component),
        interface: shape.interface,
        imports: shape.imports,
        grants: Vec::new(),
        source: PluginSource::Project,
        origin: None,
        signed_by: None,
        provides: Vec::new(),
        driver: None,
        options_schema: None,
        size_bytes: component.len() as u64,
    };
    let invalid = |error: wasmtime::Error| refuse(Refusal::Invalid { reason: plain(&format!("{error:#}")) });
    let compiled = Component::from_binary(runtime.engine(), &component).map_err(invalid)?;
    let (plugin, exports) =
        Plugin::link(stranger, limits, Arc::clone(runtime), &compiled, shape.world).map_err(invalid)?;
    let description = describe(&plugin, &exports)?.check(kind.as_str()).map_err(refuse)?;
    let info = PluginInfo {
        name: description.name,
        version: description.version,
        summary: description.summary,
        provides: description.provides,
        driver: description.driver,
        options_schema: description.options_schema,
        ..plugin.info().clone()
    };
    Ok(Candidate { info, component })
}

/// Refuses a name that another plugin of the project serves.
fn refuse_second_claim(lock: &LockFile, new: &PluginInfo) -> Result<(), PluginError> {
    // What a quirk names are bases that it goes with, not what it serves.
    let serves = new.kind != PluginKind::Quirk;
    let others = lock.plugins().iter().filter(|old| serves && old.name != new.name && old.kind == new.kind.as_str());
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
