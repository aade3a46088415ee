//! MariaDB's client and its protocol, as far as a script needs it.

use std::io::{self, Write as _};
use std::net::TcpStream;

use super::{client, note, read};

/// What the endpoint is able to do: long passwords, 4.1's protocol, secure connections, plugins for authentication.
const CAPABILITIES: u32 = 0x0008_8201;

/// Returns what the `mariadb` client sends of a script. It leaves comments out, and ends of lines are line feeds to it.
#[track_caller]
pub fn sent_by_mariadb(script: &[u8]) -> Vec<Vec<u8>> {
    let command = |port: u16| {
        let mut command = client("mariadb");
        command.args(["--no-defaults", "--default-character-set=utf8mb4", "--skip-ssl", "--protocol=TCP"]);
        command.args(["-h", "127.0.0.1", "-u", "noorm", "-P"]).arg(port.to_string());
        command
    };
    note(script, command, serve)
}

fn serve(stream: &mut TcpStream, noted: &mut Vec<Vec<u8>>) -> io::Result<()> {
    const QUIT: u8 = 1;
    const QUERY: u8 = 3;
    let [low, low_high, high, highest] = CAPABILITIES.to_le_bytes();
    let parts: [&[u8]; 6] = [
        b"\x0a10.11.0-MariaDB\0\x01\0\0\0abcdefgh\0",
        &[low, low_high],
        b"\x2d\x02\0",
        &[high, highest],
        b"\x15\0\0\0\0\0\0\0\0\0\0",
        b"ijklmnopqrst\0mysql_native_password\0",
    ];
    send(stream, 0, &parts.concat())?;
    receive(stream)?;
    done(stream, 2)?;
    loop {
        let packet = receive(stream)?;
        match packet.split_first() {
            Some((&QUIT, _)) => return Ok(()),
            Some((&QUERY, text)) => noted.push(text.to_vec()),
            other => panic!("the client sent {other:?}"),
        }
        done(stream, 1)?;
    }
}

/// Says that all went well.
fn done(stream: &mut TcpStream, sequence: u8) -> io::Result<()> {
    send(stream, sequence, &[0, 0, 0, 2, 0, 0, 0])
}

fn send(stream: &mut TcpStream, sequence: u8, body: &[u8]) -> io::Result<()> {
    let [low, middle, high, ..] = u32::try_from(body.len()).unwrap().to_le_bytes();
    stream.write_all(&[&[low, middle, high, sequence], body].concat())
}

fn receive(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let header = read(stream, 4)?;
    read(stream, u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize)
}
