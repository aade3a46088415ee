//! The way in: opens what serves a name, and installs what does not yet.
//!
//! Opening a host reads two tables. The engine, its clock and the plugins' code come with the first plugin
//! that is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use noorm_core::settings::{DialectChoice, FileChoice, LoaderChoice};
use wasmtime::component::Component;

use crate::bundle::{Bundle, BundleFile};
use crate::bundled::Bundled;
use crate::code::{About, Coder, Compiled};
use crate::dialect::Dialect;
use crate::engine::Runtime;
use crate::error::PluginError;
use crate::grant::Grant;
use crate::info::{PluginInfo, PluginSource};
use crate::inspect::PluginKind;
use crate::install;
use crate::limits::Limits;
use crate::loader::Loader;
use crate::locked::{locked, locked_bytes, refuse_ungranted};
use crate::plugin::{Exports, Plugin};
use crate::record::{Record, Recorder};
use crate::registry::{Code, Entry, Registry};
use crate::seal::CompileCache;
use crate::signers::SharedSigners;
use crate::store::Store;
use crate::usage::{CodeOrigin, Ledger, Spent};

/// What a host is opened with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder `.noorm` of a project.
    pub project: Option<PathBuf>,
    /// Bounds of every call.
    pub limits: Limits,
    /// Bounds of the calls into one plugin, by its name.
    pub limits_for: BTreeMap<String, Limits>,
    /// Where compiled plugins are kept; without it each process compiles.
    pub cache: Option<CompileCache>,
    /// A sealed bundle, whose code is taken before any other.
    pub bundle: Option<BundleFile>,
    /// Where calls are stored that fail by a plugin's fault.
    pub record: Option<Record>,
    /// Where it is noted what plugins use.
    pub ledger: Ledger,
    /// Which loader serves an extension, and with which options.
    pub extensions: BTreeMap<String, LoaderChoice>,
    /// The same for files of the project. Later ones win, and win over extensions.
    pub files: Vec<FileChoice>,
    /// Dialects that are composed of a base and quirks, by name.
    pub dialects: BTreeMap<String, DialectChoice>,
    /// Plugins that serve nothing.
    pub disabled: BTreeSet<String>,
    /// Components that take the place of the locked ones, by name: for one command, and without a lock.
    pub with: BTreeMap<String, PathBuf>,
    /// The folder of the user's cache for components that came from elsewhere; without one they are kept in the project.
    pub fetched: Option<PathBuf>,
    /// The keys of which one has to have signed a project's plugin before it runs, if that is wanted.
    pub signers: Option<SharedSigners>,
}

/// A component that could be added to a project: it was read, linked and asked who it is. Nothing is written yet.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it says of itself; its imports were not granted yet.
    pub info: PluginInfo,
    /// The component.
    pub component: Vec<u8>,
}

/// How a candidate comes into a project.
#[derive(Clone, Debug, Default)]
pub struct Installation {
    /// Where it is from: `path:…`, `https://…`, `oci://…@sha256:…`.
    pub origin: String,
    /// What the project grants it.
    pub grants: Vec<Grant>,
    /// The key of the settings that its signature was made with.
    pub signed_by: Option<String>,
    /// That signature.
    pub signature: Option<String>,
}

/// The plugins that a command can use.
pub struct PluginHost {
    pub(crate) options: Options,
    pub(crate) registry: Registry,
    /// The schemas of loaders' options, by the digest of the loader.
    pub(crate) schemas: Mutex<BTreeMap<String, Arc<jsonschema::Validator>>>,
    runtime: OnceLock<Arc<Runtime>>,
    bundle: OnceLock<Bundle>,
    loaded: Mutex<LoadedTable>,
}

/// A plugin with its linked code.
pub(crate) type Loaded = (Arc<Plugin>, Exports);

/// Plugins that are loaded, by source and digest.
pub(crate) type LoadedTable = BTreeMap<(PluginSource, String), Loaded>;

impl PluginHost {
    /// Opens the bundled plugins and those of a project.
    pub fn open(options: Options) -> Result<Self, PluginError> {
        let (runtime, loaded, schemas) = (OnceLock::new(), Mutex::default(), Mutex::default());
        let (registry, bundle) = (Registry::default(), OnceLock::new());
        let mut host = Self { options, registry, schemas, runtime, bundle, loaded };
        host.reopen()?;
        Ok(host)
    }

    /// Reads the project's lock file.
    pub(crate) fn reopen(&mut self) -> Result<(), PluginError> {
        let options = &self.options;
        let registry = Registry::open(options.project.as_deref(), options.fetched.as_deref())?;
        self.registry = registry.disabling(&options.disabled);
        let given = self.given()?;
        self.registry = std::mem::take(&mut self.registry).with(given);
        Ok(())
    }

    /// Returns all plugins by name, a project's before a bundled one of the same name.
    #[must_use]
    pub fn list(&self) -> Vec<PluginInfo> {
        self.registry.list().cloned().collect()
    }

    /// Returns the names of the dialects, sorted.
    #[must_use]
    pub fn dialects(&self) -> Vec<String> {
        let mut names = self.registry.served(PluginKind::Dialect);
        names.extend(self.options.dialects.keys().cloned());
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the file name extensions that loaders read, sorted.
    #[must_use]
    pub fn extensions(&self) -> Vec<String> {
        self.registry.served(PluginKind::Loader)
    }

    /// Loads the dialect of a name.
    pub fn dialect(&self, name: &str) -> Result<Dialect, PluginError> {
        if self.options.dialects.contains_key(name) {
            return self.composed(name);
        }
        let unknown = || match self.registry.disabled_of(PluginKind::Dialect, name) {
            Some(info) => PluginError::Disabled { name: info.name.clone(), serves: name.to_owned() },
            None => PluginError::UnknownDialect { name: name.to_owned(), known: self.dialects() },
        };
        let entry = self.registry.find(PluginKind::Dialect, name)?.ok_or_else(unknown)?;
        match self.load(entry)? {
            (plugin, Exports::Dialect(linked)) => Ok(Dialect::new(plugin, linked)),
            (plugin, _) => Err(plugin.nonsense("describe", "it is locked as a dialect and is none")),
        }
    }

    /// Loads the loader of an extension, which is given without its dot.
    pub fn loader(&self, extension: &str) -> Result<Loader, PluginError> {
        let unknown = || PluginError::UnknownExtension { extension: extension.to_owned(), known: self.extensions() };
        let entry = self.registry.find(PluginKind::Loader, extension)?.ok_or_else(unknown)?;
        self.open_loader(entry)
    }

    /// Looks at a component, or a core module that has its interface embedded, without adding it. `file_name` is for
    /// messages.
    pub fn examine(&self, file_name: &Path, bytes: &[u8]) -> Result<Candidate, PluginError> {
        install::examine(file_name, bytes, self.runtime()?, &self.coder()?, self.options.limits)
    }

    /// Adds a file to the project that needs no grant.
    pub fn install_file(&mut self, file: &Path) -> Result<PluginInfo, PluginError> {
        let candidate = self.examine(file, &install::read(file)?)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.install(&candidate, &Installation { origin: format!("path:{name}"), ..Installation::default() })
    }

    /// Adds a candidate to the project.
    pub fn install(&mut self, candidate: &Candidate, how: &Installation) -> Result<PluginInfo, PluginError> {
        let mut installed = self.install_all(&[(candidate, how)])?;
        Ok(installed.remove(0))
    }

    /// Adds candidates to the project: all, or none. Returns them in the same order.
    pub fn install_all(&mut self, new: &[(&Candidate, &Installation)]) -> Result<Vec<PluginInfo>, PluginError> {
        let project = self.options.project.clone().ok_or(PluginError::NoProject)?;
        let candidates: Vec<&Candidate> = new.iter().map(|(candidate, _)| *candidate).collect();
        let compositions = self.compositions_with(&candidates)?;
        let fetched = self.options.fetched.clone();
        let store = Store { project: &project, fetched: fetched.as_deref() };
        install::install(store, new, compositions, &self.options)?;
        self.reopen()?;
        let installed = |candidate: &&Candidate| {
            let info = self.registry.list().find(|info| info.name == candidate.info.name);
            info.expect("the registry lists a project's plugin before others").clone()
        };
        Ok(candidates.iter().map(installed).collect())
    }

    /// Checks that the files of a project's plugin are the ones that are locked, and signed as the settings want it,
    /// without running it. A bundled plugin is part of this binary, and one in a sealed bundle is not here: neither needs a
    /// check.
    pub fn verify(&self, name: &str) -> Result<(), PluginError> {
        for entry in self.registry.named(name) {
            if let Code::File(file) = &entry.code {
                self.refuse_unsigned(&entry.info)?;
                if self.bundle()?.is_some_and(|bundle| bundle.has(&entry.info.digest)) {
                    continue;
                }
                let (component, _) = locked(&entry.info, file)?;
                self.refuse_forged(&entry.info, file, &component)?;
            }
        }
        Ok(())
    }

    /// Returns the component of a plugin, the project's before the bundled one: what quirks stand on, and what is examined.
    pub fn component(&self, name: &str) -> Result<Vec<u8>, PluginError> {
        let entry = self.registry.named(name).next();
        let entry = entry.ok_or_else(|| PluginError::UnknownPlugin { name: name.to_owned() })?;
        self.component_of(entry)
    }

    pub(crate) fn component_of(&self, entry: &Entry) -> Result<Vec<u8>, PluginError> {
        match &entry.code {
            Code::Bundled(bundled) => Ok(bundled.component().to_vec()),
            Code::File(file) => locked(&entry.info, file).map(|(bytes, _)| bytes),
            Code::Given(bytes) => Ok(bytes.to_vec()),
        }
    }

    pub(crate) fn runtime(&self) -> Result<&Arc<Runtime>, PluginError> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = Arc::new(Runtime::new().map_err(|error| engine(&error))?);
        Ok(self.runtime.get_or_init(|| runtime))
    }

    /// Returns a plugin's code, loaded at most once.
    pub(crate) fn load(&self, entry: &Entry) -> Result<Loaded, PluginError> {
        let key = (entry.info.source, entry.info.digest.clone());
        let mut loaded = self.loaded();
        if let Some(plugin) = loaded.get(&key) {
            return Ok(plugin.clone());
        }
        let runtime = self.runtime()?;
        let compiled = match &entry.code {
            Code::Bundled(bundled) => deserialize(runtime, bundled)?,
            Code::File(file) => {
                self.refuse_unsigned(&entry.info)?;
                self.compiled(&entry.info, file)?
            }
            Code::Given(bytes) => {
                let code = self.coder()?.code(&entry.info.digest, bytes, None);
                code.map_err(|fault| fault.of(entry.info.name.as_ref()))?
            }
        };
        let plugin = self.linked(entry.info.clone(), &compiled)?;
        loaded.insert(key, plugin.clone());
        Ok(plugin)
    }

    pub(crate) fn loaded(&self) -> MutexGuard<'_, LoadedTable> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the bounds of the calls into a plugin.
    #[must_use]
    pub fn limits_of(&self, name: &str) -> Limits {
        self.options.limits_for.get(name).copied().unwrap_or(self.options.limits)
    }
}

impl PluginHost {
    /// Returns what turns components into code.
    pub(crate) fn coder(&self) -> Result<Coder<'_>, PluginError> {
        let engine = self.runtime()?.engine();
        Ok(Coder { engine, cache: self.options.cache.as_ref(), ledger: &self.options.ledger })
    }

    /// Returns the bundle that was named.
    pub(crate) fn bundle(&self) -> Result<Option<&Bundle>, PluginError> {
        let Some(file) = &self.options.bundle else { return Ok(None) };
        if self.bundle.get().is_none() {
            let opened = Bundle::open(file)?;
            let _ = self.bundle.set(opened);
        }
        Ok(self.bundle.get())
    }

    /// Links a plugin that is going to work: what it uses is counted, and its faults are stored.
    pub(crate) fn linked(&self, info: PluginInfo, compiled: &Compiled) -> Result<Loaded, PluginError> {
        let (limits, plugin) = (self.limits_of(&info.name), info.plugin_ref());
        let runtime = Arc::clone(self.runtime()?);
        let linked = Plugin::link(info, limits, runtime, &compiled.component, compiled.about.world);
        let linked = linked.map_err(|error| engine(&error))?;
        self.options.ledger.enter(plugin.clone(), compiled.spent, linked.0.counters());
        linked.0.speak_to(&self.options.ledger);
        if let Some(record) = &self.options.record {
            let (record, ledger) = (record.clone(), self.options.ledger.clone());
            linked.0.record_with(Recorder { record, ledger, plugin, limits });
        }
        Ok(linked)
    }

    /// Returns the code of a plugin, if the bundle that was named has it.
    pub(crate) fn bundled_code(&self, info: &PluginInfo) -> Result<Option<Compiled>, PluginError> {
        let started = Instant::now();
        let Some(bundle) = self.bundle()? else { return Ok(None) };
        let Some((about, component)) = bundle.get(self.runtime()?.engine(), &info.digest)? else { return Ok(None) };
        refuse_ungranted(info, &about.imports)?;
        let spent = Spent { origin: CodeOrigin::Bundle, compile: Duration::ZERO, load: started.elapsed() };
        Ok(Some(Compiled { component, about, spent }))
    }

    /// Returns the code of a project's plugin, once its file is the one that is locked.
    fn compiled(&self, info: &PluginInfo, file: &Path) -> Result<Compiled, PluginError> {
        if let Some(compiled) = self.bundled_code(info)? {
            return Ok(compiled);
        }
        let bytes = locked_bytes(info, file)?;
        self.refuse_forged(info, file, &bytes)?;
        let compiled = self.coder()?.code(&info.digest, &bytes, None).map_err(|fault| fault.of(file))?;
        refuse_ungranted(info, &compiled.about.imports)?;
        Ok(compiled)
    }
}

pub(crate) fn engine(error: &wasmtime::Error) -> PluginError {
    PluginError::Engine { what: format!("{error:#}") }
}

/// Loads a bundled plugin's compiled code.
#[allow(unsafe_code)]
fn deserialize(runtime: &Runtime, bundled: &Bundled) -> Result<Compiled, PluginError> {
    let started = Instant::now();
    // SAFETY: the bytes were written by wasmtime in this crate's build script and are part of this
    // binary; wasmtime itself refuses another version's or another configuration's.
    let component = unsafe { Component::deserialize(runtime.engine(), bundled.code()) };
    let component = component.map_err(|error| engine(&error))?;
    let spent = Spent { origin: CodeOrigin::Bundled, compile: Duration::ZERO, load: started.elapsed() };
    Ok(Compiled { component, about: About { world: bundled.world(), imports: Vec::new() }, spent })
}
