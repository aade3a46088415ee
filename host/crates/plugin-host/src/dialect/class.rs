//! What a server's error means, in words that every dialect shares.

/// What a server's error means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The statement cannot be parsed.
    Syntax,
    /// A unique constraint was violated.
    Unique,
    /// Another constraint was violated.
    Constraint,
    /// Something that the statement names does not exist.
    MissingObject,
    /// Something that the statement creates exists.
    ExistingObject,
    /// The user may not do this.
    Permission,
    /// Somebody else holds what is needed.
    Lock,
    /// The same may succeed when tried again.
    Transient,
    /// The connection failed.
    Connection,
    /// Disk full, out of memory.
    Resource,
    /// The statement cannot run inside a transaction.
    Transaction,
    /// Anything else, classes of later plugins included.
    Other,
}

impl ErrorClass {
    /// Reads the word of `wit/dialect/dialect.wit`; one of a later version is `Other`.
    pub(super) fn parse(word: &str) -> Self {
        match word {
            "syntax" => Self::Syntax,
            "unique" => Self::Unique,
            "constraint" => Self::Constraint,
            "missing-object" => Self::MissingObject,
            "existing-object" => Self::ExistingObject,
            "permission" => Self::Permission,
            "lock" => Self::Lock,
            "transient" => Self::Transient,
            "connection" => Self::Connection,
            "resource" => Self::Resource,
            "transaction" => Self::Transaction,
            _ => Self::Other,
        }
    }
}
