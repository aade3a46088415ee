//! Ctrl-C, SIGTERM and the loss of the terminal: the first stops the run in good order, the second ends the process at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use noorm_ops::cancel::Cancel;

use super::runtime;
use crate::report::{Failure, exit};

/// How long a statement has before it is asked to stop once more.
const PATIENCE: Duration = Duration::from_millis(100);

/// Listens for signals from its making to the process's end.
pub(crate) struct Signals {
    /// What the run looks at.
    pub(crate) cancel: Cancel,
    received: Arc<AtomicU8>,
}

impl Signals {
    /// Starts to listen, on a thread of its own: a run may not get to it for as long as a statement takes.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let cancel = Cancel::new();
        let received = Arc::new(AtomicU8::new(0));
        let (ready, is_ready) = std::sync::mpsc::channel();
        let signals = Self { cancel: cancel.clone(), received: Arc::clone(&received) };
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                let listening = runtime().and_then(|runtime| {
                    let mut streams = runtime.block_on(async { Streams::open() })?;
                    // Nobody waits for a process that is about to end.
                    let _ = ready.send(Ok(()));
                    runtime.block_on(stop(&mut streams, &cancel, &received));
                    Ok(())
                });
                if let Err(failure) = listening {
                    let _ = ready.send(Err(failure));
                }
            })
            .map_err(|error| Failure::host("no-thread", "cannot listen for signals").because(&error))?;
        is_ready.recv().map_err(|error| Failure::host("no-thread", "cannot listen for signals").because(&error))??;
        Ok(signals)
    }

    /// Tells an operation that did not begin because of a signal by that signal's exit code.
    pub(crate) fn end<T, E: Into<Failure>>(&self, result: Result<T, E>) -> Result<T, Failure> {
        result.map_err(|error| {
            let mut failure = error.into();
            if let Some(signal) = self.received() {
                failure.exit_code = exit::SIGNAL + signal;
            }
            failure
        })
    }

    /// The number of the signal that came.
    pub(crate) fn received(&self) -> Option<u8> {
        Some(self.received.load(Ordering::SeqCst)).filter(|signal| *signal != 0)
    }
}

async fn stop(streams: &mut Streams, cancel: &Cancel, received: &AtomicU8) {
    let signal = streams.next().await;
    received.store(signal, Ordering::SeqCst);
    loop {
        cancel.cancel();
        tokio::select! {
            second = streams.next() => std::process::exit(i32::from(exit::SIGNAL + second)),
            () = tokio::time::sleep(PATIENCE) => {}
        }
    }
}

#[cfg(unix)]
struct Streams {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// None where whoever started the process, such as `nohup`, wants it to outlive its terminal.
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Streams {
    fn open() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let open = |kind| {
            signal(kind).map_err(|error| Failure::host("no-signals", "cannot listen for signals").because(&error))
        };
        Ok(Self {
            interrupt: open(SignalKind::interrupt())?,
            terminate: open(SignalKind::terminate())?,
            hangup: (!ignores_hangup()).then(|| open(SignalKind::hangup())).transpose()?,
        })
    }

    /// Returns the number of the next signal: 1 for SIGHUP, 2 for SIGINT, 15 for SIGTERM (signal(7)).
    async fn next(&mut self) -> u8 {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = hangup => 1,
            _ = self.interrupt.recv() => 2,
            _ = self.terminate.recv() => 15,
        }
    }
}

/// Whether the process was started with SIGHUP ignored, which listening for it would undo: bit 0 of `SigIgn` (proc(5)).
/// Where the system does not tell, it is left alone.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let last = mask.and_then(|mask| mask.trim().chars().last()).and_then(|digit| digit.to_digit(16));
    last.is_none_or(|digit| digit & 1 == 1)
}

#[cfg(not(unix))]
struct Streams;

#[cfg(not(unix))]
impl Streams {
    fn open() -> Result<Self, Failure> {
        Ok(Self)
    }

    async fn next(&mut self) -> u8 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        2
    }
}
