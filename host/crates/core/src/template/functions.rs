//! The functions of templates. `quote`, `ident`, `escape` and `json` are filters too: `{{ name | quote }}`.

use std::sync::Arc;

use minijinja::value::{StringInput, ValueKind};
use minijinja::{Environment, Error, Output, State, Value as Jinja};

use super::error::HostError;
use super::run::Run;
use super::{DataKind, data, file};
use crate::path::ProjectPath;
use crate::script_kind::ScriptKind;

/// The names of the functions.
pub(super) const NAMES: [&str; 8] = ["include", "load", "escape", "quote", "ident", "json", "now", "uuid"];

/// What makes a text of one value.
type OfValue = fn(&Run, &Jinja) -> Result<String, HostError>;

/// Makes the functions known to the engine, for the file `path`.
pub(super) fn add(environment: &mut Environment<'_>, run: &Arc<Run>, path: &ProjectPath) {
    for (name, call) in [("quote", quote as OfValue), ("ident", ident), ("escape", escape), ("json", json)] {
        environment.add_function(name, of_value(run, call));
        environment.add_filter(name, of_value(run, call));
    }
    let of_run = Arc::clone(run);
    environment.add_function("now", move || of_run.facts.now.clone());
    let of_run = Arc::clone(run);
    environment.add_function("uuid", move || of_run.host.uuid());
    let (of_run, from) = (Arc::clone(run), path.clone());
    environment.add_function("include", move |specifier: String| include(&of_run, &from, &specifier));
    let (of_run, from) = (Arc::clone(run), path.clone());
    environment.add_function("load", move |specifier: String| load(&of_run, &from, &specifier));
}

fn of_value(
    run: &Arc<Run>,
    call: OfValue,
) -> impl Fn(&mut State<'_, '_>, Jinja) -> Result<Jinja, Error> + Send + Sync + 'static {
    let run = Arc::clone(run);
    move |state: &mut State<'_, '_>, value: Jinja| {
        if value.is_undefined() {
            // The engine's own error knows which expression it was.
            StringInput::new(state, &value)?;
        }
        call(&run, &value).map(Jinja::from).map_err(|fault| run.raise(fault))
    }
}

fn quote(run: &Run, value: &Jinja) -> Result<String, HostError> {
    match data::to_scalar(value) {
        Ok(scalar) => run.host.literal(&scalar),
        Err(kind) => Err(wrong_kind("quote", kind, "quote its parts one by one, or its text: `quote(json(…))`")),
    }
}

fn ident(run: &Run, value: &Jinja) -> Result<String, HostError> {
    run.host.ident(text("ident", value)?)
}

fn escape(run: &Run, value: &Jinja) -> Result<String, HostError> {
    run.host.escape(text("escape", value)?)
}

fn json(_: &Run, value: &Jinja) -> Result<String, HostError> {
    serde_json::to_string(value)
        .map_err(|error| HostError::new(format!("`json` cannot write this: {error}"), "give it plain values"))
}

fn text<'a>(function: &str, value: &'a Jinja) -> Result<&'a str, HostError> {
    value.as_str().ok_or_else(|| wrong_kind(function, value.kind(), "make a text of it first"))
}

fn wrong_kind(function: &str, kind: ValueKind, hint: &str) -> HostError {
    HostError::new(format!("`{function}` cannot take this: it is {}", words(kind)), hint)
}

fn words(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Undefined => "undefined",
        ValueKind::None => "none",
        ValueKind::Bool => "a boolean",
        ValueKind::Number => "a number",
        ValueKind::Seq | ValueKind::Iterable => "a list",
        ValueKind::Map => "a map",
        ValueKind::Bytes => "bytes",
        _ => "no plain value",
    }
}

/// `include("FILE")`: the text of a file, rendered if it is a template.
fn include(run: &Arc<Run>, from: &ProjectPath, specifier: &str) -> Result<Jinja, Error> {
    let path = resolve(run, from, specifier)?;
    let bytes = run.read(&path).map_err(|fault| run.raise(fault))?;
    let text = match ScriptKind::of(path.file_name()) {
        ScriptKind::Template => file::render(run, &path, &bytes),
        ScriptKind::Foreign => {
            let message = format!("`{path}` needs the JavaScript engine of the original");
            return Err(run.raise(HostError::new(message, "rewrite it as a `.sql.j2` template")));
        }
        _ => file::text_of(&path, &bytes),
    };
    text.map(Jinja::from).map_err(|inner| run.raise_inner(inner))
}

/// `load("FILE")`: the value of a data file.
fn load(run: &Arc<Run>, from: &ProjectPath, specifier: &str) -> Result<Jinja, Error> {
    let path = resolve(run, from, specifier)?;
    if run.host.data_kind(&path) == DataKind::Other {
        let message = format!("no loader reads `{path}`");
        return Err(run.raise(HostError::new(message, "`noorm plugin list` shows what can be loaded")));
    }
    run.load(&path).map_err(|fault| run.raise(fault))
}

fn resolve(run: &Run, from: &ProjectPath, specifier: &str) -> Result<ProjectPath, Error> {
    from.resolve(specifier).map_err(|error| {
        let hint = "paths are relative to the template's folder, or begin with `/` at the project's";
        run.raise(HostError::new(error.to_string(), hint))
    })
}

/// Writes a value into the SQL. What has no one way to stand there is refused: `none` would be the word none.
pub(super) fn format(run: &Run, out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Jinja) -> Result<(), Error> {
    match value.kind() {
        // The engine's own words for these begin with a capital.
        ValueKind::Bool => Ok(out.write_str(if value.is_true() { "true" } else { "false" })?),
        ValueKind::Number if !is_finite(value) => {
            let message = format!("SQL has no number for {value}");
            Err(run.raise(HostError::new(message, "leave it out, or use `quote(…)`")))
        }
        ValueKind::String | ValueKind::Number | ValueKind::Undefined | ValueKind::Invalid => {
            minijinja::escape_formatter(out, state, value)
        }
        kind => {
            let message = format!("this is {}, which SQL cannot say as it is", words(kind));
            Err(run.raise(HostError::new(message, "use `quote(…)`, `json(…)` or a loop")))
        }
    }
}

fn is_finite(number: &Jinja) -> bool {
    number.is_integer() || f64::try_from(number.clone()).is_ok_and(f64::is_finite)
}
