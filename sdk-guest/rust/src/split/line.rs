//! What is for the client rather than for the server, and what ends a statement: commands of the shell, lines that set the
//! delimiter, separators alone on a line, terminators.

use super::copy::CopyData;
use super::fault::Fault;
use super::lexer::{Lexer, State};
use super::syntax::{Ends, Mark, MarkPlace};
use super::text::{Stop, Text};
use super::word::WORD_MAX;

/// Longest delimiter: what the shell that has them keeps.
const DELIMITER_MAX: usize = 15;
/// Highest count of a separator, which hosts take too; more is better said as a loop.
const COUNT_MAX: u32 = 100_000;
/// Most blanks on a line that is a separator or sets the delimiter.
const BLANKS_MAX: usize = 200;

impl Lexer {
    /// A word that may be more than a word: `Some` is the place after what it is.
    pub(super) fn line_word(&mut self, text: &Text<'_>, at: usize, word: &[u8]) -> Result<Option<usize>, Stop> {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        match self.syntax.ends {
            Ends::Line(name) if self.line_clear && is(name) => return self.separator(text, at, name),
            // `delimiter//` is a word of some statement.
            Ends::Delimiter(name) if self.statement.is_fresh() && is(name) => {
                let is_blank = |byte: u8| byte.is_ascii_whitespace() || byte == 0x0b;
                if text.peek(at + word.len())?.is_none_or(is_blank) {
                    return self.delimiter_line(text, at, name).map(Some);
                }
            }
            _ => {}
        }
        if self.statement.is_fresh() && self.syntax.client.words.iter().any(|name| is(name)) {
            let name = String::from_utf8_lossy(word);
            let place = self.counter.place(text, at);
            return Err(Fault::client_command(&self.syntax.client, &name, place).into());
        }
        Ok(None)
    }

    /// What may be a separator: the word `name` at the beginning of a line.
    fn separator(&mut self, text: &Text<'_>, at: usize, name: &str) -> Result<Option<usize>, Stop> {
        let digits = self.blanks(text, at + name.len())?;
        let mut end = digits;
        while end - digits < WORD_MAX && text.peek(end)?.is_some_and(|byte| byte.is_ascii_digit()) {
            end += 1;
        }
        let next = self.blanks(text, end)?;
        let next = match text.peek(next)? {
            None => next,
            Some(b'\n') => next + 1,
            Some(b'-') if text.peek(next + 1)? == Some(b'-') => next,
            Some(b'/') if text.peek(next + 1)? == Some(b'*') => next,
            Some(b';') if end == digits => {
                let rest = self.blanks(text, next + 1)?;
                if !matches!(text.peek(rest)?, None | Some(b'\n')) {
                    return Ok(None);
                }
                return Err(Fault::separator_line(name, self.counter.place(text, at)).into());
            }
            Some(_) => return Ok(None),
        };
        let count = if end > digits { self.count(text, at, name, digits, end)? } else { 1 };
        self.line_clear = next > 0 && text.bytes[next - 1] == b'\n';
        if !self.statement.is_fresh() {
            let mut attrs = vec![("ended-by".to_owned(), name.to_owned())];
            if count > 1 {
                attrs.push(("repeat".to_owned(), count.to_string()));
            }
            self.complete(text, next, attrs);
        }
        Ok(Some(next))
    }

    /// How often a separator says that the batch before it runs.
    fn count(&mut self, text: &Text<'_>, at: usize, name: &str, digits: usize, end: usize) -> Result<u32, Stop> {
        let said = std::str::from_utf8(&text.bytes[digits..end]).ok().and_then(|digits| digits.parse().ok());
        match said {
            Some(count) if (1..=COUNT_MAX).contains(&count) => Ok(count),
            _ => Err(Fault::separator_count(name, COUNT_MAX, self.counter.place(text, at), end - at).into()),
        }
    }

    /// The first place from `at` on that is not blank. So many blanks that they end nowhere near are like something else.
    fn blanks(&self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        let window = text.bytes.len().min(at + BLANKS_MAX);
        let near = Text { bytes: &text.bytes[..window], last: text.last || window < text.bytes.len(), ..*text };
        near.after_blanks(at)
    }

    /// The line at `at`, which begins with the word `name`, sets the delimiter.
    fn delimiter_line(&mut self, text: &Text<'_>, at: usize, name: &str) -> Result<usize, Stop> {
        let mut start = self.blanks(text, at + name.len())?;
        let quote = text.peek(start)?.filter(|byte| matches!(byte, b'\'' | b'"' | b'`'));
        start += usize::from(quote.is_some());
        let mut end = start;
        let mut whole = false;
        while end - start <= DELIMITER_MAX {
            match (text.peek(end)?, quote) {
                (None | Some(b'\n' | b'\r'), _) => whole = true,
                (Some(byte), Some(quote)) => whole = byte == quote,
                (Some(byte), None) => whole = byte.is_ascii_whitespace() || byte == 0x0b,
            }
            if whole {
                break;
            }
            end += 1;
        }
        let delimiter = &text.bytes[start..end];
        let why = if !whole {
            "can set a delimiter of at most 15 bytes"
        } else if delimiter.is_empty() {
            "has to say which delimiter"
        } else if delimiter.contains(&b'\\') {
            "cannot set a delimiter with a backslash"
        } else {
            self.delimiter.clear();
            self.delimiter.extend_from_slice(delimiter);
            self.relearn();
            self.state = State::SkippedLine;
            return Ok(end);
        };
        Err(Fault::delimiter(name, why, self.counter.place(text, at)).into())
    }

    /// What may be a command of the shell.
    pub(super) fn command(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        let Some(mark) = self.mark_at(text, at)? else { return Ok(self.symbol(text, at)) };
        let client = &self.syntax.client;
        for value in client.values {
            if starts_with(text, at, value)? {
                let end = at + value.len();
                self.token_begins(text, at);
                self.statement.quoted(&self.syntax, None);
                self.token_ends(text, end);
                return Ok(end);
            }
        }
        let most = if mark.short { mark.text.len() + 1 } else { WORD_MAX };
        let mut end = at + mark.text.len();
        while end - at < most
            && text.peek(end)?.is_some_and(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b'\\'))
        {
            end += 1;
        }
        let name = String::from_utf8_lossy(&text.bytes[at..end]);
        if self.statement.is_fresh() && client.ignored.contains(&name.as_ref()) {
            self.state = State::SkippedLine;
            return Ok(end);
        }
        Err(Fault::client_command(client, &name, self.counter.place(text, at)).into())
    }

    /// The mark of the shell's that stands at `at` where it is one.
    fn mark_at(&self, text: &Text<'_>, at: usize) -> Result<Option<Mark>, Stop> {
        for mark in self.syntax.client.marks {
            let placed = match mark.place {
                MarkPlace::Anywhere => true,
                MarkPlace::Statement => self.statement.is_fresh(),
                MarkPlace::Line => self.line_clear,
            };
            if placed && starts_with(text, at, mark.text)? {
                let next = at + mark.text.len();
                if !mark.letter || text.peek(next)?.is_some_and(|byte| byte.is_ascii_alphabetic()) {
                    return Ok(Some(*mark));
                }
            }
        }
        Ok(None)
    }

    /// A terminator of `len` bytes.
    pub(super) fn terminator(&mut self, text: &Text<'_>, at: usize, len: usize) -> Result<usize, Stop> {
        let own = self.delimiter != b";";
        if !own && self.statement.holds(&self.syntax) {
            return Ok(self.symbol(text, at));
        }
        let end = at + len;
        self.line_clear = false;
        if self.statement.is_fresh() {
            // A lone terminator is blank.
        } else if self.statement.copies {
            self.state = State::Copy(CopyData::START);
        } else if own {
            let delimiter = String::from_utf8_lossy(&self.delimiter).into_owned();
            self.complete(text, end, vec![("ended-by".to_owned(), delimiter)]);
        } else {
            self.complete(text, end, Vec::new());
        }
        Ok(end)
    }
}

fn starts_with(text: &Text<'_>, at: usize, what: &str) -> Result<bool, Stop> {
    for (index, byte) in what.bytes().enumerate() {
        if text.peek(at + index)? != Some(byte) {
            return Ok(false);
        }
    }
    Ok(true)
}
