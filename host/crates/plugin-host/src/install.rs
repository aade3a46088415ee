//! Adding a plugin to a project: `noorm plugin add`.
//!
//! Everything that can be refused is refused here, before a byte is written: a file that is installed can
//! be loaded and has said who it is.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::check::plain;
use crate::code::{About, Coder};
use crate::compile::componentize;
use crate::describe::describe;
use crate::engine::Runtime;
use crate::error::{PluginError, Refusal};
use crate::files::read_bounded;
use crate::grant::{self, Grant};
use crate::host::{Candidate, Installation, Options};
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::{PluginKind, inspect};
use crate::limits::Limits;
use crate::lock_file::{Held, LockFile, Locked};
use crate::plugin::Plugin;
use crate::stack::Composition;
use crate::store::Store;

/// Bytes of a component; one with a whole language runtime inside has some twenty million.
pub const COMPONENT_BYTES_MAX: u64 = 256 << 20;

/// Writes the components of candidates to where the project's are, and locks them: all, or none. `compositions` are those
/// that they are layers of.
pub(crate) fn install(
    store: Store<'_>,
    new: &[(&Candidate, &Installation)],
    compositions: Vec<Composition>,
    options: &Options,
) -> Result<(), PluginError> {
    for (Candidate { info, .. }, how) in new {
        let imports = grant::missing(&info.imports, &how.grants);
        if !imports.is_empty() {
            return Err(PluginError::NotGranted { name: info.name.clone(), imports });
        }
    }
    let mut lock = Held::take(store.project)?;
    let mut written = Vec::new();
    for (candidate, how) in new {
        refuse_second_claim(&lock, &candidate.info, options)?;
        let locked = Locked::of(&candidate.info, how);
        lock.put(locked.clone());
        written.push((locked, candidate, how));
    }
    compositions.into_iter().for_each(|composition| lock.put_composition(composition));
    // The components first: a lock entry without its file would stop the project. One that takes the place of another waits
    // until the lock file names it.
    for (locked, candidate, how) in &written {
        store.put(locked, &candidate.component, how.signature.as_deref())?;
    }
    lock.write()?;
    written.iter().try_for_each(|(locked, ..)| store.settle(locked))
}

/// Reads a plugin's file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, PluginError> {
    read_bounded(file, COMPONENT_BYTES_MAX).map_err(|source| match source.kind() {
        ErrorKind::FileTooLarge => {
            let reason = Refusal::Invalid { reason: format!("larger than {COMPONENT_BYTES_MAX} bytes") };
            PluginError::Refused { file: file.to_path_buf(), reason }
        }
        _ => PluginError::Io { action: "read", file: file.to_path_buf(), source },
    })
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
    coder: &Coder<'_>,
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
        // Who it is can be asked before anything is granted: nothing that it imports answers with anything.
        grants: shape.imports.iter().map(|import| Grant { import: import.clone(), paths: Vec::new() }).collect(),
        imports: shape.imports,
        source: PluginSource::Project,
        origin: None,
        signed_by: None,
        provides: Vec::new(),
        driver: None,
        options_schema: None,
        size_bytes: component.len() as u64,
    };
    let invalid = |error: wasmtime::Error| refuse(Refusal::Invalid { reason: plain(&format!("{error:#}")) });
    let about = About { world: shape.world, imports: stranger.imports.clone() };
    let code = coder.code(&stranger.digest, &component, Some(about)).map_err(|fault| fault.of(file))?;
    let (plugin, exports) =
        Plugin::link(stranger, limits, Arc::clone(runtime), &code.component, shape.world).map_err(invalid)?;
    let description = describe(&plugin, &exports)?.check(kind.as_str()).map_err(refuse)?;
    let info = PluginInfo {
        name: description.name,
        version: description.version,
        summary: description.summary,
        provides: description.provides,
        driver: description.driver,
        options_schema: description.options_schema,
        grants: Vec::new(),
        ..plugin.info().clone()
    };
    coder.ledger.enter(info.plugin_ref(), code.spent, plugin.counters());
    Ok(Candidate { info, component })
}

/// Refuses a name that another plugin of the project serves.
fn refuse_second_claim(lock: &LockFile, new: &PluginInfo, options: &Options) -> Result<(), PluginError> {
    // What a quirk names are bases that it goes with, not what it serves.
    let serves = |name: &str| new.kind != PluginKind::Quirk && !options.disabled.contains(name);
    let is_other = |old: &&Locked| old.name != new.name && old.kind == new.kind.as_str() && serves(&old.name);
    // Where the settings say which of the two it is, nobody has to guess.
    let is_decided = |name: &str| options.extensions.get(name).is_some_and(|choice| choice.plugin.is_some());
    for old in lock.plugins().iter().filter(is_other).filter(|_| serves(&new.name)) {
        let claimed = |name: &&String| old.provides.contains(name) && !is_decided(name);
        if let Some(name) = new.provides.iter().find(claimed) {
            return Err(PluginError::Conflict {
                name: name.clone(),
                first: old.name.clone(),
                second: new.name.clone(),
            });
        }
    }
    Ok(())
}
