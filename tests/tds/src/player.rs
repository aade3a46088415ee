//! A server that answers from a recording, and from nothing else.
//!
//! The first request that differs from the recorded one ends the connection with an error that shows both, and makes the
//! player fail. Connections are matched in the order in which they are opened.

use std::collections::VecDeque;
use std::fmt;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::answer::{Answer, Message};
use crate::holes::{self, Holes};
use crate::packet::{PACKET_LENGTH, Packets, read};
use crate::recording::{Event, Normal, Recording};

/// What was asked is not what was recorded. Record it anew, against a real server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// Which connection, from 1.
    pub connection: usize,
    /// Which of its requests, from 1.
    pub request: usize,
    /// What the recording has.
    pub expected: String,
    /// What came.
    pub found: String,
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, request, expected, found } = self;
        write!(f, "the recording is stale: connection {connection}, request {request}")?;
        write!(f, "\nexpected: {expected}\nfound:    {found}")
    }
}

impl std::error::Error for Stale {}

/// A running player. Call `finish` at the end: one that failed or was not played to its end panics when it is dropped.
#[derive(Debug)]
pub struct Player {
    port: u16,
    shared: Arc<Shared>,
    is_finished: bool,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    one_ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Vec<Event>>,
    opened: usize,
    open: usize,
    stale: Option<Stale>,
}

impl Player {
    /// Starts to play a recording without holes.
    pub fn start(recording: Recording) -> Self {
        Self::with_holes(recording, holes::none)
    }

    /// Starts to play; `holes` are those that it was recorded with.
    pub fn with_holes(recording: Recording, holes: Holes) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared::default());
        shared.state.lock().unwrap().waiting = recording.connections.into();
        let player = Self { port, shared: shared.clone(), is_finished: false };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (number, events) = shared.open();
                let shared = shared.clone();
                std::thread::spawn(move || shared.close(play(number, events, client, holes).err()));
            }
        });
        player
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the connections to end, and tells whether all that was recorded was asked for, and nothing else.
    pub fn finish(mut self) -> Result<(), Stale> {
        self.is_finished = true;
        self.outcome()
    }

    fn outcome(&self) -> Result<(), Stale> {
        const PATIENCE: Duration = Duration::from_secs(5);
        let state = self.shared.state.lock().unwrap();
        let (state, _) = self.shared.one_ended.wait_timeout_while(state, PATIENCE, |state| state.open > 0).unwrap();
        if let Some(stale) = &state.stale {
            return Err(stale.clone());
        }
        let left = |what: &str| Stale {
            connection: state.opened + usize::from(state.open == 0),
            request: 1,
            expected: what.to_owned(),
            found: "nothing".to_owned(),
        };
        if state.open > 0 {
            return Err(left("the end of the connection"));
        }
        if state.waiting.is_empty() { Ok(()) } else { Err(left("a connection")) }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        if !self.is_finished
            && !std::thread::panicking()
            && let Err(stale) = self.outcome()
        {
            panic!("{stale}");
        }
    }
}

impl Shared {
    fn open(&self) -> (usize, Option<Vec<Event>>) {
        let mut state = self.state.lock().unwrap();
        state.open += 1;
        state.opened += 1;
        (state.opened, state.waiting.pop_front())
    }

    fn close(&self, stale: Option<Stale>) {
        let mut state = self.state.lock().unwrap();
        state.open -= 1;
        state.stale = state.stale.take().or(stale);
        self.one_ended.notify_all();
    }
}

fn play(connection: usize, events: Option<Vec<Event>>, mut client: TcpStream, holes: Holes) -> Result<(), Stale> {
    let stale = |request, expected: String, found: String| Stale { connection, request, expected, found };
    let Some(events) = events else {
        return Err(stale(1, "no further connection".to_owned(), "one".to_owned()));
    };
    let mut asked = 0;
    for event in events {
        match event {
            Event::Request(expected) => {
                asked += 1;
                let Ok(Some(message)) = read(&mut client) else {
                    return Err(stale(asked, shown(&expected, false), "nothing".to_owned()));
                };
                let found = Normal::of(&message, holes);
                if !found.is_same(&expected) {
                    let in_bytes = found.text == expected.text;
                    let stale = stale(asked, shown(&expected, in_bytes), shown(&found, in_bytes));
                    // So that whoever asks reads it, too. If that fails, the player still does.
                    let _ = complain(&stale).write(&mut client, PACKET_LENGTH);
                    return Err(stale);
                }
            }
            // A client that hung up is noticed at the next request, if there is one.
            Event::Answer { process, body } => {
                let _ = Packets::answer(process, body).write(&mut client, PACKET_LENGTH);
            }
            Event::HungUp => return Ok(()),
        }
    }
    match read(&mut client) {
        Ok(Some(message)) => {
            let stale = stale(asked + 1, "nothing more".to_owned(), shown(&Normal::of(&message, holes), false));
            let _ = complain(&stale).write(&mut client, PACKET_LENGTH);
            Err(stale)
        }
        Ok(None) | Err(_) => Ok(()),
    }
}

/// Returns the text, or, where that is the same on both sides, the bytes.
fn shown(request: &Normal, in_bytes: bool) -> String {
    let name = request.name();
    match in_bytes {
        true => format!("{name} {}", hex::encode(&request.bytes)),
        false => format!("{name} {}", request.text),
    }
}

fn complain(stale: &Stale) -> Packets {
    let message = Message::error(50_000, &stale.to_string()).class(20);
    Packets::answer(0, Answer::new().error(&message).failed().tokens().to_vec())
}
