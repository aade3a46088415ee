//! Asks a stored call again, of the same plugin or of another build of it, and tells whether the same comes of it.
//!
//! Needs neither project nor database. What it reads came from somebody else: names in it become no paths.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use noorm_core::cbor;
use noorm_core::plugin::PluginRef;
use noorm_core::value::Value;
use serde::{Deserialize, Serialize};

use super::{Call, FORMAT, Repro, ReproFault};
use crate::error::PluginError;
use crate::files::read_bounded;
use crate::host::{Candidate, PluginHost};
use crate::host_files::LinkedFiles;
use crate::install::{digest, read};
use crate::limits::Limits;
use crate::loader::LoadRequest;
use crate::open::Opened;

/// Bytes of `call.json`, which holds the facts of a server and an error.
const CALL_BYTES_MAX: u64 = 16 << 20;

/// Bytes of the input, and of a file that was read for it.
const INPUT_BYTES_MAX: u64 = 1 << 30;

/// The widest bounds that a stored call may ask for: what it says came from somebody else.
const LIMITS_MAX: Limits = Limits { time_ms: 600_000, memory_bytes: 4 << 30, output_bytes: 4 << 30 };

/// The plugin of a stored call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReproPlugin {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its component.
    pub digest: String,
}

impl ReproPlugin {
    pub(super) fn of(plugin: &PluginRef) -> Self {
        Self { name: plugin.name.clone(), version: plugin.version.clone(), digest: plugin.digest.clone() }
    }
}

/// What came of a call that was asked again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replayed {
    /// The plugin that it was stored for.
    pub plugin: ReproPlugin,
    /// The version of the plugin that was asked now, and its digest.
    pub asked: ReproPlugin,
    /// What was asked.
    pub function: String,
    /// What came of it then.
    pub then: String,
    /// What came of it now; nothing where it did not fail.
    pub now: Option<String>,
    /// Whether it is the same failure.
    pub is_same: bool,
    /// Whether secrets were taken out of what was stored.
    pub redacted: bool,
    /// Symbol names of the trap now, innermost first.
    pub backtrace: Vec<String>,
}

/// Why a stored call cannot be asked again.
#[derive(Debug, thiserror::Error)]
pub enum ReproError {
    /// It cannot be read.
    #[error("cannot read `{}`", .file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what `--record` stores.
    #[error("`{}` is not a stored call: {what}", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The plugin is not here.
    #[error("`{}` {} with the digest {} is not here", .plugin.name, .plugin.version, .plugin.digest)]
    Absent {
        /// The plugin.
        plugin: Box<ReproPlugin>,
    },
    /// The plugin cannot be opened.
    #[error(transparent)]
    Plugin(#[from] PluginError),
}

impl ReproError {
    /// Returns what to try next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Absent { .. } => Some("`--plugin FILE.wasm` names the component, or another build of it".to_owned()),
            Self::Damaged { .. } => Some("name the folder that `--record` made, with its `call.json`".to_owned()),
            Self::Read { .. } => None,
            Self::Plugin(error) => error.hint(),
        }
    }
}

impl PluginHost {
    /// Asks a stored call again: of the component in a file, or of the plugin with the same digest that is here.
    pub fn replay(
        folder: &Path,
        component: Option<&Path>,
        mut options: crate::host::Options,
    ) -> Result<Replayed, ReproError> {
        let repro = Repro::read(folder)?;
        (options.limits, options.record) = (repro.limits(), None);
        options.limits_for.clear();
        let host = Self::open(options)?;
        let opened = match component {
            Some(file) => host.open_whole(&host.examine(file, &read(file)?)?)?,
            None => host.open_same(&repro.plugin)?,
        };
        let plugin = opened.info().plugin_ref();
        let now = repro.ask(folder, &opened)?;
        let fault = now.as_ref().err().and_then(ReproFault::of);
        let is_same = fault.as_ref().is_some_and(|fault| {
            (&fault.kind, &fault.function, &fault.message)
                == (&repro.error.kind, &repro.error.function, &repro.error.message)
        });
        Ok(Replayed {
            plugin: repro.plugin,
            asked: ReproPlugin::of(&plugin),
            function: repro.error.function,
            then: format!("{}: {}", repro.error.kind, repro.error.message),
            now: now.err().map(|error| match &fault {
                Some(fault) => format!("{}: {}", fault.kind, fault.message),
                None => error.to_string(),
            }),
            is_same,
            redacted: repro.redacted,
            backtrace: fault.map(|fault| fault.backtrace).unwrap_or_default(),
        })
    }

    fn open_same(&self, plugin: &ReproPlugin) -> Result<Opened, ReproError> {
        let mut entries = self.registry.named(&plugin.name);
        if let Some(entry) = entries.find(|entry| entry.info.digest == plugin.digest) {
            let (info, component) = (entry.info.clone(), self.component_of(entry)?);
            return Ok(self.open_candidate(&Candidate { info, component })?);
        }
        // What the settings compose is recorded by the digest of the whole.
        let is_whole = |dialect: &&String| {
            self.registry.composition(dialect).is_some_and(|composition| composition.digest == plugin.digest)
        };
        match self.options.dialects.keys().find(is_whole) {
            Some(dialect) => Ok(Opened::Dialect(self.dialect(dialect)?)),
            None => Err(ReproError::Absent { plugin: Box::new(plugin.clone()) }),
        }
    }

    /// Opens another build of a plugin; a quirk in the first dialect of the settings that it is a layer of, as nothing can
    /// be asked of it alone.
    fn open_whole(&self, candidate: &Candidate) -> Result<Opened, PluginError> {
        match self.open_candidate(candidate)? {
            Opened::Quirk(info) => match self.composed_with(candidate)?.into_iter().next() {
                Some((_, dialect)) => Ok(Opened::Dialect(dialect)),
                None => Ok(Opened::Quirk(info)),
            },
            opened => Ok(opened),
        }
    }
}

impl Repro {
    fn read(folder: &Path) -> Result<Self, ReproError> {
        let file = folder.join("call.json");
        let text = String::from_utf8_lossy(&bounded(&file, CALL_BYTES_MAX)?).into_owned();
        let damaged = |what: String| ReproError::Damaged { file: file.clone(), what };
        let repro: Self = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        match repro.format {
            FORMAT => Ok(repro),
            other => Err(damaged(format!("its format is {other}, and this noorm knows {FORMAT}"))),
        }
    }

    /// Returns the bounds that the call had, as far as somebody waits for what a stored call says.
    fn limits(&self) -> Limits {
        Limits {
            time_ms: self.limits.time_ms.min(LIMITS_MAX.time_ms),
            memory_bytes: self.limits.memory_bytes.min(LIMITS_MAX.memory_bytes),
            output_bytes: self.limits.output_bytes.min(LIMITS_MAX.output_bytes),
        }
    }

    /// Returns what comes of the call now.
    fn ask(&self, folder: &Path, opened: &Opened) -> Result<Result<(), PluginError>, ReproError> {
        let file = folder.join("input");
        let damaged = |what: &str| ReproError::Damaged { file: file.clone(), what: what.to_owned() };
        let input = match &self.input {
            None => Vec::new(),
            Some(sealed) => {
                let bytes = bounded(&file, INPUT_BYTES_MAX)?;
                if digest(&bytes) != *sealed {
                    return Err(damaged("it is not the input that `call.json` names"));
                }
                bytes
            }
        };
        match (&self.call, opened) {
            (Call::Load { path, options }, Opened::Loader(loader)) => {
                let options = unhex(options).and_then(|bytes| cbor::decode(&bytes).ok());
                let options = options.unwrap_or_else(|| Value::Map(Vec::new()));
                let files: Arc<dyn LinkedFiles> = Arc::new(StoredFiles(folder.join("files")));
                let request = LoadRequest { path, content: &input, options: &options, files: Some(files) };
                Ok(loader.load_with(&request).map(drop))
            }
            (Call::Load { .. }, _) | (_, Opened::Loader(_) | Opened::Quirk(_)) => {
                Err(damaged("it was asked of a plugin of another kind"))
            }
            (call, Opened::Dialect(dialect)) => Ok(call.ask(&dialect.with_facts(self.facts.clone()), &input)),
        }
    }
}

/// The files that were read beside a data file.
struct StoredFiles(PathBuf);

impl LinkedFiles for StoredFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains('\\') {
            return Err("it leads out of what was stored".to_owned());
        }
        let absent = |_| "it was not stored".to_owned();
        let (folder, file) =
            (self.0.canonicalize().map_err(absent)?, self.0.join(path).canonicalize().map_err(absent)?);
        // Whoever made the folder may have put links into it.
        if !file.starts_with(folder) {
            return Err("it leads out of what was stored".to_owned());
        }
        bounded(&file, INPUT_BYTES_MAX).map_err(|error| error.to_string())
    }
}

/// Reads what was stored: a regular file of at most so many bytes.
fn bounded(file: &Path, max: u64) -> Result<Vec<u8>, ReproError> {
    read_bounded(file, max).map_err(|source| ReproError::Read { file: file.to_path_buf(), source })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(byte).collect()).flatten()
}
