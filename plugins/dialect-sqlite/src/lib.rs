//! SQLite for noorm: its names, literals, transactions, tracking tables, lock, scripts and errors. Like every dialect it
//! only says texts; it never speaks to a database.

mod database;
mod describe;
mod effect;
mod errors;
mod literals;
mod lock;
mod naming;
mod script;
mod server;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod tracking;
mod transaction;

pub use script::SYNTAX;

/// The dialect.
#[derive(Debug)]
pub struct Dialect;

noorm_guest::export_dialect!(Dialect);
