//! What went wrong in a module, and where: from the engine's error to the problem that the host shows.

use boa_engine::context::Context;
use boa_engine::{JsError, js_string};
use noorm_guest::problem::Problem;

/// A place in a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// From the project's root.
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Fault {
    code: &'static str,
    message: String,
    /// Where, innermost first.
    places: Vec<Place>,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, place: Option<Place>) -> Self {
        Self { code, message: message.into(), places: place.into_iter().collect() }
    }

    /// An error that a module threw.
    pub(crate) fn of_error(error: &JsError, context: &mut Context) -> Self {
        // The engine shows its trace as text alone, a line for each call.
        let shown = error.to_string();
        let places = shown.lines().filter_map(|line| place(line.trim_start().strip_prefix("at ")?)).collect();
        Self { code: "exception", message: message(error, context), places }
    }

    /// A module that cannot be parsed.
    pub(crate) fn of_syntax(path: &str, error: &JsError, context: &mut Context) -> Self {
        let message = message(error, context);
        let message = message.strip_prefix("SyntaxError: ").unwrap_or(&message);
        let (what, at) = match message.rsplit_once(" at line ") {
            Some((what, at)) => (what, numbers(at)),
            None => (message, None),
        };
        let place = at.map(|(line, column)| Place { path: path.to_owned(), line, column });
        let what = match place {
            Some(_) => what.to_owned(),
            None => format!("`{path}`: {what}"),
        };
        Self::new("syntax", what, place)
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The same at the same place, in other words.
    pub(crate) fn about(self, message: &str) -> Self {
        Self { message: message.to_owned(), ..self }
    }

    /// Makes the problem of it. `path` and `bytes` are the data file's; a place in another file is said in words.
    pub(crate) fn into_problem(self, path: &str, bytes: &[u8]) -> Problem {
        let mut message = self.message;
        if let Some(first) = self.places.first().filter(|first| first.path != path) {
            message = format!("`{}:{}:{}`: {message}", first.path, first.line, first.column);
        }
        let problem = Problem::new(self.code, message);
        match self.places.iter().find(|place| place.path == path) {
            Some(place) => problem.at_line(bytes, place.line, place.column),
            None => problem,
        }
    }
}

/// The error's own text: `TypeError: x is undefined`, or what was thrown instead of an error.
fn message(error: &JsError, context: &mut Context) -> String {
    if let Ok(native) = error.try_native(context) {
        let kind = native.kind().to_string();
        return match native.message().trim() {
            "" => kind,
            // An error of no special kind says enough with its message.
            text if kind == "Error" => text.to_owned(),
            text => format!("{kind}: {text}"),
        };
    }
    let Some(thrown) = error.as_opaque().cloned() else {
        return error.to_string().lines().next().unwrap_or_default().to_owned();
    };
    let text = match thrown.as_object() {
        Some(object) => object.get(js_string!("message"), context).ok().filter(|text| text.is_string()),
        None => None,
    };
    let text = text.unwrap_or(thrown).to_string(context);
    text.map_or_else(
        |_| "something that has no text was thrown".to_owned(),
        |text| format!("thrown: {}", text.to_std_string_lossy()),
    )
}

/// Reads `name (path:line:column)`.
fn place(call: &str) -> Option<Place> {
    let inside = call.rsplit_once('(')?.1.strip_suffix(')')?;
    let (rest, column) = inside.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    let is_file = !path.contains(' ') || path.contains('.');
    let found = Place { path: path.to_owned(), line: line.parse().ok()?, column: column.parse().ok()? };
    is_file.then_some(found).filter(|found| !found.path.starts_with("unknown at"))
}

/// Reads `3, col 7`.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let (line, rest) = text.split_once(", col ")?;
    let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((line.parse().ok()?, column.parse().ok()?))
}
