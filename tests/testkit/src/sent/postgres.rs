//! psql and its protocol, as far as a script needs it.

use std::io::{self, Write as _};
use std::net::TcpStream;

use super::{client, note, read};

/// The setting that says whether a backslash escapes in strings. A server tells when it changes.
const STRINGS: &str = "standard_conforming_strings";

/// Returns what psql sends of a script, without the lines of data that follow a `COPY … FROM stdin`.
#[track_caller]
pub fn sent_by_psql(script: &[u8]) -> Vec<Vec<u8>> {
    let command = |port: u16| {
        let mut command = client("psql");
        command.env("PGSSLMODE", "disable").env("PGGSSENCMODE", "disable").env("PGCLIENTENCODING", "UTF8");
        command.args(["-X", "-q", "-h", "127.0.0.1", "-U", "noorm", "-d", "noorm", "-f", "-", "-p"]);
        command.arg(port.to_string());
        command
    };
    note(script, command, serve)
}

fn serve(stream: &mut TcpStream, noted: &mut Vec<Vec<u8>>) -> io::Result<()> {
    let len = u32::from_be_bytes(read(stream, 4)?.try_into().unwrap());
    read(stream, len as usize - 4)?;
    let mut greeting = message(b'R', &[0; 4]);
    for (name, value) in [("server_version", "15.0"), ("client_encoding", "UTF8"), (STRINGS, "on")] {
        greeting.extend(setting(name, value));
    }
    greeting.extend(message(b'Z', b"I"));
    stream.write_all(&greeting)?;
    loop {
        match receive(stream)? {
            (b'X', _) => return Ok(()),
            (b'Q', mut text) => {
                text.pop();
                if copies(&text) {
                    stream.write_all(&message(b'G', &[0; 3]))?;
                    while receive(stream)?.0 == b'd' {}
                }
                let mut done = conforming(&text).map(|value| setting(STRINGS, value)).unwrap_or_default();
                noted.push(text);
                done.extend(message(b'C', b"DONE\0"));
                done.extend(message(b'Z', b"I"));
                stream.write_all(&done)?;
            }
            (kind, _) => panic!("psql sent a message of the kind {:?}", char::from(kind)),
        }
    }
}

/// Whether a server would ask for data now. Scripts of tests write it this way.
fn copies(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    text.starts_with("copy ") && text.contains("from stdin")
}

/// What a statement sets [`STRINGS`] to. Scripts of tests write it this way.
fn conforming(text: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let rest = text.strip_prefix("set ")?.strip_prefix(STRINGS)?;
    Some(if rest.contains("off") { "off" } else { "on" })
}

fn setting(name: &str, value: &str) -> Vec<u8> {
    message(b'S', format!("{name}\0{value}\0").as_bytes())
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len() + 4).unwrap();
    [&[kind], len.to_be_bytes().as_slice(), body].concat()
}

fn receive(stream: &mut TcpStream) -> io::Result<(u8, Vec<u8>)> {
    let kind = read(stream, 1)?[0];
    let len = u32::from_be_bytes(read(stream, 4)?.try_into().unwrap());
    Ok((kind, read(stream, len as usize - 4)?))
}
