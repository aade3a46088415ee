//! Recordings: what a client asked and a real server answered, as a text file that a diff can show.
//!
//! ```text
//! noorm-tds recording 1
//! server: Microsoft SQL Server 16.0.4135
//!
//! connection
//! request SQL
//!   | SELECT 1
//!   16000000…
//! answer 57
//!   81010000…
//! hung up
//! ```
//!
//! Lines with a bar are for readers and are ignored; the bytes below them count. What differs from one time to the next is
//! not in a recording: of a login there is no password, machine or process, of a PRELOGIN no thread. A call `with holes`
//! holds, in the place of values that its client declares to be chance, their names; its bytes are those of the lines for
//! readers. Everything else is there, statements and rows included: do not record what is secret.

use std::fmt::Write as _;
use std::path::Path;

use crate::holes::{self, Holes};
use crate::login::Login;
use crate::packet::{
    ANSWER, ATTENTION, BATCH, ENCRYPTION_OPTION, LOGIN, PRELOGIN, Packets, RPC, THREAD_OPTION, TRACE_OPTION,
    prelogin_option,
};
use crate::request::Request;

const TITLE: &str = "noorm-tds recording 1";
const BYTES_A_LINE: usize = 48;
const WITH_HOLES: &str = " with holes";

/// The names of the requests, and the types of their packets.
const KINDS: [(&str, u8); 5] =
    [("PRELOGIN", PRELOGIN), ("LOGIN", LOGIN), ("SQL", BATCH), ("CALL", RPC), ("STOP", ATTENTION)];

/// The PRELOGIN value that stands for no encryption.
pub(crate) const NOT_SUPPORTED: u8 = 2;

/// All that was said on some connections.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recording {
    /// What the server calls itself, with its version.
    pub server: String,
    /// The connections, in the order in which they were opened.
    pub connections: Vec<Vec<Event>>,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// By the client.
    Request(Normal),
    /// By the server.
    Answer {
        /// The number of the session.
        process: u16,
        /// The tokens.
        body: Vec<u8>,
    },
    /// The server ended it.
    HungUp,
}

/// A request without what differs each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normal {
    /// The type of its packets.
    pub kind: u8,
    /// What a person compares.
    pub text: String,
    /// What is compared.
    pub bytes: Vec<u8>,
    /// Whether values are left out; the bytes are then those of the text.
    pub has_holes: bool,
}

impl Normal {
    /// Makes it of a message.
    pub fn of(message: &Packets, holes: Holes) -> Self {
        let (kind, has_holes) = (message.kind, false);
        match kind {
            PRELOGIN => {
                let mut bytes = message.body.clone();
                for (option, value) in [(ENCRYPTION_OPTION, NOT_SUPPORTED), (THREAD_OPTION, 0), (TRACE_OPTION, 0)] {
                    if let Some(place) = prelogin_option(&bytes, option) {
                        bytes[place].fill(value);
                    }
                }
                Self { kind, text: String::new(), bytes, has_holes }
            }
            LOGIN => {
                let text = Login::read(&message.body).map_or_else(String::new, |login| login.normal());
                let bytes = text.clone().into_bytes();
                Self { kind, text, bytes, has_holes }
            }
            _ => {
                let request = Request::read(message);
                let text = request.text();
                match request.with_holes(holes) {
                    Some(request) => {
                        let text = request.text();
                        Self { kind, bytes: text.clone().into_bytes(), text, has_holes: true }
                    }
                    None => Self { kind, text, bytes: message.body.clone(), has_holes },
                }
            }
        }
    }

    /// Whether a server cannot tell it from another one, but for what is in holes.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.kind, self.has_holes, &self.bytes) == (other.kind, other.has_holes, &other.bytes)
    }

    /// Returns what this kind of request is called.
    pub fn name(&self) -> String {
        let known = KINDS.iter().find(|(_, kind)| *kind == self.kind);
        known.map_or_else(|| format!("{:02x}", self.kind), |(name, _)| (*name).to_owned())
    }

    /// Starts what a line of a recording tells of.
    fn titled(line: &str) -> Option<Self> {
        let (name, has_holes) = line.strip_suffix(WITH_HOLES).map_or((line, false), |name| (name, true));
        Some(Self { kind: Self::kind(name)?, text: String::new(), bytes: Vec::new(), has_holes })
    }

    fn kind(name: &str) -> Option<u8> {
        let known = KINDS.iter().find(|(known, _)| *known == name);
        known.map(|(_, kind)| *kind).or_else(|| u8::from_str_radix(name, 16).ok())
    }
}

impl Recording {
    /// Returns who logged in first.
    pub fn user(&self) -> Option<String> {
        let requests = self.connections.iter().flatten().filter_map(|event| match event {
            Event::Request(request) if request.kind == LOGIN => Some(request),
            _ => None,
        });
        let mut lines = requests.flat_map(|request| request.text.lines());
        lines.find_map(|line| Some(line.strip_prefix("user \"")?.strip_suffix('"')?.to_owned()))
    }

    /// Writes the text.
    pub fn text(&self) -> String {
        let mut text = format!("{TITLE}\nserver: {}\n", self.server);
        for events in &self.connections {
            text.push_str("\nconnection\n");
            for event in events {
                match event {
                    Event::Request(request) => {
                        let holes = if request.has_holes { WITH_HOLES } else { "" };
                        let _ = writeln!(text, "request {}{holes}", request.name());
                        for line in request.text.lines() {
                            let _ = writeln!(text, "  | {line}");
                        }
                        bytes(&request.bytes, &mut text);
                    }
                    Event::Answer { process, body } => {
                        let _ = writeln!(text, "answer {process}");
                        bytes(body, &mut text);
                    }
                    Event::HungUp => text.push_str("hung up\n"),
                }
            }
        }
        text
    }

    /// Reads the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let (_, title) = lines.next().unwrap_or_default();
        if title != TITLE {
            return Err(format!("line 1: expected `{TITLE}`, found `{title}`"));
        }
        let mut recording = Self::default();
        for (number, line) in lines {
            recording.read_line(line).ok_or_else(|| format!("line {number} makes no sense here: `{line}`"))?;
        }
        for event in recording.connections.iter_mut().flatten() {
            if let Event::Request(request) = event
                && !matches!(request.kind, PRELOGIN)
            {
                *request = Self::with_text(request);
            }
        }
        Ok(recording)
    }

    fn with_text(request: &Normal) -> Normal {
        match request.kind {
            kind if kind == LOGIN || request.has_holes => {
                Normal { text: String::from_utf8_lossy(&request.bytes).into_owned(), ..request.clone() }
            }
            kind => Normal::of(&Packets { kind, process: 0, body: request.bytes.clone() }, holes::none),
        }
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        if let Some(server) = line.strip_prefix("server: ") {
            self.server = server.to_owned();
        } else if line == "connection" {
            self.connections.push(Vec::new());
        } else if let Some(name) = line.strip_prefix("request ") {
            self.connections.last_mut()?.push(Event::Request(Normal::titled(name)?));
        } else if let Some(process) = line.strip_prefix("answer ") {
            self.connections.last_mut()?.push(Event::Answer { process: process.parse().ok()?, body: Vec::new() });
        } else if line == "hung up" {
            self.connections.last_mut()?.push(Event::HungUp);
        } else if !line.is_empty() && !line.starts_with("  | ") && line != "  |" {
            let more = hex::decode(line.strip_prefix("  ")?).ok()?;
            match self.connections.last_mut()?.last_mut()? {
                Event::Request(Normal { bytes, .. }) | Event::Answer { body: bytes, .. } => bytes.extend(more),
                Event::HungUp => return None,
            }
        }
        Some(())
    }

    /// Reads a file.
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Writes a file, whole.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let unfinished = path.with_extension("unfinished");
        std::fs::write(&unfinished, self.text())?;
        std::fs::rename(&unfinished, path)
    }

    /// Notes the server's name if this is its answer to a login.
    pub(crate) fn note_server(&mut self, answer: &Packets) {
        if let Some(server) = server(answer).filter(|_| self.server.is_empty()) {
            self.server = server;
        }
    }
}

fn bytes(bytes: &[u8], text: &mut String) {
    for line in bytes.chunks(BYTES_A_LINE) {
        let _ = writeln!(text, "  {}", hex::encode(line));
    }
}

/// Finds the server's name in its answer to a login: all tokens before it have a length of two bytes.
fn server(answer: &Packets) -> Option<String> {
    const LOGIN_ACKNOWLEDGED: u8 = 0xad;
    let mut rest = answer.body.as_slice();
    while answer.kind == ANSWER && rest.len() > 3 {
        let length = usize::from(u16::from_le_bytes([rest[1], rest[2]]));
        let body = rest.get(3..3 + length)?;
        if rest[0] == LOGIN_ACKNOWLEDGED {
            let units = usize::from(*body.get(5)?);
            let name = crate::text::from_utf16(body.get(6..6 + units * 2)?);
            let [major, minor, build @ ..] = body.get(6 + units * 2..)?.first_chunk::<4>()?;
            let name = name.trim_end_matches('\0');
            return Some(format!("{name} {major}.{minor}.{}", u16::from_be_bytes(*build)));
        }
        rest = &rest[3 + length..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Answer;

    fn sample() -> Recording {
        let body = [&22_u32.to_le_bytes(), [0; 18].as_slice(), &crate::text::utf16("SELECT 1\nGO  ")].concat();
        let request = Normal::of(&Packets { kind: BATCH, process: 0, body }, holes::none);
        let answer = Answer::logged_in();
        let mut recording = Recording::default();
        recording.note_server(&Packets::answer(1, answer.tokens().to_vec()));
        let answer = Event::Answer { process: 57, body: answer.tokens().to_vec() };
        recording.connections = vec![vec![Event::Request(request), answer, Event::HungUp], Vec::new()];
        recording
    }

    #[test]
    fn a_recording_survives_being_written() {
        let recording = sample();
        let text = recording.text();
        assert!(
            text.starts_with("noorm-tds recording 1\nserver: Wire-only SQL Server 16.0.4135\n\nconnection\n"),
            "{text}"
        );
        assert!(text.contains("request SQL\n  | SELECT 1\n  | GO  \n  16000000"), "{text}");
        assert_eq!(Recording::parse(&text), Ok(recording));
    }

    #[test]
    fn what_is_no_recording_is_refused() {
        let check = |text: &str, expected: &str| assert_eq!(Recording::parse(text).unwrap_err(), expected);
        check("", "line 1: expected `noorm-tds recording 1`, found ``");
        check("noorm-tds recording 2\n", "line 1: expected `noorm-tds recording 1`, found `noorm-tds recording 2`");
        check("noorm-tds recording 1\nrequest SQL\n", "line 2 makes no sense here: `request SQL`");
        check("noorm-tds recording 1\nconnection\n  00\n", "line 3 makes no sense here: `  00`");
        check("noorm-tds recording 1\nconnection\nanswer x\n", "line 3 makes no sense here: `answer x`");
        check("noorm-tds recording 1\nconnection\nanswer 1\n  0x\n", "line 4 makes no sense here: `  0x`");
    }
}
