//! SQL Server for noorm: its scripts. Like every dialect it only says texts; it never speaks to a database.

mod script;

pub use script::SYNTAX;

/// The dialect.
#[derive(Debug)]
pub struct Dialect;
