//! Quotes and comments: where they begin, and where they end. Nothing inside is looked at.

use super::lexer::{Lexer, State};
use super::skip;
use super::syntax::Quote;
use super::text::{Stop, Text};

/// Longest dollar tag, with its first `$`.
const TAG_MAX: usize = 256;
/// Longest string whose text can matter.
const WANTED_MAX: usize = 480;
/// Most digits of the version in `/*!50003 …`.
const VERSION_DIGITS_MAX: usize = 6;

impl Lexer {
    /// A quote that opens at `open`; its token begins at `at`, which is before it for `E'…'`.
    pub(super) fn quote(&mut self, text: &Text<'_>, at: usize, open: usize) -> Result<usize, Stop> {
        let byte = text.bytes[open];
        let Some(quote) = self.quotes.iter().find(|quote| quote.open == byte) else {
            return Ok(self.symbol(text, at));
        };
        let quote = Quote { escapes: quote.escapes || at < open, ..*quote };
        let wanted = if self.statement.wants_text() { wanted(text, open, quote)? } else { None };
        self.stretch(text, at, State::Quoted(quote));
        self.token_begins(text, at);
        self.statement.quoted(&self.syntax, wanted);
        self.token_ends(text, open + 1);
        Ok(open + 1)
    }

    fn stretch(&mut self, text: &Text<'_>, at: usize, state: State) {
        self.opened = (text.offset(at), None);
        self.state = state;
    }

    pub(super) fn quoted(&mut self, text: &Text<'_>, at: usize, quote: Quote) -> Result<usize, Stop> {
        let rest = &text.bytes[at..];
        let found =
            if quote.escapes { skip::find_either(rest, quote.close, b'\\') } else { skip::find(rest, quote.close) };
        let Some(found) = found.map(|found| at + found) else { return Ok(text.bytes.len()) };
        let next = match text.peek(found + 1) {
            Ok(next) => next,
            // What precedes need not wait.
            Err(_) if found > at => return Ok(found),
            Err(stop) => return Err(stop),
        };
        match next {
            Some(_) if text.bytes[found] != quote.close => Ok(found + 2),
            Some(byte) if quote.doubled && byte == quote.close => Ok(found + 2),
            None if text.bytes[found] != quote.close => Ok(found + 1),
            _ => {
                self.token_ends(text, found + 1);
                self.state = State::Ground;
                Ok(found + 1)
            }
        }
    }

    pub(super) fn dash(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        if text.peek(at + 1)? != Some(b'-') {
            return Ok(self.symbol(text, at));
        }
        if self.syntax.comments.blank_after_dashes && !self.statement.is_fresh() {
            let is_blank = |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_control();
            if !text.peek(at + 2)?.is_none_or(is_blank) {
                return Ok(self.symbol(text, at));
            }
        }
        self.state = State::LineComment;
        Ok(at + 2)
    }

    pub(super) fn line_comment(&mut self, text: &Text<'_>, at: usize) -> usize {
        let rest = &text.bytes[at..];
        let found = if self.syntax.comments.return_ends {
            skip::find_either(rest, b'\n', b'\r')
        } else {
            skip::find(rest, b'\n')
        };
        let Some(found) = found else { return text.bytes.len() };
        self.state = State::Ground;
        // The end of the line is seen by who looks for it.
        at + found
    }

    pub(super) fn slash(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        if text.peek(at + 1)? != Some(b'*') {
            return Ok(self.symbol(text, at));
        }
        if self.syntax.comments.code
            && let Some(end) = code_comment(text, at)?
        {
            // `/*M!999999\- … */` is for the shell.
            if text.peek(end)? != Some(b'\\') {
                self.code = self.code.saturating_add(1);
                return Ok(self.mark(text, at, end));
            }
        }
        self.stretch(text, at, State::BlockComment { depth: 1 });
        self.line_clear = false;
        Ok(at + 2)
    }

    pub(super) fn block_comment(&mut self, text: &Text<'_>, at: usize, depth: u32) -> Result<usize, Stop> {
        let rest = &text.bytes[at..];
        let comments = self.syntax.comments;
        let opens = comments.nested || comments.code;
        let found = if opens { skip::find_either(rest, b'*', b'/') } else { skip::find(rest, b'*') };
        let Some(found) = found.map(|found| at + found) else { return Ok(text.bytes.len()) };
        let next = match text.peek(found + 1) {
            Ok(next) => next,
            Err(_) if found > at => return Ok(found),
            Err(stop) => return Err(stop),
        };
        // A byte that completed a pair does not begin another: `/*/` does not close.
        match (text.bytes[found], next) {
            (b'*', Some(b'/')) if depth == 1 => self.state = State::Ground,
            (b'*', Some(b'/')) => self.state = State::BlockComment { depth: depth - 1 },
            (b'/', Some(b'*')) if comments.nested || (depth == 1 && text.peek(found + 2)? == Some(b'!')) => {
                self.state = State::BlockComment { depth: depth.saturating_add(1) };
            }
            _ => return Ok(found + 1),
        }
        Ok(found + 2)
    }

    pub(super) fn dollar(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        let mut end = at + 1;
        loop {
            match text.peek(end)? {
                Some(b'$') => break,
                Some(byte)
                    if self.table.is_in_word(byte)
                        && end - at < TAG_MAX
                        && !(end == at + 1 && byte.is_ascii_digit()) =>
                {
                    end += 1;
                }
                // `$1`, or an operator of somebody's: not a string.
                _ => return Ok(self.symbol(text, at)),
            }
        }
        self.tag.clear();
        self.tag.extend_from_slice(&text.bytes[at..=end]);
        self.stretch(text, at, State::DollarBody);
        self.token_begins(text, at);
        self.statement.quoted(&self.syntax, None);
        self.token_ends(text, end + 1);
        Ok(end + 1)
    }

    pub(super) fn dollar_body(&mut self, text: &Text<'_>, at: usize) -> Result<usize, Stop> {
        let Some(found) = skip::find(&text.bytes[at..], b'$') else { return Ok(text.bytes.len()) };
        if found > 0 {
            return Ok(at + found);
        }
        for (index, byte) in self.tag.iter().enumerate().skip(1) {
            if text.peek(at + index)? != Some(*byte) {
                return Ok(at + 1);
            }
        }
        let end = at + self.tag.len();
        self.token_ends(text, end);
        self.state = State::Ground;
        Ok(end)
    }
}

/// The text of the string that opens at `open`, if it is short and says itself without escapes.
fn wanted<'a>(text: &Text<'a>, open: usize, quote: Quote) -> Result<Option<&'a str>, Stop> {
    for end in open + 1..open + WANTED_MAX {
        match text.peek(end)? {
            Some(b'\\') | None => return Ok(None),
            Some(byte) if byte == quote.close => return Ok(std::str::from_utf8(&text.bytes[open + 1..end]).ok()),
            Some(_) => {}
        }
    }
    Ok(None)
}

/// Where the code in a comment that begins at `at` begins, after the version.
fn code_comment(text: &Text<'_>, at: usize) -> Result<Option<usize>, Stop> {
    let mut end = at + 2;
    if text.peek(end)? == Some(b'M') {
        end += 1;
    }
    if text.peek(end)? != Some(b'!') {
        return Ok(None);
    }
    end += 1;
    let most = end + VERSION_DIGITS_MAX;
    while end < most && text.peek(end)?.is_some_and(|byte| byte.is_ascii_digit()) {
        end += 1;
    }
    Ok(Some(end))
}
