//! One thing that is wrong with a data file, and the way it leaves the plugin.

use crate::position::{self, Position};

/// What is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable word in kebab-case.
    pub code: &'static str,
    /// One sentence, lower-case, without a full stop.
    pub message: String,
    /// Where.
    pub at: Option<Position>,
    /// What the user can do about it.
    pub help: Option<String>,
}

impl Problem {
    /// Says what is wrong.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), at: None, help: None }
    }

    /// Says where, by byte offset in the file.
    #[must_use]
    pub fn at_offset(self, bytes: &[u8], offset: usize) -> Self {
        self.at(position::position(bytes, offset))
    }

    /// Says where, by line and column, both counted from 1.
    #[must_use]
    pub fn at_line(self, bytes: &[u8], line: u32, column: u32) -> Self {
        let offset = position::offset(bytes, line, column);
        self.at(position::position(bytes, offset))
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.at = Some(position);
        self
    }

    /// Says what the user can do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A file that should be UTF-8 and is not.
    pub fn not_utf8(at: Position) -> Self {
        Self::new("invalid-utf8", "the file is not valid UTF-8 here").at(at).help("save the file as UTF-8")
    }
}

macro_rules! into_failure {
    ($name:ident, $world:ident) => {
        impl Problem {
            /// Makes the failure of this world of the problem; `path` is the one that the host gave.
            pub fn $name(self, path: &str) -> crate::$world::noorm::types::report::Failure {
                use crate::$world::noorm::types::report::{Diagnostic, Failure, Severity, Span};
                let span = self.at.map(|at| Span {
                    input: path.to_owned(),
                    start: at.offset,
                    end: at.offset,
                    line: at.line,
                    column: at.column,
                });
                Failure::Invalid(vec![Diagnostic {
                    severity: Severity::Error,
                    code: self.code.to_owned(),
                    message: self.message,
                    span,
                    help: self.help,
                    attrs: Vec::new(),
                }])
            }
        }
    };
}

into_failure!(into_document_failure, document);
into_failure!(into_rows_failure, rows);
into_failure!(into_linked_failure, linked);
into_failure!(into_linked_rows_failure, linked_rows);
into_failure!(into_dialect_failure, dialect);
into_failure!(into_quirk_failure, quirk);
