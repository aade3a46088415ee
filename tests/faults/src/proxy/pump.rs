//! One connection through the proxy: a thread for each direction.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use socket2::SockRef;

use super::wire::{ClientSide, Protocol, ServerSide};
use super::{Control, Moment, Release, patience};

const CHUNK: usize = 64 * 1024;

/// A server without a word that ends an answer has ended it when it is silent for so long.
const SILENCE: Duration = Duration::from_millis(15);

/// What the two threads of a connection share.
pub(super) struct Line {
    client: TcpStream,
    server: TcpStream,
    control: Arc<Control>,
    answers: Mutex<Answers>,
    changed: Condvar,
}

struct Answers {
    side: ServerSide,
    /// Answers are kept here instead of being handed on.
    is_withheld: bool,
    withheld: Vec<u8>,
    last: Option<Instant>,
    is_over: bool,
}

impl Line {
    /// Starts both threads.
    pub(super) fn serve(client: TcpStream, server: TcpStream, protocol: Protocol, control: Arc<Control>) {
        for stream in [&client, &server] {
            // Without it small steps wait for each other's acknowledgements.
            let _ = stream.set_nodelay(true);
        }
        let answers = Answers {
            side: ServerSide::new(protocol),
            is_withheld: false,
            withheld: Vec::new(),
            last: None,
            is_over: false,
        };
        let line = Arc::new(Self { client, server, control, answers: Mutex::new(answers), changed: Condvar::new() });
        let back = Arc::clone(&line);
        std::thread::spawn(move || back.hand_back());
        std::thread::spawn(move || line.hand_on(ClientSide::new(protocol)));
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap()
    }

    /// From the client to the server, step by step.
    fn hand_on(&self, mut side: ClientSide) {
        let mut waiting = Vec::new();
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = match (&self.client).read(&mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(count) => count,
            };
            waiting.extend_from_slice(&chunk[..count]);
            while let Some((length, is_step)) = side.next(&waiting) {
                let part: Vec<u8> = waiting.drain(..length).collect();
                let handed_on = if is_step { self.step(&part) } else { self.send(&part) };
                if !handed_on {
                    return;
                }
            }
        }
        // What the client said last may still be on its way; its end follows.
        let _ = self.server.shutdown(Shutdown::Write);
    }

    /// Hands a step on, unless its moment has come; `false` when the connection has ended.
    fn step(&self, part: &[u8]) -> bool {
        match self.control.step() {
            Some(Moment::Before(_)) => {
                self.wait_for_answers();
                self.stopped() && self.ask(part)
            }
            Some(Moment::During(_)) => self.ask(part) && self.stopped(),
            Some(Moment::After(_)) => {
                self.wait_for_answers();
                self.answers().is_withheld = true;
                if !self.ask(part) {
                    return false;
                }
                self.wait_for_answers();
                self.stopped()
            }
            _ => self.ask(part),
        }
    }

    fn ask(&self, part: &[u8]) -> bool {
        {
            let mut answers = self.answers();
            answers.side.asked(part);
            answers.last = None;
        }
        self.send(part)
    }

    fn send(&self, part: &[u8]) -> bool {
        match self.control.bytes(true, part.len()) {
            None => (&self.server).write_all(part).is_ok(),
            Some(stop) => {
                let (now, later) = part.split_at(stop);
                (&self.server).write_all(now).is_ok() && self.stopped() && (&self.server).write_all(later).is_ok()
            }
        }
    }

    /// Waits until the server has answered everything that it was sent, or has gone.
    fn wait_for_answers(&self) {
        let until = patience();
        let mut answers = self.answers();
        while Instant::now() < until && !answers.is_over && !answers.are_complete() {
            (answers, _) = self.changed.wait_timeout(answers, Duration::from_millis(2)).unwrap();
        }
    }

    /// Tells that the moment has come, and does as it is told; `false` when the connection has ended.
    fn stopped(&self) -> bool {
        match self.control.strike() {
            Release::GoOn => {
                let mut answers = self.answers();
                answers.is_withheld = false;
                let withheld = std::mem::take(&mut answers.withheld);
                (&self.client).write_all(&withheld).is_ok()
            }
            Release::HangUp => {
                // The server first: the other thread would hand its end on before this one is through.
                let _ = self.client.shutdown(Shutdown::Both);
                let _ = self.server.shutdown(Shutdown::Both);
                false
            }
            Release::Break => {
                for stream in [&self.client, &self.server] {
                    // Closing then sends a reset and forgets what was on its way.
                    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
                }
                self.answers().is_over = true;
                // Ends the reads of both threads; the line is closed when both have let go of it.
                let _ = self.server.shutdown(Shutdown::Read);
                let _ = self.client.shutdown(Shutdown::Read);
                false
            }
        }
    }

    /// From the server to the client.
    fn hand_back(&self) {
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = match (&self.server).read(&mut chunk) {
                Ok(0) | Err(_) => break,
                Ok(count) => count,
            };
            if !self.answer(&chunk[..count]) {
                break;
            }
        }
        let mut answers = self.answers();
        let is_broken = std::mem::replace(&mut answers.is_over, true);
        self.changed.notify_all();
        if !is_broken {
            let _ = self.client.shutdown(Shutdown::Write);
        }
    }

    fn answer(&self, part: &[u8]) -> bool {
        let stop = self.control.bytes(false, part.len());
        let (now, later) = part.split_at(stop.unwrap_or(part.len()));
        self.hand_to_client(now) && (stop.is_none() || self.stopped() && self.hand_to_client(later))
    }

    fn hand_to_client(&self, part: &[u8]) -> bool {
        let mut answers = self.answers();
        if answers.is_withheld {
            answers.withheld.extend_from_slice(part);
        } else if (&self.client).write_all(part).is_err() {
            return false;
        }
        answers.side.heard(part);
        answers.last = Some(Instant::now());
        self.changed.notify_all();
        true
    }
}

impl Answers {
    fn are_complete(&self) -> bool {
        match self.side.is_complete() {
            Some(is_complete) => is_complete,
            None => self.last.is_some_and(|last| last.elapsed() > SILENCE),
        }
    }
}
