//! Why a template does not render, and where.

use std::ops::Range;

use crate::excerpt;
use crate::path::ProjectPath;

/// Why the outside could not give what a template asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostError {
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Why it happened, outermost first.
    pub causes: Vec<String>,
    /// The place in the data file that is to blame.
    pub data: Option<DataPlace>,
    /// A plugin broke its contract.
    pub is_plugin_fault: bool,
}

/// A place in a data file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPlace {
    /// The file.
    pub path: ProjectPath,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// The line with a caret under the place.
    pub excerpt: String,
}

impl HostError {
    /// Says what happened and what to do about it.
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()), ..Self::default() }
    }
}

/// A template that does not render.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}: {message}", .line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct TemplateError {
    /// The file that is wrong: the template, or one that it includes.
    pub path: ProjectPath,
    /// That file's text.
    pub text: String,
    /// Line in it, counted from 1.
    pub line: Option<u32>,
    /// The place in it, in bytes.
    pub range: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Why, outermost first.
    pub causes: Vec<String>,
    /// The place in the data file that is to blame.
    pub data: Option<DataPlace>,
    /// A plugin broke its contract.
    pub is_plugin_fault: bool,
}

impl TemplateError {
    /// Says what is wrong with a file.
    pub(super) fn new(path: &ProjectPath, text: String, message: String) -> Self {
        Self::of_fault(path, text, HostError { message, ..HostError::default() })
    }

    /// Makes the outside's error one of a file.
    pub(super) fn of_fault(path: &ProjectPath, text: String, fault: HostError) -> Self {
        Self {
            path: path.clone(),
            text,
            line: None,
            range: None,
            message: fault.message,
            hint: fault.hint,
            causes: fault.causes,
            data: fault.data,
            is_plugin_fault: fault.is_plugin_fault,
        }
    }

    /// Returns the template's line with a caret under the place.
    pub fn excerpt(&self) -> Option<String> {
        let line = self.line?;
        let range = self.range.clone().unwrap_or_else(|| {
            let start = excerpt::offset(&self.text, line, 1);
            start..excerpt::offset(&self.text, line, u32::MAX)
        });
        let label = self.message.lines().next().unwrap_or_default();
        Some(excerpt::render(self.path.as_str(), &self.text, range.start, range.end, label))
    }
}

/// An error of the outside on its way through the engine.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub(super) struct Fault(pub(super) HostError);

/// An included template's error on its way through the engine.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Included(pub(super) Box<TemplateError>);
