//! Folds what `split` says of a script.

use noorm_core::excerpt;
use noorm_ops::plugin::PluginError;
use noorm_ops::split::SplitError;

use super::{Failure, Place};

impl From<SplitError> for Failure {
    fn from(error: SplitError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let at = |path: &str, line| Some(Place { file: path.to_owned(), line, column: None });
        let (code, place) = match &error {
            SplitError::Config(_) | SplitError::Plugin(_) => return of_others(error),
            SplitError::Script { .. } => return of_script(&error),
            SplitError::NoDialect { .. } => {
                let mut failure = Self::wrong_usage("no-dialect", message);
                failure.hint = hint;
                return failure;
            }
            SplitError::Template { path } => {
                let mut failure = Self::wrong_usage("template", message);
                (failure.hint, failure.place) = (hint, at(path, None));
                return failure;
            }
            SplitError::Read { path, .. } => ("unreadable", at(path, None)),
            SplitError::Encoding { path, line, .. } | SplitError::Nul { path, line } => {
                ("not-text", at(path, Some(*line)))
            }
            SplitError::Directive { path, .. } => ("unknown-directive", at(path, Some(1))),
            SplitError::Unheard(_) => ("unwritable", None),
        };
        let mut failure = Self::user(code, message).and_causes_of(&error);
        (failure.hint, failure.place) = (hint, place);
        failure
    }
}

/// What other commands can meet too.
fn of_others(error: SplitError) -> Failure {
    match error {
        SplitError::Config(error) => error.into(),
        SplitError::Plugin(error @ PluginError::UnknownDialect { .. }) => {
            let hint = error.hint();
            let mut failure = Failure::wrong_usage("unknown-dialect", error.to_string());
            failure.hint = hint;
            failure
        }
        SplitError::Plugin(error) => error.into(),
        error => Failure::user("split", error.to_string()),
    }
}

fn of_script(error: &SplitError) -> Failure {
    let SplitError::Script { path, diagnostic, part } = error else {
        return Failure::user("script", error.to_string());
    };
    let span = diagnostic.span.as_ref();
    let line = span.map(|span| format!(":{}", span.line)).unwrap_or_default();
    let mut failure = Failure::user("script", format!("{path}{line}: {}", diagnostic.message));
    failure.hint = error.hint();
    failure.excerpt = part
        .as_ref()
        .map(|part| excerpt::render_part(path, &part.text, part.line, part.start, part.end, &diagnostic.message));
    let (line, column) = (span.map(|span| span.line), span.map(|span| span.column));
    failure.place = Some(Place { file: path.clone(), line, column });
    failure
}
