//! One live instance of a plugin, and the only way to call into it.
//!
//! Every call gets a deadline, a bound on what comes back, and a name to blame. An instance that
//! trapped is spoiled for good: what its memory holds then is nobody's promise.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use wasmtime::{Store, Trap, WasmBacktrace};

use crate::bindings::report::Failure;
use crate::check;
use crate::engine::Runtime;
use crate::error::PluginError;
use crate::host_files::{Access, HostFiles};
use crate::host_log::HostLog;
use crate::layer::layer_of;
use crate::limits::{Excess, HANDLES_MAX, INSTANCES_MAX, LimitKind, Meter};
use crate::plugin::Plugin;
use crate::usage::Ledger;
use crate::wasi::NotGiven;

/// Memory above which an idle instance is let go rather than kept.
const IDLE_BYTES_MAX: u64 = 16 << 20;

/// What the making of an instance is called.
const INSTANTIATE: &str = "instantiate";

/// What a store holds besides the guest: what it used and what it said.
pub(crate) struct Guest {
    pub(crate) meter: Meter,
    pub(crate) log: HostLog,
    pub(crate) files: HostFiles,
}

/// An instance whose exports are the world `W`.
pub(crate) struct Sandbox<W> {
    plugin: Arc<Plugin>,
    store: Store<Guest>,
    world: W,
    spoiled: bool,
    /// What the last call refused with, word for word: what is passed on was judged.
    refusal: Option<Failure>,
}

impl<W> Sandbox<W> {
    /// Makes an instance. Its start code is a call like any other.
    pub(crate) fn open(
        plugin: &Arc<Plugin>,
        instantiate: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<W>,
    ) -> Result<Self, PluginError> {
        Self::open_linked(plugin, None, instantiate)
    }

    /// Makes an instance that may read files of the project besides.
    pub(crate) fn open_linked(
        plugin: &Arc<Plugin>,
        access: Option<Access>,
        instantiate: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<W>,
    ) -> Result<Self, PluginError> {
        let files = HostFiles::open(access);
        let log = HostLog::new(plugin.ledger().is_some_and(Ledger::wants_all));
        let guest = Guest { meter: Meter::new(plugin.limits()), log, files };
        let mut store = Store::new(plugin.runtime().engine(), guest);
        store.limiter(|guest| &mut guest.meter);
        let output = usize::try_from(plugin.limits().output_bytes).unwrap_or(usize::MAX);
        store.set_hostcall_fuel(output);
        store.set_max_component_handles(HANDLES_MAX);
        let world = bounded(plugin, &mut store, INSTANTIATE, instantiate)?;
        Ok(Self { plugin: Arc::clone(plugin), store, world, spoiled: false, refusal: None })
    }

    /// Calls a function that always answers.
    pub(crate) fn call<T>(
        &mut self,
        function: &str,
        body: impl FnOnce(&W, &mut Store<Guest>) -> wasmtime::Result<T>,
    ) -> Result<T, PluginError> {
        let world = &self.world;
        let answer = bounded(&self.plugin, &mut self.store, function, |store| body(world, store));
        self.spoiled |= answer.is_err();
        answer
    }

    /// Calls a function that may refuse its input, of which `input_len` is the length.
    pub(crate) fn answer<T>(
        &mut self,
        function: &str,
        input_len: usize,
        body: impl FnOnce(&W, &mut Store<Guest>) -> wasmtime::Result<Result<T, Failure>>,
    ) -> Result<T, PluginError> {
        self.call(function, body)?.map_err(|failure| {
            self.refusal = Some(failure.clone());
            let panic = self.store.data_mut().log.take_panic().filter(|panic| panic.is_of(&failure));
            let layer = panic.and_then(|panic| layer_of(self.plugin.layers(), &panic.backtrace));
            // A place may be in the file that was given, or in one that was read for it.
            let files = &self.store.data().files;
            let len_of = |input: &str| files.len_of(input).unwrap_or(input_len as u64);
            check::failure(&self.plugin.info().plugin_ref(), function, failure, len_of).in_layer(layer)
        })
    }

    /// Counts the bytes of what a call took and gave.
    pub(crate) fn crossed(&self, bytes_in: usize, bytes_out: usize) {
        self.plugin.counters().crossed(bytes_in, bytes_out);
    }

    /// Returns whether the instance can serve another call.
    pub(crate) fn is_reusable(&self) -> bool {
        !self.spoiled && self.store.data().meter.memory_used() <= IDLE_BYTES_MAX
    }

    /// Returns the paths of the files that the guest read, each once.
    pub(crate) fn take_read(&mut self) -> Vec<String> {
        self.store.data_mut().files.take_read()
    }

    /// Returns what the guest refused with, as it said it.
    pub(crate) fn take_refusal(&mut self) -> Option<Failure> {
        self.refusal.take()
    }

    /// Returns the bytes of the instance's memory, which never shrinks.
    pub(crate) fn memory_used(&self) -> u64 {
        self.store.data().meter.memory_used()
    }

    /// Keeps the instance from being used again.
    pub(crate) fn discard(&mut self) {
        self.spoiled = true;
    }
}

/// Runs `body` under the plugin's limits and names what went wrong.
fn bounded<T>(
    plugin: &Plugin,
    store: &mut Store<Guest>,
    function: &str,
    body: impl FnOnce(&mut Store<Guest>) -> wasmtime::Result<T>,
) -> Result<T, PluginError> {
    let time_ms = plugin.limits().time_ms;
    store.set_epoch_deadline(Runtime::ticks(time_ms));
    // What was told in an earlier call, and came to nothing, is not about this one.
    store.data_mut().log.take_panic();
    let running = plugin.runtime().running().map_err(|what| PluginError::Engine { what })?;
    let started = Instant::now();
    let answer = body(store);
    let elapsed = started.elapsed();
    let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    drop(running);
    plugin.counters().called(function == INSTANTIATE, answer.is_err(), elapsed, store.data().meter.memory_used());
    let log = &mut store.data_mut().log;
    log.deliver(plugin);
    answer.map_err(|error| {
        let backtrace = error.downcast_ref::<WasmBacktrace>();
        let layer = backtrace.and_then(|backtrace| layer_of(plugin.layers(), backtrace));
        // One layer may have told of a fault that another one got over, and that one trapped.
        let panic = log.take_panic().filter(|panic| layer_of(plugin.layers(), &panic.backtrace) == layer);
        blame(plugin, function, &error, panic.map(|panic| panic.text), elapsed_ms).in_layer(layer)
    })
}

/// Turns what left the guest into an error that names plugin and function.
fn blame(
    plugin: &Plugin,
    function: &str,
    error: &wasmtime::Error,
    panic: Option<String>,
    elapsed_ms: u64,
) -> PluginError {
    let limits = plugin.limits();
    if let Some(excess) = error.downcast_ref::<Excess>() {
        return plugin.exceeds(function, excess.kind, excess.allowed, excess.used);
    }
    if let Some(not_given) = error.downcast_ref::<NotGiven>() {
        return PluginError::Denied { plugin: Box::new(plugin.info().plugin_ref()), what: not_given.to_string() };
    }
    let trap = error.downcast_ref::<Trap>();
    if trap == Some(&Trap::Interrupt) {
        let used = elapsed_ms.max(limits.time_ms.saturating_add(1));
        return plugin.exceeds(function, LimitKind::Time, limits.time_ms, used);
    }
    let text = error.root_cause().to_string();
    // None of these three has a public type in wasmtime; the tests of `floods` hold the texts.
    if trap.is_none() && text.contains("fuel allocated for hostcalls") {
        let allowed = limits.output_bytes;
        return plugin.exceeds(function, LimitKind::Output, allowed, allowed.saturating_add(1));
    }
    if trap.is_none() && text.contains("handle limit exceeded") {
        let allowed = HANDLES_MAX as u64;
        return plugin.exceeds(function, LimitKind::Handles, allowed, allowed + 1);
    }
    if trap.is_none() && text.contains("resource limit exceeded") {
        let allowed = INSTANCES_MAX as u64;
        return plugin.exceeds(function, LimitKind::Instances, allowed, allowed + 1);
    }
    if trap.is_none() {
        // What came back breaks the rules of the component model itself: a string that is not UTF-8,
        // a variant without such a case.
        return plugin.nonsense(function, text);
    }
    PluginError::Trap {
        plugin: Box::new(plugin.info().plugin_ref()),
        function: function.to_owned(),
        message: panic.unwrap_or_else(|| check::plain(&text)),
        backtrace: error.downcast_ref::<WasmBacktrace>().map(symbols).unwrap_or_default(),
        layer: None,
    }
}

/// Bytes of a backtrace that are read. A name may be short as it stands in a component and endless once it is demangled.
const BACKTRACE_BYTES_MAX: usize = 64 * 1024;

/// Returns the names of a backtrace's functions, innermost first, demangled where that cannot blow them up.
fn symbols(backtrace: &WasmBacktrace) -> Vec<String> {
    let raw = || backtrace.frames().iter().map(|frame| frame.func_name().unwrap_or("<unnamed>"));
    if !raw().all(is_harmless) {
        return raw().map(check::plain).collect();
    }
    let name = |line: &str| {
        let (_, name) = line.split_once(" - ")?;
        Some(check::plain(name.split_once('!').map_or(name, |(_, function)| function)))
    };
    let mut text = Bounded(String::new());
    // An error says that the rest did not fit.
    let _ = write!(text, "{backtrace}");
    text.0.lines().filter_map(name).collect()
}

/// Returns whether a name stays short when it is demangled. Names of C++ refer to parts of themselves: two hundred bytes can
/// mean gigabytes. Those of Rust are a row of words, or bounded by whoever demangles them.
fn is_harmless(name: &str) -> bool {
    let Some(mut rest) = name.strip_prefix("_Z") else { return !name.starts_with("__Z") };
    let Some(words) = rest.strip_prefix('N') else { return false };
    rest = words;
    while let Some(digits) = rest.find(|one: char| !one.is_ascii_digit()).filter(|digits| *digits > 0) {
        let len = rest[..digits].parse().unwrap_or(usize::MAX);
        let Some(after) = rest[digits..].get(len..) else { return false };
        rest = after;
    }
    rest.starts_with('E')
}

/// A text that takes so much and then no more, so that whoever writes it stops.
struct Bounded(String);

impl std::fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let room = BACKTRACE_BYTES_MAX.saturating_sub(self.0.len());
        self.0.push_str(&text[..text.floor_char_boundary(room)]);
        if text.len() > room { Err(std::fmt::Error) } else { Ok(()) }
    }
}
