//! The compiler, bounded in time. A host that was built without it has none, and says so.
//!
//! A compilation cannot be interrupted, so it runs in a thread of its own that is left behind when it takes too long; the
//! process ends soon after. The size of what is compiled is bounded where files are read.

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::code::CodeFault;
use crate::error::{PluginError, Refusal};

/// Time that compiling one component may take. One with a language's runtime inside takes some seconds of an optimised
/// compiler; that of a debug build is fifteen times slower.
#[cfg(feature = "compiler")]
const TIME_MAX: std::time::Duration = std::time::Duration::from_secs(if cfg!(debug_assertions) { 1800 } else { 300 });

/// Returns bytes as a component: as they are, or, for a core module with its interface embedded, encoded.
#[cfg(feature = "compiler")]
pub(crate) fn componentize(bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, Refusal> {
    crate::componentize::componentize(bytes)
}

/// Returns bytes that are a component: to make one, the compiler is needed.
#[cfg(not(feature = "compiler"))]
pub(crate) fn componentize(bytes: &[u8]) -> Result<std::borrow::Cow<'_, [u8]>, Refusal> {
    match wasmparser::Parser::is_component(bytes) {
        true => Ok(bytes.into()),
        false => {
            Err(Refusal::NotComponent { reason: "this noorm was built without the compiler of plugins".to_owned() })
        }
    }
}

/// Compiles a component.
#[cfg(feature = "compiler")]
pub(crate) fn compile(engine: &Engine, _digest: &str, component: &[u8]) -> Result<Component, CodeFault> {
    compile_within(engine, component, TIME_MAX)
}

#[cfg(feature = "compiler")]
fn compile_within(engine: &Engine, component: &[u8], time: std::time::Duration) -> Result<Component, CodeFault> {
    let failed = |what: String| CodeFault::Other(PluginError::Engine { what });
    let (done, answer) = std::sync::mpsc::sync_channel(1);
    let (engine, bytes) = (engine.clone(), component.to_vec());
    let compile = move || {
        // Whoever waited may have given up.
        let _ = done.send(Component::from_binary(&engine, &bytes));
    };
    let thread = std::thread::Builder::new().name("noorm-plugin-compiler".to_owned()).spawn(compile);
    thread.map_err(|error| failed(error.to_string()))?;
    match answer.recv_timeout(time) {
        Ok(compiled) => compiled.map_err(|error| CodeFault::Refused(Refusal::Invalid { reason: format!("{error:#}") })),
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
            Err(CodeFault::Refused(Refusal::Slow { seconds: time.as_secs() }))
        }
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => Err(failed("the compiler panicked".to_owned())),
    }
}

/// Refuses: this host was built without a compiler.
#[cfg(not(feature = "compiler"))]
pub(crate) fn compile(_engine: &Engine, digest: &str, _component: &[u8]) -> Result<Component, CodeFault> {
    Err(CodeFault::Other(PluginError::NoCompiler { digest: digest.to_owned() }))
}

#[cfg(all(test, feature = "compiler"))]
mod tests {
    use super::*;
    use crate::engine::Runtime;

    #[test]
    fn what_takes_too_long_is_left_behind() {
        let runtime = Runtime::new().expect("an engine");
        let function = "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))".repeat(20_000);
        let component = wat::parse_str(format!("(component (core module {function}))")).expect("text");
        let started = std::time::Instant::now();
        let short = std::time::Duration::from_millis(1);
        match compile_within(runtime.engine(), &component, short) {
            Err(CodeFault::Refused(Refusal::Slow { .. })) => {}
            _ => panic!("slow"),
        }
        assert!(started.elapsed() < std::time::Duration::from_secs(1), "{:?}", started.elapsed());
        assert!(compile_within(runtime.engine(), b"\0asm\x0d\0\x01\0", TIME_MAX).is_ok());
    }
}
