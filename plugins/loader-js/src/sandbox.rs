//! An engine without a clock, randomness and time zones.

use std::cell::Cell;
use std::rc::Rc;

use boa_engine::context::time::{Clock, JsInstant};
use boa_engine::context::{Context, HostHooks};
use boa_engine::realm::Realm;
use boa_engine::{JsNativeError, JsResult, JsString, Source};

use crate::modules::Modules;
use crate::nesting;

/// What a module is told that wants to know the time.
pub(crate) const NO_CLOCK: &str = "a data file has no clock: say which instant, as in `new Date(\"2026-01-31\")`";

/// Takes away what would make two runs differ: clock and randomness, and what tells when memory is tidied up. Real dates
/// stay what they are, also for `instanceof`.
const PRELUDE: &str = r#"(() => {
  const RealDate = Date;
  const noClock = () => { throw new Error('NO_CLOCK'); };
  const date = new Proxy(RealDate, {
    apply: noClock,
    construct(target, values, constructed) {
      if (values.length === 0) noClock();
      return Reflect.construct(target, values, constructed === date ? target : constructed);
    },
  });
  RealDate.now = noClock;
  RealDate.prototype.constructor = date;
  globalThis.Date = date;
  Math.random = () => { throw new Error('a data file has no randomness: the same file gives the same data'); };
  for (const name of ['WeakRef', 'FinalizationRegistry', 'Atomics', 'SharedArrayBuffer']) delete globalThis[name];
})();"#;

/// Deepest calls within calls. Each may take a part of the stack of the sandbox.
const RECURSION_MAX: usize = 400;

/// Makes an engine.
pub(crate) fn context(clock: &Rc<NoClock>, modules: &Rc<Modules>) -> Result<Context, String> {
    let builder =
        Context::builder().clock(Rc::clone(clock)).host_hooks(Rc::new(Hooks)).module_loader(Rc::clone(modules));
    let mut context = builder.build().map_err(|error| error.to_string())?;
    context.runtime_limits_mut().set_recursion_limit(RECURSION_MAX);
    let prelude = PRELUDE.replace("NO_CLOCK", NO_CLOCK);
    context.eval(Source::from_bytes(&prelude)).map_err(|error| error.to_string())?;
    Ok(context)
}

/// A clock that stands still and notes whether it was asked: the prelude answers first, and this is behind it.
#[derive(Debug, Default)]
pub(crate) struct NoClock {
    was_asked: Cell<bool>,
}

impl NoClock {
    pub(crate) fn was_asked(&self) -> bool {
        self.was_asked.get()
    }
}

impl Clock for NoClock {
    fn now(&self) -> JsInstant {
        JsInstant::new(0, 0)
    }

    fn system_time_millis(&self) -> i64 {
        self.was_asked.set(true);
        0
    }
}

/// What the engine asks whoever embeds it.
struct Hooks;

impl HostHooks for Hooks {
    /// The time zone of every machine.
    fn local_timezone_offset_seconds(&self, _unix_time_seconds: i64) -> i32 {
        0
    }

    /// `eval` and `Function` parse as well.
    fn ensure_can_compile_strings(
        &self,
        _realm: Realm,
        parameters: &[JsString],
        body: &JsString,
        _direct: bool,
        _context: &mut Context,
    ) -> JsResult<()> {
        let is_too_deep = |text: &JsString| nesting::too_deep(text.to_std_string_lossy().as_bytes()).is_some();
        match parameters.iter().chain([body]).any(is_too_deep) {
            true => Err(JsNativeError::range().with_message(nesting::TOO_DEEP).into()),
            false => Ok(()),
        }
    }
}
