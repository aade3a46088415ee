//! One engine per host and the clock that bounds its calls.
//!
//! The clock's thread starts with the first call and sleeps when nothing is called, so that a command
//! that never enters a plugin pays for neither. It does not measure: a call ends up to one
//! tick late.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::{Engine, EngineWeak};

/// How often the clock ticks, in milliseconds.
const TICK_MS: u64 = 10;

/// Idle ticks after which the clock goes to sleep.
const IDLE_TICKS_MAX: u32 = 50;

/// The engine with its clock.
pub(crate) struct Runtime {
    engine: Engine,
    shared: Arc<Shared>,
    clock: OnceLock<Result<JoinHandle<()>, String>>,
}

/// What calls and clock tell each other.
#[derive(Default)]
struct Shared {
    running: AtomicUsize,
    asleep: AtomicBool,
    stopped: AtomicBool,
}

impl Runtime {
    pub(crate) fn new() -> wasmtime::Result<Self> {
        #[cfg(feature = "compiler")]
        let config = crate::compiler_config::compiler_config();
        #[cfg(not(feature = "compiler"))]
        let config = crate::engine_config::engine_config();
        let engine = Engine::new(&config)?;
        Ok(Self { engine, shared: Arc::default(), clock: OnceLock::new() })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Keeps the clock ticking until the guard is dropped.
    ///
    /// Fails only where the system has no thread left: without the clock no call is bounded, so none
    /// may start.
    pub(crate) fn running(&self) -> Result<Running<'_>, String> {
        // Counted first and looked at second, while the clock does the reverse: one of the two sees
        // the other, so the clock is never asleep during a call.
        self.shared.running.fetch_add(1, Ordering::SeqCst);
        let running = Running { shared: &self.shared };
        let start = || start(self.engine.weak(), Arc::clone(&self.shared));
        let clock = self.clock.get_or_init(start).as_ref().map_err(Clone::clone)?;
        if self.shared.asleep.load(Ordering::SeqCst) {
            clock.thread().unpark();
        }
        Ok(running)
    }

    /// Returns the ticks that cover `time_ms`; one more than fits, because the first is partial.
    pub(crate) fn ticks(time_ms: u64) -> u64 {
        time_ms.div_ceil(TICK_MS).saturating_add(1)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        if let Some(Ok(clock)) = self.clock.get() {
            clock.thread().unpark();
        }
    }
}

/// A call in progress.
pub(crate) struct Running<'a> {
    shared: &'a Shared,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.shared.running.fetch_sub(1, Ordering::SeqCst);
    }
}

fn start(engine: EngineWeak, shared: Arc<Shared>) -> Result<JoinHandle<()>, String> {
    thread::Builder::new()
        .name("noorm-plugin-clock".to_owned())
        .spawn(move || tick(&engine, &shared))
        .map_err(|error| error.to_string())
}

fn tick(engine: &EngineWeak, shared: &Shared) {
    let mut idle = 0;
    while !shared.stopped.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(TICK_MS));
        let Some(engine) = engine.upgrade() else {
            return;
        };
        engine.increment_epoch();
        drop(engine);
        idle = if shared.running.load(Ordering::SeqCst) == 0 { idle + 1 } else { 0 };
        if idle < IDLE_TICKS_MAX {
            continue;
        }
        shared.asleep.store(true, Ordering::SeqCst);
        let idle_still = shared.running.load(Ordering::SeqCst) == 0;
        if idle_still && !shared.stopped.load(Ordering::SeqCst) {
            thread::park();
        }
        shared.asleep.store(false, Ordering::SeqCst);
        idle = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_wakes_for_a_call() {
        let runtime = Runtime::new().expect("engine");
        assert!(runtime.clock.get().is_none(), "no call, no thread");
        drop(runtime.running().expect("clock"));
        wait_until(&runtime, true);
        let running = runtime.running().expect("clock");
        wait_until(&runtime, false);
        drop(running);
    }

    /// A machine with other work takes its time; that the clock never gets there is what fails.
    fn wait_until(runtime: &Runtime, asleep: bool) {
        let tries = 60_000 / TICK_MS;
        let is_there = (0..tries).any(|_| {
            thread::sleep(Duration::from_millis(TICK_MS));
            runtime.shared.asleep.load(Ordering::SeqCst) == asleep
        });
        assert!(is_there, "asleep: {}", !asleep);
    }

    #[test]
    fn ticks_cover_the_time() {
        assert_eq!(Runtime::ticks(0), 1);
        assert_eq!(Runtime::ticks(1), 2);
        assert_eq!(Runtime::ticks(100), 11);
    }
}
