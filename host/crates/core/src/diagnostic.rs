//! What a plugin says about its input: the mirror of `noorm:types/report`.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// It can be used, but somebody should look at it.
    Warning,
    /// Something that helps to understand another diagnostic.
    Note,
}

/// A place in an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The path that the host gave with the input.
    pub input: String,
    /// First byte, counted from 0.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// Line of `start`, counted from 1.
    pub line: u32,
    /// Column of `start`, counted from 1 in Unicode scalar values.
    pub column: u32,
}

/// One thing that a plugin found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable word in kebab-case.
    pub code: String,
    /// One sentence, lower-case, without a full stop.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What the user can do about it.
    pub help: Option<String>,
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.span {
            Some(span) => write!(f, "{}:{}:{}: {}", span.input, span.line, span.column, self.message),
            None => f.write_str(&self.message),
        }
    }
}
