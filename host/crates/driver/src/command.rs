//! What a session is asked to do, and what comes back. It holds text and values; it does not look into them.

use noorm_core::value::Scalar;

/// One command of a batch.
#[derive(Debug, Clone, Copy)]
pub enum Command<'a> {
    /// One statement of a user's script. Rows that it returns are thrown away.
    Text(&'a str),
    /// One of our own statements with its values. Rows that it returns are thrown away.
    Bound {
        /// The statement, with the placeholders of its database.
        sql: &'a str,
        /// The values, in the order of the placeholders.
        params: &'a [Scalar],
    },
    /// A statement that starts a transfer to the server, and what to transfer.
    CopyIn {
        /// The statement.
        sql: &'a str,
        /// The bytes, without an end marker.
        data: &'a [u8],
    },
}

impl<'a> Command<'a> {
    /// Returns the text of the statement.
    pub fn sql(&self) -> &'a str {
        match self {
            Self::Text(sql) | Self::Bound { sql, .. } | Self::CopyIn { sql, .. } => sql,
        }
    }
}

/// What a query returned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Values, row by row, in the order of `columns`.
    pub rows: Vec<Vec<Scalar>>,
    /// How many rows the statement changed, or, if it changes none, returned.
    pub affected: u64,
}

impl Rows {
    /// Returns the place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}
