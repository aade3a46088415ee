//! MySQL, MariaDB and whatever speaks their protocol, through mysql_async. No dialect is known here.

mod connect;
mod connection;
mod error;
mod interrupt;
mod notices;
mod position;
mod types;

pub(crate) use connect::connect;
