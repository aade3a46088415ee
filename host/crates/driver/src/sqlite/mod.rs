//! SQLite, compiled in: a session is a file. No dialect is known here.

mod connect;
mod connection;
mod error;
mod journal;
mod types;

pub(crate) use connect::connect;
