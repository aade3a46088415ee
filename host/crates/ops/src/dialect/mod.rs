//! Dialects, looked at without a database.

pub mod diff;
