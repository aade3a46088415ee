//! Makes an error that says what to do of the engine's.

use std::error::Error as _;

use minijinja::{Error, ErrorKind};

use super::error::{Fault, HostError, Included, TemplateError};
use super::functions;
use super::root::{self, Root};
use super::run::Run;
use crate::path::ProjectPath;
use crate::similar::closest;

/// A hint lists no more names than this.
const NAMES_SHOWN_MAX: usize = 12;

/// Statements of the engine that read other templates, which ours do with functions.
const READING: [&str; 5] = ["include", "import", "from", "extends", "block"];

/// Says what the engine's error is about, with its place in `text`.
pub(super) fn explain(run: &Run, path: &ProjectPath, text: &str, root: &Root, error: &Error) -> TemplateError {
    if let Some(Included(inner)) = find(error) {
        let line = error.line().map(|line| format!(":{line}")).unwrap_or_default();
        let mut inner = TemplateError::clone(inner);
        inner.causes.push(format!("included by {path}{line}"));
        return inner;
    }
    let fault = match find(error) {
        Some(Fault(fault)) => fault.clone(),
        None => of_engine(root, error),
    };
    let mut explained = TemplateError::of_fault(path, text.to_owned(), redacted(run, fault));
    explained.line = error.line().and_then(|line| u32::try_from(line).ok());
    explained.range = error.range().filter(|range| text.get(range.clone()).is_some());
    explained
}

/// Finds what travelled through the engine as the source of its error.
fn find<T: std::error::Error + 'static>(error: &Error) -> Option<&T> {
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(found) = source.downcast_ref::<T>() {
            return Some(found);
        }
        next = source.source();
    }
    None
}

/// A path or a value in a message may be made of a secret.
fn redacted(run: &Run, mut fault: HostError) -> HostError {
    let redactor = run.redactor();
    let redact = |text: &str| redactor.redact(text).into_owned();
    fault.message = redact(&fault.message);
    fault.hint = fault.hint.as_deref().map(redact);
    fault.causes = fault.causes.iter().map(|cause| redact(cause)).collect();
    if let Some(data) = &mut fault.data {
        data.excerpt = redact(&data.excerpt);
    }
    fault
}

fn of_engine(root: &Root, error: &Error) -> HostError {
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    if let Some(expression) = undefined_expression(&detail) {
        return undefined(root, expression);
    }
    match error.kind() {
        ErrorKind::UnknownFunction => match detail.strip_suffix(" is unknown") {
            Some(name) => unknown_name(root, name),
            None => HostError { message: detail, ..HostError::default() },
        },
        ErrorKind::SyntaxError => {
            let word = detail.strip_prefix("unknown statement ").unwrap_or_default();
            let reads = READING.contains(&word);
            let hint = reads.then(|| "other files are read with `include(\"FILE\")` and `load(\"FILE\")`".to_owned());
            HostError { message: format!("syntax error: {detail}"), hint, ..HostError::default() }
        }
        _ => HostError { message: detail, ..HostError::default() },
    }
}

/// Returns the expression of the engine's remark that it is undefined.
fn undefined_expression(detail: &str) -> Option<&str> {
    let (before, _) = detail.split_once("` is undefined")?;
    before.rsplit_once('`').map(|(_, expression)| expression)
}

fn undefined(root: &Root, expression: &str) -> HostError {
    let default = "check its spelling, or give it a default: `… | default(…)`";
    match member(expression) {
        None if expression.chars().all(|letter| letter.is_alphanumeric() || letter == '_') => {
            unknown_name(root, expression)
        }
        None => HostError::new(format!("`{expression}` is undefined"), default),
        Some(("secrets", name)) => HostError::new(
            format!("the secret `{name}` is not set for this config"),
            format!("`noorm secret set {name}` sets it; or {default}"),
        ),
        Some(("global_secrets", name)) => HostError::new(format!("the global secret `{name}` is not set"), default),
        Some(("env", name)) => HostError::new(format!("the environment variable `{name}` is not set"), default),
        Some((owner, name)) => HostError::new(format!("`{owner}` has no `{name}`"), default),
    }
}

/// Splits `owner.name` and `owner['name']`; `None` where the engine does not tell both.
fn member(expression: &str) -> Option<(&str, &str)> {
    let (owner, name) = match expression.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
        Some((owner, key)) => (owner, key.trim_matches(['\'', '"'])),
        None => expression.rsplit_once('.')?,
    };
    (!owner.contains("(...)") && name != "...").then_some((owner, name))
}

fn unknown_name(root: &Root, name: &str) -> HostError {
    let data = root.data_names();
    let known = root::NAMES.into_iter().chain(functions::NAMES).chain(data.iter().copied());
    let hint = match closest(name, known) {
        Some(close) => format!("did you mean `{close}`?"),
        None if data.is_empty() => "there is no data file beside the template".to_owned(),
        None => {
            let shown: Vec<String> = data.iter().take(NAMES_SHOWN_MAX).map(|name| format!("`{name}`")).collect();
            format!("the data files beside the template are {}", shown.join(", "))
        }
    };
    HostError::new(format!("there is no data file or name `{name}` here"), hint)
}
