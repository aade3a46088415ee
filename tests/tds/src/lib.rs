//! SQL Server without SQL Server, which cannot be installed where these tests run.
//!
//! [`Endpoint`] is a wire-only fake: it speaks TDS, and a test says what it answers, faults included. It knows no SQL and
//! keeps no data, so a test against it shows that the driver handles what arrives, not that a statement is right.
//! [`Recorder`] writes down a session with a real server, and [`Player`] answers from that: it shows that what is sent today
//! is what a real server answered then. A recording that no longer fits is a failure; nothing updates it by itself.
#![allow(clippy::unwrap_used)] // A test kit reports what is wrong by panicking.

pub mod answer;
pub mod cell;
mod client;
mod endpoint;
pub mod holes;
mod login;
pub mod packet;
mod player;
mod recorder;
pub mod recording;
mod request;
mod text;
mod tls;

pub use answer::{Answer, Message};
pub use endpoint::{Encryption, Endpoint, PROCESS, Reply, Settings};
pub use login::Login;
pub use player::{Player, Stale};
pub use recorder::Recorder;
pub use request::Request;
