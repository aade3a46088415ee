//! SQL Server and whatever speaks its protocol, through tiberius. No dialect is known here.
//!
//! tiberius is given a stream of ours that reads along (`wire`), for what it keeps to itself: whether a transaction is
//! open, the server's messages, every error of an answer, how many rows a statement changed, the session's number. The
//! same stream puts in the request to cancel. It has to see plain packets for that, so TLS is done below it.
//!
//! Whether a transaction is open is the server's own word: it announces each begin and each end in the answer in which they
//! happen (ENVCHANGE), since clients have to name the transaction in every request. Nothing has to be asked.

mod channel;
mod columns;
mod connect;
mod connection;
mod error;
mod handshake;
mod interrupt;
mod messages;
mod packets;
mod parameters;
mod prelogin;
mod session;
mod socket;
mod temporal;
mod tokens;
mod types;
mod wire;

pub(crate) use connect::connect;
