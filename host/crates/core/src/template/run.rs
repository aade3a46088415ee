//! What all files of one rendering share: what was loaded, what was asked for, which files are open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::{ErrorKind, Value as Jinja};
use serde_json::Map;

use super::error::{Fault, HostError, Included, TemplateError};
use super::{Facts, Input, TemplateHost, data};
use crate::checksum::Checksum;
use crate::path::ProjectPath;
use crate::plugin::PluginRef;
use crate::redact::Redactor;

/// Templates within templates. Each level takes some of the thread's stack.
const INCLUDES_MAX: usize = 20;

/// One rendering.
pub(super) struct Run {
    pub(super) facts: Arc<Facts>,
    pub(super) host: Arc<dyn TemplateHost>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    inputs: Vec<Input>,
    asked: BTreeSet<String>,
    loaded: BTreeMap<String, Jinja>,
    /// Templates that are being rendered, the outermost first.
    open: Vec<ProjectPath>,
}

/// What became of a file that was read.
#[derive(Default)]
struct Made {
    plugin: Option<PluginRef>,
    options: Map<String, serde_json::Value>,
    read_for: Option<ProjectPath>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Run")
    }
}

impl Run {
    pub(super) fn new(facts: Arc<Facts>, host: Arc<dyn TemplateHost>) -> Arc<Self> {
        Arc::new(Self { facts, host, state: Mutex::default() })
    }

    /// Returns what takes secrets out of an error. Most renderings have none.
    pub(super) fn redactor(&self) -> Redactor {
        Redactor::new(self.facts.secrets.values().chain(self.facts.global_secrets.values()).cloned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the files that were read and the names that were asked for.
    pub(super) fn used(&self) -> (Vec<Input>, Vec<String>) {
        let state = self.state();
        (state.inputs.clone(), state.asked.iter().cloned().collect())
    }

    /// Notes that a name was asked for.
    pub(super) fn ask(&self, kind: &str, name: &str) {
        self.state().asked.insert(format!("{kind}:{name}"));
    }

    /// Loads a data file, once.
    pub(super) fn load(&self, path: &ProjectPath) -> Result<Jinja, HostError> {
        if let Some(value) = self.state().loaded.get(path.as_str()) {
            return Ok(value.clone());
        }
        let bytes = self.host.read(path)?;
        let data = self.host.load(path, &bytes)?;
        let value = data::to_jinja(data.value);
        let made = Made { plugin: Some(data.plugin), options: data.options, read_for: None };
        self.note(path, Checksum::of_file(&bytes), made);
        for (other, checksum) in data.read {
            self.note(&other, checksum, Made { read_for: Some(path.clone()), ..Made::default() });
        }
        self.state().loaded.insert(path.as_str().to_owned(), value.clone());
        Ok(value)
    }

    /// Reads an include.
    pub(super) fn read(&self, path: &ProjectPath) -> Result<Vec<u8>, HostError> {
        let bytes = self.host.read(path)?;
        self.note(path, Checksum::of_file(&bytes), Made::default());
        Ok(bytes)
    }

    fn note(&self, path: &ProjectPath, checksum: Checksum, made: Made) {
        let mut state = self.state();
        let Made { plugin, options, read_for } = made;
        match state.inputs.iter_mut().find(|input| input.path == *path) {
            // A file that was included as text, or read for another, may be loaded as data later.
            Some(input) if input.plugin.is_none() => (input.plugin, input.options) = (plugin, options),
            Some(_) => {}
            None => state.inputs.push(Input { path: path.clone(), checksum, plugin, options, read_for }),
        }
    }

    /// Opens a template; an error when it is open already.
    pub(super) fn open(&self, path: &ProjectPath) -> Result<(), HostError> {
        let mut state = self.state();
        if state.open.contains(path) {
            let chain: Vec<String> = state.open.iter().chain([path]).map(|path| format!("`{path}`")).collect();
            let message = format!("the includes go in a circle: {}", chain.join(" includes "));
            return Err(HostError::new(message, "take one of the includes out"));
        }
        if state.open.len() >= INCLUDES_MAX {
            let message = format!("more than {INCLUDES_MAX} templates include each other");
            return Err(HostError::new(message, "include fewer levels deep"));
        }
        state.open.push(path.clone());
        Ok(())
    }

    /// Closes the template that was opened last.
    pub(super) fn close(&self) {
        self.state().open.pop();
    }

    /// Makes an error for the engine that carries ours.
    pub(super) fn raise(&self, fault: HostError) -> minijinja::Error {
        minijinja::Error::new(ErrorKind::InvalidOperation, fault.message.clone()).with_source(Fault(fault))
    }

    /// Makes an error for the engine that carries an included template's.
    pub(super) fn raise_inner(&self, inner: TemplateError) -> minijinja::Error {
        let error = minijinja::Error::new(ErrorKind::InvalidOperation, inner.message.clone());
        error.with_source(Included(Box::new(inner)))
    }
}
