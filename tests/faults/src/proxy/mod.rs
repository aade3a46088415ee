//! A proxy between noorm and a server, which stops at a chosen moment and then goes on, hangs up, or lets the line break.
//!
//! It counts steps: what a client sends before it has to wait for an answer. So every boundary between two statements has
//! a number. It kills nothing itself: whoever set the moment is told that it has come, and says how to go on.

mod pump;
mod wire;

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use pump::Line;
pub use wire::Protocol;

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Everything before this step, counted from 1, was answered; the step itself has not reached the server.
    Before(u64),
    /// The step was handed to the server, and nobody has waited for its answer.
    During(u64),
    /// The server has answered the step, and noorm has not seen it.
    After(u64),
    /// So many bytes have gone to the server.
    BytesSent(u64),
    /// So many bytes have come back.
    BytesReceived(u64),
}

/// How to go on after the moment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// As if nothing had happened.
    GoOn,
    /// The connection ends in order, on both sides.
    HangUp,
    /// The connection breaks, on both sides.
    Break,
}

/// What went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Steps.
    pub steps: u64,
    /// Bytes to the server.
    pub sent: u64,
    /// Bytes from the server.
    pub received: u64,
}

/// A listening proxy. Its threads end with the connections that they serve.
pub struct Proxy {
    port: u16,
    control: Arc<Control>,
}

/// What the connections and whoever set the moment share.
struct Control {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    traffic: Traffic,
    moment: Option<Moment>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    #[default]
    Quiet,
    Struck,
    Released(Release),
}

impl Proxy {
    /// Listens on a free port and hands connections on to `server`.
    pub fn start(server: SocketAddr, protocol: Protocol) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let control = Arc::new(Control { state: Mutex::default(), changed: Condvar::new() });
        let shared = Arc::clone(&control);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let control = Arc::clone(&shared);
                // A server that is down refuses the proxy, which then hangs up: that is all a client could see.
                if let Ok(upstream) = TcpStream::connect(server) {
                    Line::serve(client, upstream, protocol, control);
                }
            }
        });
        Ok(Self { port, control })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts counting anew, and stops at `moment`, once.
    pub fn arm(&self, moment: Option<Moment>) {
        *self.control.lock() = State { moment, ..State::default() };
        self.control.changed.notify_all();
    }

    /// Waits until the moment has come; `false` when `is_over` says that it cannot come any more.
    pub fn wait(&self, mut is_over: impl FnMut() -> bool) -> bool {
        let mut state = self.control.lock();
        loop {
            if state.phase == Phase::Struck {
                return true;
            }
            let (next, _) = self.control.changed.wait_timeout(state, Duration::from_millis(2)).unwrap();
            state = next;
            if state.phase != Phase::Struck && is_over() {
                return false;
            }
        }
    }

    /// Says how the connection goes on that the moment stopped.
    pub fn release(&self, release: Release) {
        self.control.lock().phase = Phase::Released(release);
        self.control.changed.notify_all();
    }

    /// Returns what went through since the proxy was armed.
    pub fn traffic(&self) -> Traffic {
        self.control.lock().traffic
    }
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Counts a step, and returns the moment if it is at this one.
    fn step(&self) -> Option<Moment> {
        let mut state = self.lock();
        state.traffic.steps += 1;
        let step = state.traffic.steps;
        let moment = state.moment.filter(
            |moment| matches!(moment, Moment::Before(at) | Moment::During(at) | Moment::After(at) if *at == step),
        );
        if moment.is_some() {
            state.moment = None;
        }
        moment
    }

    /// Counts bytes, and returns after how many of them to stop.
    fn bytes(&self, to_server: bool, count: usize) -> Option<usize> {
        let mut state = self.lock();
        let State { traffic, moment, .. } = &mut *state;
        let (total, at) = match (to_server, &moment) {
            (true, Some(Moment::BytesSent(at))) => (&mut traffic.sent, Some(*at)),
            (true, _) => (&mut traffic.sent, None),
            (false, Some(Moment::BytesReceived(at))) => (&mut traffic.received, Some(*at)),
            (false, _) => (&mut traffic.received, None),
        };
        let before = *total;
        *total += count as u64;
        let stop = at.filter(|at| *at <= before + count as u64)?;
        *moment = None;
        usize::try_from(stop.saturating_sub(before)).ok()
    }

    /// Tells that the moment has come, and waits for how to go on.
    fn strike(&self) -> Release {
        let mut state = self.lock();
        state.phase = Phase::Struck;
        self.changed.notify_all();
        loop {
            match state.phase {
                Phase::Released(release) => return release,
                // Somebody armed the proxy again: this connection is of the past.
                Phase::Quiet => return Release::Break,
                Phase::Struck => state = self.changed.wait(state).unwrap(),
            }
        }
    }
}

/// Until when a server that was sent something has to answer; a step that takes longer is struck all the same.
fn patience() -> Instant {
    Instant::now() + Duration::from_secs(5)
}
