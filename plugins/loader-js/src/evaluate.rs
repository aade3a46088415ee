//! One module from its bytes to its data.

use std::path::Path;
use std::rc::Rc;

use boa_engine::builtins::promise::PromiseState;
use boa_engine::context::Context;
use boa_engine::{JsError, Module, Source, js_string};
use noorm_guest::cbor::Value;
use noorm_guest::position;
use noorm_guest::problem::Problem;

use crate::fault::{Fault, Place};
use crate::modules::{Modules, Read};
use crate::nesting;
use crate::sandbox::{self, NoClock};
use crate::value;

/// Evaluates a module and returns its default export. `read` gives the files that it imports.
pub(crate) fn evaluate(path: &str, bytes: &[u8], read: Rc<Read>) -> Result<Value, Problem> {
    let position::Text { text, skipped } = position::text(bytes).map_err(Problem::not_utf8)?;
    nesting::check(bytes, text, skipped)?;
    let fault = |fault: Fault| fault.into_problem(path, bytes);
    let (clock, modules) = (Rc::new(NoClock::default()), Rc::new(Modules::new(read)));
    let mut context = sandbox::context(&clock, &modules).map_err(|what| Problem::new("internal", what))?;
    let keys = value::keys(&mut context).map_err(|error| fault(Fault::of_error(&error, &mut context)))?;
    let module = Module::parse(Source::from_bytes(text).with_path(Path::new(path)), None, &mut context)
        .map_err(|error| fault(Fault::of_syntax(path, &error, &mut context)))?;
    modules.keep(path, text, module.clone());
    let evaluated = run(&module, &mut context);
    // What was asked of the clock counts, whoever caught the error; what an import said is nearer to the cause.
    if let Some(found) = modules.take_fault() {
        return Err(fault(found));
    }
    evaluated.map_err(fault)?;
    let exported = match module.namespace(&mut context).has_own_property(js_string!("default"), &mut context) {
        Ok(true) => module.get_value(js_string!("default"), &mut context),
        _ => {
            let problem = Problem::new("export", "the module has no default export");
            return Err(problem.help("say what the data is: `export default …`"));
        }
    };
    let value = exported
        .map_err(|error| Fault::of_error(&error, &mut context))
        .and_then(|exported| value::convert(&exported, &keys, &mut context))
        .map_err(fault)?;
    if clock.was_asked() {
        return Err(Problem::new("clock", sandbox::NO_CLOCK));
    }
    Ok(value)
}

/// Loads what the module imports, and runs it until nothing is left to do.
fn run(module: &Module, context: &mut Context) -> Result<(), Fault> {
    let promise = module.load_link_evaluate(context);
    context.run_jobs().map_err(|error| Fault::of_error(&error, context))?;
    match promise.state() {
        PromiseState::Fulfilled(_) => Ok(()),
        PromiseState::Rejected(reason) => Err(Fault::of_error(&JsError::from_opaque(reason), context)),
        PromiseState::Pending => {
            Err(Fault::new("pending", "the module waits for something that never comes", None::<Place>))
        }
    }
}
