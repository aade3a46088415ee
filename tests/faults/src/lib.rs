//! A fault harness: what a run that was struck leaves behind, and what one more run makes of it.
//!
//! A fault kills noorm, cuts its connection, restarts the server under it, runs eight copies at once or takes the room on
//! the disk away. Then one more run has to bring the database to the state of one that nothing happened to, object by
//! object and row by row. noorm has no part in this beyond being run: faults come from outside, through a proxy, a
//! library that is loaded before others, and signals.
#![allow(clippy::unwrap_used)] // A test kit reports what is wrong by panicking.

pub mod plan;
pub mod size;

pub mod campaign;

pub mod crowd;
pub mod cut;
pub mod disk;
pub mod kill;
pub mod restart;
pub mod small;

pub mod question;
pub mod trial;

pub mod site;
pub mod survey;

pub mod catalog;
pub mod process;
pub mod proxy;
pub mod server;
pub mod shim;
pub mod workload;

/// Why the harness stops at this engine: it stops and starts a server of its own, and looks at all that is in it.
pub(crate) const NOT_TRIED: &str = "the harness cannot install SQL Server, and has no workload for it";
