//! {{type}} for noorm: its names, literals, transactions, tracking tables, lock, scripts and errors. It only says texts; it
//! never speaks to a database.
//!
//! It begins as a copy of noorm's dialect for SQLite, which is complete. Go through it file by file: what your server says
//! otherwise is yours to write.

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
mod tests;
mod tracking;
mod transaction;

pub use script::SYNTAX;

/// The dialect.
#[derive(Debug)]
pub struct Dialect;

noorm_guest::export_dialect!(Dialect);
