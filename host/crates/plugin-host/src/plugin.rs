//! A plugin that is ready to be instantiated: who it is, what it may use, and its code, linked to the
//! log and to what was granted.
//!
//! It holds no instance; `Sandbox` does.

use std::sync::{Arc, OnceLock};

use wasmtime::component::{Component, HasSelf, Linker};

use crate::bindings::{dialect, document, files, quirk, rows};
use crate::check::plain;
use crate::engine::Runtime;
use crate::error::PluginError;
use crate::host_files::HostFiles;
use crate::host_log;
use crate::info::PluginInfo;
use crate::inspect::World;
use crate::layer::Layer;
use crate::limits::{LimitKind, Limits};
use crate::record::Recorder;
use crate::sandbox::Guest;
use crate::usage::{Counters, Ledger};
use crate::wasi;

/// A loaded plugin.
pub(crate) struct Plugin {
    info: PluginInfo,
    limits: Limits,
    runtime: Arc<Runtime>,
    counters: Arc<Counters>,
    recorder: OnceLock<Recorder>,
    ledger: OnceLock<Ledger>,
    layers: OnceLock<Vec<Layer>>,
}

/// The world that a component exports, with its functions looked up.
#[derive(Clone)]
pub(crate) enum Exports {
    Dialect(dialect::DialectPre<Guest>),
    Document(document::DocumentLoaderPre<Guest>),
    Rows(rows::RowLoaderPre<Guest>),
    /// Who it is; without a base nothing else of a quirk can be called.
    Quirk(quirk::QuirkPre<Guest>),
}

impl Plugin {
    /// Links a component. Fails where an export has another shape than its interface says. Whether its imports were
    /// granted is settled before.
    pub(crate) fn link(
        info: PluginInfo,
        limits: Limits,
        runtime: Arc<Runtime>,
        component: &Component,
        world: World,
    ) -> wasmtime::Result<(Arc<Self>, Exports)> {
        let mut linker = Linker::<Guest>::new(runtime.engine());
        host_log::add_to_linker(&mut linker)?;
        files::add_to_linker::<Guest, HasSelf<HostFiles>>(&mut linker, |guest| &mut guest.files)?;
        // What else was granted does nothing, and neither does the base that a quirk does not have yet. What was not
        // granted is not there.
        let is_base = |name: &str| world == World::Quirk && name.starts_with("noorm:dialect/");
        let is_granted = |name: &str| info.grants.iter().any(|grant| grant.import == name);
        let is_meant = |name: &str| is_base(name) || (name.starts_with("wasi:") && is_granted(name));
        wasi::add_inert(&mut linker, runtime.engine(), component, is_meant)?;
        let linked = linker.instantiate_pre(component)?;
        let exports = match world {
            World::Dialect => Exports::Dialect(dialect::DialectPre::new(linked)?),
            World::Document => Exports::Document(document::DocumentLoaderPre::new(linked)?),
            World::Rows => Exports::Rows(rows::RowLoaderPre::new(linked)?),
            World::Quirk => Exports::Quirk(quirk::QuirkPre::new(linked)?),
        };
        Ok((
            Arc::new(Self {
                info,
                limits,
                runtime,
                layers: OnceLock::new(),
                counters: Arc::default(),
                recorder: OnceLock::new(),
                ledger: OnceLock::new(),
            }),
            exports,
        ))
    }

    /// Says of which layers the component was composed, the base first.
    pub(crate) fn set_layers(&self, layers: Vec<Layer>) {
        // A plugin is linked once, and is composed of what it was linked from.
        let _ = self.layers.set(layers);
    }

    /// Returns its layers, the base first; none where it was not composed.
    pub(crate) fn layers(&self) -> &[Layer] {
        self.layers.get().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn info(&self) -> &PluginInfo {
        &self.info
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Has its failing calls stored.
    pub(crate) fn record_with(&self, recorder: Recorder) {
        // A plugin is loaded once, and told once.
        let _ = self.recorder.set(recorder);
    }

    /// Returns what stores failing calls, where somebody asked for it.
    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.recorder.get()
    }

    /// Has what it says noted.
    pub(crate) fn speak_to(&self, ledger: &Ledger) {
        // A plugin is loaded once, and told once.
        let _ = self.ledger.set(ledger.clone());
    }

    /// Returns where it is noted what the plugin says, where somebody listens.
    pub(crate) fn ledger(&self) -> Option<&Ledger> {
        self.ledger.get()
    }

    /// Returns what counts its calls.
    pub(crate) fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Reports an answer that the interface does not allow.
    pub(crate) fn nonsense(&self, function: &str, what: impl Into<String>) -> PluginError {
        PluginError::Nonsense {
            plugin: Box::new(self.info.plugin_ref()),
            function: function.to_owned(),
            // May quote the guest.
            what: plain(&what.into()),
        }
    }

    /// Reports a limit that was reached.
    pub(crate) fn exceeds(&self, function: &str, limit: LimitKind, allowed: u64, used: u64) -> PluginError {
        PluginError::Limit {
            plugin: Box::new(self.info.plugin_ref()),
            function: function.to_owned(),
            limit,
            allowed,
            used,
            setting: limit.setting(),
            layer: None,
        }
    }
}
