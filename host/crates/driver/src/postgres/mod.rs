//! PostgreSQL and whatever speaks its protocol, through tokio-postgres. No dialect is known here.

mod connect;
mod connection;
mod error;
mod interrupt;
mod pipeline;
mod session;
mod socket;
mod status;
mod types;

pub(crate) use connect::connect;
