//! The compiler, bounded in time. A host that was built without it has none, and says so.
//!
//! A compilation cannot be interrupted, so it runs in a thread of its own that is left behind when it takes too long; the
//! process ends soon after. The size of what is compiled is bounded where files are read.

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::code::CodeFault;
use crate::error::{PluginError, Refusal};

/// Time that compiling one component may take. One with a language's runtime inside takes some twenty seconds.
#[cfg(feature = "compiler")]
const TIME_MAX: std::time::Duration = std::time::Duration::from_secs(if cfg!(debug_assertions) { 900 } else { 300 });

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
    let (engine, bytes) = (engine.clone(), component.to_vec());
    within(TIME_MAX, move || Component::from_binary(&engine, &bytes))
}

/// Compiles a component for the baseline of a kind of machine: naming it keeps the features of this machine's processor out.
#[cfg(feature = "compiler")]
pub(crate) fn precompile(target: &str, component: &[u8]) -> Result<Vec<u8>, CodeFault> {
    let unknown = |error: wasmtime::Error| {
        CodeFault::Other(PluginError::Engine { what: format!("it cannot compile for `{target}`: {error:#}") })
    };
    let mut config = crate::compiler_config::compiler_config();
    config.target(target).map_err(unknown)?;
    let engine = Engine::new(&config).map_err(unknown)?;
    let bytes = component.to_vec();
    within(TIME_MAX, move || engine.precompile_component(&bytes))
}

/// Waits for a compilation, for no longer than this.
#[cfg(feature = "compiler")]
fn within<T: Send + 'static>(
    time: std::time::Duration,
    compile: impl FnOnce() -> wasmtime::Result<T> + Send + 'static,
) -> Result<T, CodeFault> {
    let failed = |what: String| CodeFault::Other(PluginError::Engine { what });
    let (done, answer) = std::sync::mpsc::sync_channel(1);
    // Whoever waited may have given up.
    let run = move || drop(done.send(compile()));
    let thread = std::thread::Builder::new().name("noorm-plugin-compiler".to_owned()).spawn(run);
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

/// Refuses: this host was built without a compiler.
#[cfg(not(feature = "compiler"))]
pub(crate) fn precompile(_target: &str, component: &[u8]) -> Result<Vec<u8>, CodeFault> {
    Err(CodeFault::Other(PluginError::NoCompiler { digest: crate::install::digest(component) }))
}

#[cfg(all(test, feature = "compiler"))]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_left_behind() {
        let started = std::time::Instant::now();
        let compile = || {
            std::thread::sleep(std::time::Duration::from_secs(30));
            Ok(())
        };
        match within(std::time::Duration::from_millis(1), compile) {
            Err(CodeFault::Refused(Refusal::Slow { .. })) => {}
            _ => panic!("slow"),
        }
        assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
        let runtime = crate::engine::Runtime::new().expect("an engine");
        assert!(super::compile(runtime.engine(), "", b"\0asm\x0d\0\x01\0").is_ok());
    }
}
