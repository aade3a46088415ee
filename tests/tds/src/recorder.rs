//! A proxy in front of a real server that writes down what passes. It asks both sides for no encryption.

use std::io::{self, Write};
use std::net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use crate::holes::{self, Holes};
use crate::packet::{ENCRYPTION_OPTION, PACKET_LENGTH, PRELOGIN, Packets, prelogin_option, read_whole};
use crate::recording::{Event, NOT_SUPPORTED, Normal, Recording};

/// A running proxy. It runs until the process ends.
#[derive(Debug)]
pub struct Recorder {
    port: u16,
    tape: Arc<Tape>,
}

#[derive(Debug)]
struct Tape {
    server: String,
    path: PathBuf,
    holes: Holes,
    state: Mutex<State>,
    one_ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    recording: Recording,
    open: usize,
    problem: Option<String>,
}

impl Recorder {
    /// Listens, and records into a file, which is written when a connection ends.
    pub fn start(listen: &str, server: &str, path: PathBuf) -> io::Result<Self> {
        Self::with_holes(listen, server, path, holes::none)
    }

    /// Like [`Recorder::start`], without the values that `holes` declares to be chance.
    pub fn with_holes(listen: &str, server: &str, path: PathBuf, holes: Holes) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        let port = listener.local_addr()?.port();
        let (state, one_ended) = (Mutex::default(), Condvar::new());
        let tape = Arc::new(Tape { server: server.to_owned(), path, holes, state, one_ended });
        let shared = tape.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let number = shared.open();
                let tape = shared.clone();
                std::thread::spawn(move || {
                    let outcome = tape.pass(number, &client);
                    tape.close(outcome.err());
                });
            }
        });
        Ok(Self { port, tape })
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for a connection to end. Returns how many were recorded, or what went wrong.
    pub fn wait(&self) -> Result<usize, String> {
        let state = self.tape.lock();
        let mut state = self.tape.one_ended.wait(state).unwrap();
        state.problem.take().map_or(Ok(state.recording.connections.len() - state.open), Err)
    }

    /// Waits for all connections to end, and returns the recording.
    pub fn finish(self) -> Result<Recording, String> {
        const PATIENCE: Duration = Duration::from_secs(5);
        let state = self.tape.lock();
        let waited = self.tape.one_ended.wait_timeout_while(state, PATIENCE, |state| state.open > 0);
        let (mut state, timeout) = waited.unwrap();
        if timeout.timed_out() {
            return Err("a connection is still open".to_owned());
        }
        state.problem.take().map_or_else(|| Ok(state.recording.clone()), Err)
    }
}

impl Tape {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn open(&self) -> usize {
        let mut state = self.lock();
        state.open += 1;
        state.recording.connections.push(Vec::new());
        state.recording.connections.len() - 1
    }

    fn close(&self, problem: Option<io::Error>) {
        let mut state = self.lock();
        let saved = state.recording.save(&self.path);
        let problem = problem.or(saved.err()).map(|problem| problem.to_string());
        state.open -= 1;
        state.problem = state.problem.take().or(problem);
        self.one_ended.notify_all();
    }

    fn note(&self, number: usize, event: Event) {
        self.lock().recording.connections[number].push(event);
    }

    fn pass(&self, number: usize, client: &TcpStream) -> io::Result<()> {
        let address = self.server.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
        let server = TcpStream::connect(address)?;
        for stream in [client, &server] {
            stream.set_nodelay(true)?;
        }
        let client_left = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let down = scope.spawn(|| {
                let outcome = self.pass_down(number, &server, client);
                if !client_left.load(Ordering::SeqCst) {
                    self.note(number, Event::HungUp);
                }
                let _ = client.shutdown(Shutdown::Both);
                outcome
            });
            let up = self.pass_up(number, client, &server);
            client_left.store(true, Ordering::SeqCst);
            let _ = server.shutdown(Shutdown::Both);
            down.join().unwrap().and(up)
        })
    }

    fn pass_up(&self, number: usize, mut client: &TcpStream, mut server: &TcpStream) -> io::Result<()> {
        // A connection that breaks has ended like any other.
        while let Ok(Some((mut message, mut whole))) = read_whole(&mut client) {
            if message.kind == PRELOGIN
                && let Some(place) = prelogin_option(&message.body, ENCRYPTION_OPTION)
            {
                message.body[place].fill(NOT_SUPPORTED);
                whole = message.bytes(PACKET_LENGTH);
            }
            self.note(number, Event::Request(Normal::of(&message, self.holes)));
            // Cut as it came: a server wants packets of the length that was agreed on.
            if server.write_all(&whole).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn pass_down(&self, number: usize, mut server: &TcpStream, mut client: &TcpStream) -> io::Result<()> {
        let mut is_first = true;
        while let Ok(Some((message, whole))) = read_whole(&mut server) {
            if std::mem::take(&mut is_first) {
                refuse_encryption(&message)?;
            }
            self.lock().recording.note_server(&message);
            self.note(number, Event::Answer { process: message.process, body: message.body });
            if client.write_all(&whole).is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn refuse_encryption(answer: &Packets) -> io::Result<()> {
    let place = prelogin_option(&answer.body, ENCRYPTION_OPTION);
    match place.and_then(|place| answer.body.get(place.start)) {
        Some(&NOT_SUPPORTED) => Ok(()),
        _ => Err(io::Error::other("the server insists on encryption, which cannot be recorded; turn it off there")),
    }
}
