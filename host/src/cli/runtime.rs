//! Where the futures of noorm's operations run: on the thread that asks.

use crate::report::Failure;

/// Makes a runtime with timers and sockets.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let made = tokio::runtime::Builder::new_current_thread().enable_all().build();
    made.map_err(|error| Failure::host("no-runtime", "cannot start").because(&error))
}

/// Runs a future to its end.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    Ok(runtime()?.block_on(future))
}
