//! SQLite, compiled in: a session is a file. No dialect is known here.

mod connect;
mod connection;
mod error;
mod file;
mod journal;
mod types;

pub(crate) use connect::connect;
pub(crate) use file::{create, remove};
