//! Asks a stored call again, of the same plugin or of another build of it, and tells whether the same comes of it.
//!
//! Needs neither project nor database. What it reads came from somebody else: names in it become no paths.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use noorm_core::cbor;
use noorm_core::plugin::PluginRef;
use noorm_core::value::Value;
use serde::{Deserialize, Serialize};

use super::{Call, FORMAT, Repro, ReproFault};
use crate::error::PluginError;
use crate::host::{Candidate, PluginHost};
use crate::host_files::LinkedFiles;
use crate::install::{digest, read};
use crate::limits::Limits;
use crate::loader::LoadRequest;
use crate::open::Opened;

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
    #[error("`{}` is no stored call: {what}", .file.display())]
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
        let limits = &repro.limits;
        let limits =
            Limits { time_ms: limits.time_ms, memory_bytes: limits.memory_bytes, output_bytes: limits.output_bytes };
        (options.limits, options.record) = (limits, None);
        options.limits_for.clear();
        let host = Self::open(options)?;
        let opened = match component {
            Some(file) => host.open_candidate(&host.examine(file, &read(file)?)?)?,
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
        let is_here = self.list().iter().any(|info| info.name == plugin.name && info.digest == plugin.digest);
        match is_here {
            true => Ok(self.open_candidate(&Candidate {
                info: self.list().into_iter().find(|info| info.digest == plugin.digest).expect("looked at above"),
                component: self.component(&plugin.name)?,
            })?),
            false => Err(ReproError::Absent { plugin: Box::new(plugin.clone()) }),
        }
    }
}

impl Repro {
    fn read(folder: &Path) -> Result<Self, ReproError> {
        let file = folder.join("call.json");
        let text = fs::read_to_string(&file).map_err(|source| ReproError::Read { file: file.clone(), source })?;
        let damaged = |what: String| ReproError::Damaged { file: file.clone(), what };
        let repro: Self = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        match repro.format {
            FORMAT => Ok(repro),
            other => Err(damaged(format!("its format is {other}, and this noorm knows {FORMAT}"))),
        }
    }

    /// Returns what comes of the call now.
    fn ask(&self, folder: &Path, opened: &Opened) -> Result<Result<(), PluginError>, ReproError> {
        let file = folder.join("input");
        let damaged = |what: &str| ReproError::Damaged { file: file.clone(), what: what.to_owned() };
        let input = match &self.input {
            None => Vec::new(),
            Some(sealed) => {
                let bytes = fs::read(&file).map_err(|source| ReproError::Read { file: file.clone(), source })?;
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
        fs::read(self.0.join(path)).map_err(|_| "it was not stored".to_owned())
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(byte).collect()).flatten()
}
