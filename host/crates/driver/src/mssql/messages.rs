//! What a server says besides results: its errors, `PRINT`, informational messages.

use super::columns::{Reader, Stop};

/// Said at every login, and nothing that the user asked for: the database and the language.
const CHATTER: [u32; 2] = [5701, 5703];

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// Its number in the server's catalogue; 50000 and above are the user's own.
    pub(super) number: u32,
    /// Which of the places that raise it did.
    pub(super) state: u8,
    /// Severity: 11 and above are errors, 20 and above end the session.
    pub(super) class: u8,
    /// The text.
    pub(super) text: String,
    /// The procedure that raised it; empty if none did.
    pub(super) procedure: String,
    /// The line, from 1: of the procedure, or else of the text that was sent.
    pub(super) line: u32,
}

impl Message {
    /// Reads the body of an ERROR or INFO token.
    pub(super) fn read(body: &[u8]) -> Result<Self, Stop> {
        let mut reader = Reader::new(body);
        let number = four(reader.take(4)?);
        let (state, class) = (reader.byte()?, reader.byte()?);
        let text = reader.long_text()?;
        let _server = reader.short_text()?;
        let procedure = reader.short_text()?;
        let line = four(reader.take(4)?);
        Ok(Self { number, state, class, text, procedure, line })
    }

    /// Whether the server says this at every login.
    pub(super) fn is_chatter(&self) -> bool {
        CHATTER.contains(&self.number)
    }

    /// Returns the line that a person reads.
    pub(super) fn notice(&self) -> String {
        format!("info: {}", self.text)
    }

    /// Returns what a person who knows the server looks for besides number and text.
    pub(super) fn detail(&self) -> String {
        let mut detail = format!("level {}, state {}, line {}", self.class, self.state, self.line);
        if !self.procedure.is_empty() {
            detail.push_str(&format!(" of `{}`", self.procedure));
        }
        detail
    }
}

fn four(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
