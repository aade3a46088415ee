//! What can be wrong with a script before any server sees it. Everything that a server would say itself is left to it.

use super::place::Place;
use super::syntax::Client;
use crate::dialect::noorm::types::report::{Diagnostic, Failure, Severity, Span};

/// Why a script cannot be split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    code: String,
    message: String,
    help: String,
    start: Place,
    end: u64,
}

impl Fault {
    /// Something that begins at `start` and never ends. `closing` is what should end it.
    pub(super) fn unterminated(what: &str, closing: &str, start: Place) -> Self {
        Self {
            code: format!("unterminated-{}", what.replace(' ', "-")),
            message: format!("this {what} has no end"),
            help: format!("close it with {closing}"),
            start,
            end: start.offset + 1,
        }
    }

    /// A command that only the database's own shell understands.
    pub(super) fn client_command(client: &Client, name: &str, start: Place) -> Self {
        Self {
            code: "client-command".to_owned(),
            message: format!("`{name}` is a command of {0}, and only {0} understands it", client.program),
            help: (client.help)(name).to_owned(),
            start,
            end: start.offset + name.len() as u64,
        }
    }

    /// Something between `COPY … FROM stdin;` and its first line of data.
    pub(super) fn copy_line(start: Place) -> Self {
        Self {
            code: "copy-line".to_owned(),
            message: "the rest of a line that ends in `COPY … FROM stdin;` has to be empty".to_owned(),
            help: "the data begins on the next line: move this below the line `\\.` that ends the data".to_owned(),
            start,
            end: start.offset + 1,
        }
    }

    /// Says it in the words of the interface, about the script `input`.
    pub(super) fn into_failure(self, input: &str) -> Failure {
        let span = Span {
            input: input.to_owned(),
            start: self.start.offset,
            end: self.end,
            line: self.start.line,
            column: self.start.column,
        };
        Failure::Invalid(vec![Diagnostic {
            severity: Severity::Error,
            code: self.code,
            message: self.message,
            span: Some(span),
            help: Some(self.help),
            attrs: Vec::new(),
        }])
    }
}
