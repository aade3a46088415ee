//! How mistakes in the settings look: each with the line that it stands on.

use noorm_core::excerpt;
use noorm_core::settings::{Finding, SettingsError};
use noorm_ops::requirement::RequirementError;
use noorm_ops::settings::EditError;

use super::{Failure, Place};

/// What is longer does not stand beside the place, in bytes.
const LABEL_BYTES_MAX: usize = 60;

/// Makes a failure of everything that is wrong with a settings file.
pub(crate) fn wrong_settings(file: &str, text: &str, error: &SettingsError) -> Failure {
    let mut failure = Failure::user("wrong-settings", format!("`{file}` is not valid"));
    failure.causes = error.errors.iter().map(Finding::to_string).collect();
    let excerpts: Vec<String> = error.errors.iter().filter_map(|error| excerpt_of(file, text, error)).collect();
    failure.excerpt = (!excerpts.is_empty()).then(|| excerpts.join("\n\n"));
    let help = error.errors.iter().find_map(|error| error.help.clone());
    failure.hint = Some(help.unwrap_or_else(|| "correct the file; an empty one means the defaults".to_owned()));
    let first = error.errors.first();
    failure.place = Some(Place {
        file: file.to_owned(),
        line: first.and_then(|error| error.line),
        column: first.and_then(|error| error.column),
    });
    failure
}

/// A finding as text: what, where, what to do.
pub(crate) fn finding(file: &str, text: &str, finding: &Finding) -> String {
    let mut lines = vec![finding.message.clone()];
    match excerpt_of(file, text, finding) {
        Some(excerpt) => lines.push(excerpt),
        None => lines.extend(finding.line.map(|line| format!(" --> {file}:{line}"))),
    }
    let is_shown = |help: &&String| finding.column.is_some() && help.len() <= LABEL_BYTES_MAX;
    lines.extend(finding.help.as_ref().filter(|help| !is_shown(help)).map(|help| format!("hint: {help}")));
    lines.join("\n")
}

/// A line whose column is not told is not shown.
fn excerpt_of(file: &str, text: &str, finding: &Finding) -> Option<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let at = excerpt::offset(text, finding.line?, finding.column?);
    let word = text[at..].find(|c: char| c.is_whitespace() || ":,]}".contains(c)).unwrap_or(text.len() - at);
    let label = finding.help.as_deref().filter(|help| help.len() <= LABEL_BYTES_MAX).unwrap_or("here");
    Some(excerpt::render(file, text, at, at + word.max(1), label))
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        let hint = error.hint();
        let message = error.to_string();
        let mut failure = match error {
            EditError::Project(error) => return error.into(),
            EditError::Invalid { ref copy, ref text, ref source, .. } => {
                let mut failure = wrong_settings(&copy.display().to_string(), text, source);
                failure.message = message;
                failure
            }
            EditError::NoEditor => Self::wrong_usage("no-editor", message),
            EditError::Start { .. } | EditError::Failed { .. } => Self::user("editor", message).and_causes_of(&error),
            EditError::Changed { .. } => Self::user("settings-changed", message),
            EditError::File { .. } => Self::user("unwritable", message).and_causes_of(&error),
        };
        failure.hint = hint;
        failure
    }
}

impl From<RequirementError> for Failure {
    fn from(error: RequirementError) -> Self {
        let code = match &error {
            RequirementError::Secrets { .. } => "missing-secrets",
            RequirementError::Stage(_) => "strict",
        };
        let mut failure = Self::user(code, error.to_string());
        failure.hint = error.hint();
        if let RequirementError::Secrets { missing, .. } = &error {
            failure = failure.with(&serde_json::json!({ "missingSecrets": missing }));
        }
        failure
    }
}
