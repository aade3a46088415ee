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
    fn new(code: &str, message: String, help: impl Into<String>, start: Place, len: usize) -> Self {
        Self { code: code.to_owned(), message, help: help.into(), start, end: start.offset + len as u64 }
    }

    /// Something that begins at `start` and never ends. `closing` is what should end it.
    pub(super) fn unterminated(what: &str, closing: &str, start: Place) -> Self {
        let code = format!("unterminated-{}", what.replace(' ', "-"));
        Self::new(&code, format!("this {what} has no end"), format!("close it with {closing}"), start, 1)
    }

    /// A command that only the database's own shell understands.
    pub(super) fn client_command(client: &Client, name: &str, start: Place) -> Self {
        let message = format!("`{name}` is a command of {0}, and only {0} understands it", client.program);
        Self::new("client-command", message, (client.help)(name), start, name.len())
    }

    /// Something between `COPY … FROM stdin;` and its first line of data.
    pub(super) fn copy_line(start: Place) -> Self {
        let message = "the rest of a line that ends in `COPY … FROM stdin;` has to be empty".to_owned();
        let help = "the data begins on the next line: move this below the line `\\.` that ends the data";
        Self::new("copy-line", message, help, start, 1)
    }

    /// A line that sets no delimiter that could be used.
    pub(super) fn delimiter(word: &str, why: &str, start: Place) -> Self {
        let word = word.to_ascii_lowercase();
        let help = format!("write a delimiter after it on the same line, such as `{word} //`");
        Self::new("delimiter", format!("`{word}` {why}"), help, start, word.len())
    }

    /// A line with a separator and something else.
    pub(super) fn separator_line(word: &str, start: Place) -> Self {
        let message = format!("`{word}` has to stand alone on its line, with nothing but a count after it");
        Self::new("separator-line", message, format!("remove the `;` after `{word}`"), start, word.len())
    }

    /// A separator whose count is none, or more than `most`.
    pub(super) fn separator_count(word: &str, most: u32, start: Place, len: usize) -> Self {
        let message = format!("the count after `{word}` has to be from 1 to {most}");
        Self::new("separator-count", message, "write how many times the batch is to run, or nothing", start, len)
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
