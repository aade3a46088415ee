//! What a client says about itself when it logs in.

use std::ops::Range;

use crate::text::from_utf16;

/// A LOGIN7 message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The version of the protocol.
    pub version: u32,
    /// The packet length that the client asks for.
    pub packet_length: u32,
    /// The machine that the client runs on.
    pub machine: String,
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
    /// The client's name for itself.
    pub application: String,
    /// The database; empty if none was asked for.
    pub database: String,
}

/// Where the table of texts has each.
const MACHINE: usize = 36;
const USER: usize = 40;
const PASSWORD: usize = 44;
const APPLICATION: usize = 48;
const DATABASE: usize = 68;

impl Login {
    /// Reads the body of a message; None if it is not one.
    pub fn read(body: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(body.get(at..at + 4)?.try_into().ok()?));
        let text = |at: usize| Some(from_utf16(body.get(place(body, at)?)?));
        Some(Self {
            version: number(4)?,
            packet_length: number(8)?,
            machine: text(MACHINE)?,
            user: text(USER)?,
            password: from_utf16(&in_clear(body.get(place(body, PASSWORD)?)?)),
            application: text(APPLICATION)?,
            database: text(DATABASE)?,
        })
    }

    /// Returns what of it is the same each time, without the password.
    pub fn normal(&self) -> String {
        let Self { version, packet_length, user, application, database, .. } = self;
        format!(
            "user {user:?}\ndatabase {database:?}\napplication {application:?}\nversion {version:#010x}\n\
             packet length {packet_length}"
        )
    }
}

fn place(body: &[u8], at: usize) -> Option<Range<usize>> {
    let number = |at: usize| Some(usize::from(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?)));
    let (start, units) = (number(at)?, number(at + 2)?);
    Some(start..start + units * 2)
}

/// The protocol turns passwords over instead of encrypting them.
fn in_clear(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| (byte ^ 0xa5).rotate_left(4)).collect()
}
