//! What each byte may be the beginning of, looked up instead of asked.

use super::syntax::{Client, Ends, MarkPlace, Quote, Syntax};

/// What a byte is outside of quotes and comments. The numbers leave room for the two flags above them.
pub(super) mod class {
    pub(crate) const BLANK: u8 = 0;
    pub(crate) const NEWLINE: u8 = 1;
    pub(crate) const WORD: u8 = 2;
    pub(crate) const SYMBOL: u8 = 3;
    pub(crate) const TERMINATOR: u8 = 4;
    pub(crate) const QUOTE: u8 = 5;
    pub(crate) const DASH: u8 = 6;
    pub(crate) const SLASH: u8 = 7;
    pub(crate) const STAR: u8 = 8;
    pub(crate) const HASH: u8 = 9;
    pub(crate) const DOLLAR: u8 = 10;
    pub(crate) const MARK: u8 = 11;
    pub(crate) const ALL: u8 = 0x0f;
}

/// The byte may continue a word.
const IN_WORD: u8 = 0x10;
/// The byte may begin the delimiter.
const DELIMITER: u8 = 0x20;

/// The classes of all bytes, for one syntax, one delimiter and one set of quotes.
#[derive(Debug)]
pub(super) struct Table([u8; 256]);

impl Table {
    pub(super) fn new(syntax: &Syntax, quotes: &[Quote], delimiter: &[u8]) -> Self {
        let mut table = [class::SYMBOL; 256];
        for (entry, byte) in table.iter_mut().zip(0..=u8::MAX) {
            *entry = match byte {
                b'\n' => class::NEWLINE,
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => class::BLANK,
                b'-' => class::DASH,
                b'/' => class::SLASH,
                b'*' if syntax.comments.code => class::STAR,
                b'#' if syntax.comments.hash => class::HASH,
                b'$' if syntax.dollar_quotes => class::DOLLAR | IN_WORD,
                b'_' | b'$' => class::WORD | IN_WORD,
                _ if byte.is_ascii_alphanumeric() || !byte.is_ascii() || syntax.word_bytes.contains(&byte) => {
                    class::WORD | IN_WORD
                }
                _ if quotes.iter().any(|quote| quote.open == byte) => class::QUOTE,
                _ if is_mark(&syntax.client, byte) => class::MARK,
                _ => class::SYMBOL,
            };
        }
        match (syntax.ends, delimiter) {
            (Ends::Line(_), _) => {}
            (Ends::Semicolon, _) | (Ends::Delimiter(_), b";") => table[usize::from(b';')] = class::TERMINATOR,
            (Ends::Delimiter(_), delimiter) => {
                if let Some(first) = delimiter.first() {
                    table[usize::from(*first)] |= DELIMITER;
                }
            }
        }
        Self(table)
    }

    pub(super) fn class(&self, byte: u8) -> u8 {
        self.0[usize::from(byte)] & class::ALL
    }

    /// Whether the delimiter may begin with this byte.
    pub(super) fn may_delimit(&self, byte: u8) -> bool {
        self.0[usize::from(byte)] & DELIMITER != 0
    }

    pub(super) fn is_in_word(&self, byte: u8) -> bool {
        self.0[usize::from(byte)] & IN_WORD != 0
    }

    /// The class of a byte that has to be looked at more closely neither as a mark nor as a delimiter.
    pub(super) fn entry(&self, byte: u8) -> u8 {
        self.0[usize::from(byte)] & (class::ALL | DELIMITER)
    }

    /// How many bytes certainly continue a word.
    pub(super) fn word(&self, bytes: &[u8]) -> usize {
        let ends = |byte: &u8| self.0[usize::from(*byte)] & (IN_WORD | DELIMITER) != IN_WORD;
        bytes.iter().position(ends).unwrap_or(bytes.len())
    }
}

fn is_mark(client: &Client, byte: u8) -> bool {
    client.marks.iter().any(|mark| mark.text.as_bytes().first() == Some(&byte))
}

/// Whether commands stand only where a statement could begin.
pub(super) fn marks_begin_statements(client: &Client) -> bool {
    client.marks.iter().all(|mark| mark.place == MarkPlace::Statement)
}
