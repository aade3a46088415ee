//! Stores a failing call, so that the plugin's author can see it fail without the user's project or database.
//!
//! A folder for each: `call.json` says what was asked of which plugin and what came of it, `input` is the data file or
//! the script, `files/` are those that a linked loader read. All of that is the user's data; secrets that noorm knows are
//! taken out of it, and it says whether there were some. Only faults of plugins are stored, each once.

mod call;
mod replay;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use noorm_core::plugin::PluginRef;
use noorm_core::redact::Seen;
use serde::{Deserialize, Serialize};

pub(crate) use call::Call;
pub use replay::{Replayed, ReproError, ReproPlugin};

use crate::dialect::Facts;
use crate::error::PluginError;
use crate::files::write_private;
use crate::host_files::LinkedFiles;
use crate::install::digest;
use crate::limits::Limits;
use crate::usage::Ledger;

/// The version of the folder's shape.
const FORMAT: u32 = 1;

/// Larger inputs are not stored: nobody sends them.
const INPUT_BYTES_MAX: usize = 256 << 20;

/// Where failing calls are stored.
#[derive(Clone, Debug)]
pub struct Record {
    /// The folder for the folders.
    pub folder: PathBuf,
    /// The secrets that were come across.
    pub seen: Seen,
    /// The version of the program that stores them.
    pub noorm: String,
}

/// What `call.json` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Repro {
    format: u32,
    noorm: String,
    plugin: ReproPlugin,
    limits: ReproLimits,
    /// What a dialect knew of the server.
    facts: Facts,
    call: Call,
    /// SHA-256 of `input`, as it lies there.
    input: Option<String>,
    /// Whether secrets were taken out: then it may not fail again.
    redacted: bool,
    error: ReproFault,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReproLimits {
    time_ms: u64,
    memory_bytes: u64,
    output_bytes: u64,
}

/// What came of the call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReproFault {
    /// `trap`, `limit`, `nonsense` or `internal`.
    kind: String,
    /// The function of the interface.
    function: String,
    message: String,
    backtrace: Vec<String>,
}

impl ReproFault {
    /// Returns what an error says, if it is a plugin's fault.
    fn of(error: &PluginError) -> Option<Self> {
        let (kind, function, message, backtrace) = match error {
            PluginError::Trap { function, message, backtrace, .. } => {
                ("trap", function, message.clone(), &backtrace[..])
            }
            PluginError::Limit { function, limit, .. } => ("limit", function, limit.to_string(), &[][..]),
            PluginError::Nonsense { function, what, .. } => ("nonsense", function, what.clone(), &[][..]),
            PluginError::Internal { function, message, .. } => ("internal", function, message.clone(), &[][..]),
            _ => return None,
        };
        Some(Self { kind: kind.to_owned(), function: function.clone(), message, backtrace: backtrace.to_vec() })
    }
}

/// Stores what goes wrong with one plugin.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) record: Record,
    pub(crate) ledger: Ledger,
    pub(crate) plugin: PluginRef,
    pub(crate) limits: Limits,
}

/// What went into a call besides its arguments.
#[derive(Clone, Copy, Default)]
pub(crate) struct Given<'a> {
    pub(crate) facts: &'a [(String, String)],
    pub(crate) input: Option<&'a [u8]>,
    pub(crate) files: &'a [(String, Vec<u8>)],
}

impl Recorder {
    /// Stores a call, if it failed and the plugin is to blame. That it cannot be stored is told, and no failure.
    pub(crate) fn record(&self, error: &PluginError, call: Call, given: Given<'_>) {
        let Some(fault) = ReproFault::of(error) else { return };
        match self.store(fault, call, given) {
            Ok(place) => self.ledger.recorded(place),
            Err(error) => {
                let folder = self.record.folder.display();
                self.ledger.not_recorded(format!("the failing call cannot be stored in `{folder}`: {error}"));
            }
        }
    }

    fn store(&self, fault: ReproFault, call: Call, given: Given<'_>) -> io::Result<PathBuf> {
        if given.input.is_some_and(|input| input.len() > INPUT_BYTES_MAX) {
            return Err(io::Error::other(format!("its input has more than {INPUT_BYTES_MAX} bytes")));
        }
        let input = given.input.map(|input| self.without_secrets(input));
        let files: Vec<_> =
            given.files.iter().map(|(path, bytes)| (path.as_str(), self.without_secrets(bytes))).collect();
        let mut redacted = given.input.zip(input.as_deref()).is_some_and(|(before, after)| before != after);
        redacted |= given.files.iter().zip(&files).any(|((_, before), (_, after))| before != after);
        let limits = self.limits;
        let repro = Repro {
            format: FORMAT,
            noorm: self.record.noorm.clone(),
            plugin: ReproPlugin::of(&self.plugin),
            limits: ReproLimits {
                time_ms: limits.time_ms,
                memory_bytes: limits.memory_bytes,
                output_bytes: limits.output_bytes,
            },
            facts: given.facts.to_vec(),
            call,
            input: input.as_deref().map(digest),
            redacted: false,
            error: fault,
        };
        let before = serde_json::to_value(&repro).map_err(io::Error::other)?;
        let mut json = before.clone();
        self.record.seen.redact_json(&mut json);
        redacted |= json != before;
        json["redacted"] = redacted.into();
        let mut text = serde_json::to_string_pretty(&json).map_err(io::Error::other)?;
        text.push('\n');
        // The same failure of the same call has the same name: it is stored once.
        let place = self.record.folder.join(format!("{}-{}", self.plugin.name, &digest(text.as_bytes())[..12]));
        private_folder(&place)?;
        for (path, bytes) in &files {
            write(&place.join("files").join(path), bytes)?;
        }
        if let Some(input) = &input {
            write(&place.join("input"), input)?;
        }
        write(&place.join("call.json"), text.as_bytes())?;
        Ok(place)
    }

    /// Returns bytes without secrets. What is no text is looked at as if it were: a secret may be in it all the same, in
    /// UTF-8 between bytes that are none, or with a byte for each letter.
    fn without_secrets(&self, bytes: &[u8]) -> Vec<u8> {
        let seen = &self.record.seen;
        let mut clean = Vec::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            clean.extend(seen.redact(chunk.valid()).into_bytes());
            clean.extend(chunk.invalid());
        }
        if std::str::from_utf8(bytes).is_ok() {
            return clean;
        }
        let letters: String = clean.iter().map(|byte| char::from(*byte)).collect();
        let redacted = seen.redact(&letters);
        match redacted == letters {
            true => clean,
            false => redacted.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect(),
        }
    }
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file that only its owner reads.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    write_private(path, bytes)
}

/// Files of a project that are kept as they are read.
pub(crate) struct KeptFiles {
    files: Arc<dyn LinkedFiles>,
    kept: Mutex<Vec<(String, Vec<u8>)>>,
}

impl KeptFiles {
    pub(crate) fn new(files: Arc<dyn LinkedFiles>) -> Self {
        Self { files, kept: Mutex::default() }
    }

    pub(crate) fn take(&self) -> Vec<(String, Vec<u8>)> {
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl LinkedFiles for KeptFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let bytes = self.files.read(path)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // A path that leads out of a folder was refused by whoever has the files.
        if !kept.iter().any(|(known, _)| known == path) {
            kept.push((path.to_owned(), bytes.clone()));
        }
        Ok(bytes)
    }
}
