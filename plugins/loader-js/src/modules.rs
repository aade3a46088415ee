//! The modules that a module imports: which file is meant, and its text from the host.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use boa_engine::module::{ModuleLoader, ModuleRequest, Referrer};
use boa_engine::{Context, JsNativeError, JsResult, JsString, Module, Source};
use noorm_guest::position;

use crate::fault::{Fault, Place};
use crate::nesting;

/// Gives the bytes of a file of the project, by its path from the root, or says why not.
pub(crate) type Read = dyn Fn(&str) -> Result<Vec<u8>, String>;

/// The modules of one evaluation.
pub(crate) struct Modules {
    read: Rc<Read>,
    loaded: RefCell<HashMap<String, Loaded>>,
    fault: RefCell<Option<Fault>>,
}

struct Loaded {
    module: Module,
    text: String,
}

impl Modules {
    pub(crate) fn new(read: Rc<Read>) -> Self {
        Self { read, loaded: RefCell::default(), fault: RefCell::default() }
    }

    /// Keeps a module under its path, so that it is itself when it is imported.
    pub(crate) fn keep(&self, path: &str, text: &str, module: Module) {
        self.loaded.borrow_mut().insert(path.to_owned(), Loaded { module, text: text.to_owned() });
    }

    /// Returns what the first import that failed failed of. The engine would forget the place.
    pub(crate) fn take_fault(&self) -> Option<Fault> {
        self.fault.borrow_mut().take()
    }

    fn import(&self, from: &str, specifier: &str, context: &mut Context) -> Result<Module, Fault> {
        let wrong = |what: String| Fault::new("import", what, self.place_of(from, specifier));
        let path = resolve(from, specifier).map_err(|what| wrong(format!("cannot import `{specifier}`: {what}")))?;
        if let Some(loaded) = self.loaded.borrow().get(&path) {
            return Ok(loaded.module.clone());
        }
        let bytes = (self.read)(&path).map_err(|what| wrong(format!("cannot import `{path}`: {what}")))?;
        let text = position::text(&bytes).map_err(|at| {
            let place = Place { path: path.clone(), line: at.line, column: at.column };
            Fault::new("invalid-utf8", "the file is not valid UTF-8 here", Some(place))
        })?;
        if let Some(at) = nesting::too_deep(text.text.as_bytes()) {
            let at = position::position(&bytes, text.skipped + at);
            let place = Place { path, line: at.line, column: at.column };
            return Err(Fault::new("too-deep", nesting::TOO_DEEP, Some(place)));
        }
        let module = if path.ends_with(".json") {
            Module::parse_json(JsString::from(text.text), context)
        } else {
            Module::parse(Source::from_bytes(text.text).with_path(Path::new(&path)), None, context)
        };
        let module = module.map_err(|error| Fault::of_syntax(&path, &error, context))?;
        self.keep(&path, text.text, module.clone());
        Ok(module)
    }

    /// Returns where a module imports another. The engine does not say; what is found is the specifier's text.
    fn place_of(&self, from: &str, specifier: &str) -> Option<Place> {
        let loaded = self.loaded.borrow();
        let text = loaded.get(from)?.text.as_str();
        let at = ['"', '\''].iter().find_map(|quote| text.find(&format!("{quote}{specifier}{quote}")))?;
        let at = position::position(text.as_bytes(), at);
        Some(Place { path: from.to_owned(), line: at.line, column: at.column })
    }
}

impl ModuleLoader for Modules {
    async fn load_imported_module(
        self: Rc<Self>,
        referrer: Referrer,
        request: ModuleRequest,
        context: &std::cell::RefCell<&mut Context>,
    ) -> JsResult<Module> {
        let from = referrer.path().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let specifier = request.specifier().to_std_string_lossy();
        self.import(&from, &specifier, &mut context.borrow_mut()).map_err(|fault| {
            let error = JsNativeError::error().with_message(fault.message().to_owned());
            self.fault.borrow_mut().get_or_insert(fault);
            error.into()
        })
    }
}

/// Returns the path from the project's root that a specifier means.
fn resolve(from: &str, specifier: &str) -> Result<String, &'static str> {
    let mut parts: Vec<&str> = Vec::new();
    let rest = match specifier.strip_prefix('/') {
        Some(rest) => rest,
        None if specifier.starts_with("./") || specifier.starts_with("../") => {
            parts.extend(from.split('/'));
            parts.pop();
            specifier
        }
        None => return Err("there are no packages; a file of the project begins with `./`, `../` or `/`"),
    };
    if !["js", "mjs", "json"].contains(&rest.rsplit_once('.').map_or("", |(_, extension)| extension)) {
        return Err("a module is named with its extension: `.js`, `.mjs` or `.json`");
    }
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or("it is outside of the project")?;
            }
            part if part.contains(['\\', '\0', ':']) => return Err("this is not a path"),
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_are_paths_of_the_project() {
        let ok = |from, specifier| resolve(from, specifier).expect("a path");
        assert_eq!(ok("schema/a.js", "./b.mjs"), "schema/b.mjs");
        assert_eq!(ok("schema/x/a.js", "../lib/./b.json"), "schema/lib/b.json");
        assert_eq!(ok("a.js", "./b.js"), "b.js");
        assert_eq!(ok("schema/a.js", "/data//b.js"), "data/b.js");
        for specifier in ["lodash", "node:fs", "./b", "./b.ts", "../../b.js", "https://x/b.js", "./c:b.js", ""] {
            assert!(resolve("schema/a.js", specifier).is_err(), "{specifier}");
        }
    }
}
