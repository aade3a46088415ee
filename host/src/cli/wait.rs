//! `--wait`: what every command has that takes the lock.

use clap::Args;
use noorm_ops::lock::{Patience, WAIT_MS};

/// Waiting for a lock that somebody else holds.
#[derive(Debug, Args)]
pub(crate) struct Wait {
    /// If the database is locked, wait until it is free
    #[arg(long)]
    wait: bool,
    /// How long to wait, in seconds; implies `--wait` [default: 30]
    #[arg(long, value_name = "SECONDS")]
    wait_timeout: Option<u32>,
}

impl Wait {
    /// Returns how long to wait.
    pub(crate) fn patience(&self) -> Patience {
        let wait_ms = match self.wait_timeout {
            Some(seconds) => u64::from(seconds) * 1000,
            None if self.wait => WAIT_MS,
            None => 0,
        };
        Patience { wait_ms }
    }
}
