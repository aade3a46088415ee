//! Bytes → tokens, one byte at a time: what is quoted, what is a comment, what is a word. The state holds no more than
//! one word, one dollar tag or the name of one shell command, so a script of any size needs no memory.

use super::fault::Fault;
use super::place::Place;
use super::statement::Token;
use super::syntax::{Quote, Syntax};

/// Longest word that is told from others; every keyword is shorter.
const WORD_MAX: usize = 32;
/// Longest dollar tag.
const TAG_MAX: usize = 256;

/// Where the lexer is. Each state but `Ground` knows where it began.
#[derive(Debug, Clone, Copy)]
enum State {
    Ground,
    Word(Place),
    /// A `-` that may begin a comment.
    Dash(Place),
    /// A `/` that may begin a comment.
    Slash(Place),
    LineComment,
    BlockComment {
        start: Place,
        depth: u32,
        previous: u8,
    },
    Quoted {
        start: Place,
        quote: Quote,
        escapes: bool,
        pending: Pending,
    },
    /// A `$` that may begin a tag.
    Dollar(Place),
    /// In a dollar-quoted string, with so many bytes of its closing delimiter seen.
    DollarBody {
        start: Place,
        matched: usize,
    },
    /// The name of a shell command.
    Command {
        start: Place,
        fresh: bool,
    },
    /// The rest of a line that is skipped.
    SkippedLine,
}

/// What the last byte of a quoted stretch may turn out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    Escape,
    Close,
}

/// What a byte completed: at most two tokens, with the places where they begin and end.
pub(super) type Found<'a> = (Token<'a>, Place, u64);

/// The lexer. `word` holds the word, tag or command that is being read.
#[derive(Debug)]
pub(super) struct Lexer {
    state: State,
    word: String,
    tag: Vec<u8>,
}

impl Lexer {
    pub(super) fn new() -> Self {
        Self { state: State::Ground, word: String::new(), tag: Vec::new() }
    }

    /// Takes one byte. `fresh` says that no token of a statement has been seen. What it completes goes to `found`: first
    /// what ended before the byte, then the byte itself where that is a token.
    pub(super) fn step(
        &mut self,
        syntax: &Syntax,
        byte: u8,
        at: Place,
        fresh: bool,
        found: &mut impl FnMut(Found<'_>),
    ) -> Result<(), Fault> {
        let next = at.offset + 1;
        match self.state {
            State::Ground => self.ground(syntax, byte, at, fresh, found),
            State::Word(start) => {
                if is_word(byte) {
                    self.push_word(byte);
                } else if let Some(quote) = escape_string(syntax, &self.word, byte) {
                    self.state = State::Quoted { start, quote, escapes: true, pending: Pending::Nothing };
                } else {
                    found((Token::Word(&self.word), start, at.offset));
                    self.ground(syntax, byte, at, false, found);
                }
            }
            State::Dash(_) if byte == b'-' => self.state = State::LineComment,
            State::Slash(start) if byte == b'*' => self.state = State::BlockComment { start, depth: 1, previous: 0 },
            State::Dash(start) | State::Slash(start) => {
                self.symbol(start, found);
                self.ground(syntax, byte, at, false, found);
            }
            State::LineComment | State::SkippedLine => {
                if byte == b'\n' || (byte == b'\r' && syntax.return_ends_comment) {
                    self.state = State::Ground;
                }
            }
            State::BlockComment { start, depth, previous } => self.block_comment(syntax, byte, start, depth, previous),
            State::Quoted { start, quote, escapes, pending } => {
                let next_pending = match (pending, byte) {
                    (Pending::Close, _) if byte == quote.close && quote.doubled => Pending::Nothing,
                    (Pending::Close, _) => {
                        found((Token::Quoted, start, at.offset));
                        self.ground(syntax, byte, at, false, found);
                        return Ok(());
                    }
                    (Pending::Escape, _) => Pending::Nothing,
                    (Pending::Nothing, b'\\') if escapes => Pending::Escape,
                    (Pending::Nothing, _) if byte == quote.close => Pending::Close,
                    (Pending::Nothing, _) => Pending::Nothing,
                };
                self.state = State::Quoted { start, quote, escapes, pending: next_pending };
            }
            State::Dollar(start) => self.dollar(syntax, byte, at, start, found),
            State::DollarBody { start, matched } => {
                let matched = match byte {
                    _ if self.tag.get(matched) == Some(&byte) => matched + 1,
                    b'$' => 1,
                    _ => 0,
                };
                self.state = if matched == self.tag.len() {
                    found((Token::Quoted, start, next));
                    State::Ground
                } else {
                    State::DollarBody { start, matched }
                };
            }
            State::Command { start, fresh } => {
                let ends = !byte.is_ascii_graphic() || matches!(byte, b';' | b'\\');
                if !ends && self.word.len() < WORD_MAX {
                    self.word.push(char::from(byte));
                } else {
                    self.command(syntax, start, fresh)?;
                    self.state = if byte == b'\n' { State::Ground } else { State::SkippedLine };
                }
            }
        }
        Ok(())
    }

    /// The script ends at `end`.
    pub(super) fn finish(&mut self, syntax: &Syntax, end: u64, found: &mut impl FnMut(Found<'_>)) -> Result<(), Fault> {
        match self.state {
            State::Ground | State::LineComment | State::SkippedLine => {}
            State::Word(start) => found((Token::Word(&self.word), start, end)),
            State::Dash(start) | State::Slash(start) => self.symbol(start, found),
            State::Quoted { start, pending: Pending::Close, .. } | State::Dollar(start) => {
                found((Token::Quoted, start, end));
            }
            State::Command { start, fresh } => self.command(syntax, start, fresh)?,
            State::BlockComment { start, .. } => return Err(Fault::unterminated("comment", "`*/`", start)),
            State::Quoted { start, quote, .. } => {
                let closing = format!("`{}`", char::from(quote.close));
                return Err(Fault::unterminated(quote.what, &closing, start));
            }
            State::DollarBody { start, .. } => {
                let closing = format!("`{}`", String::from_utf8_lossy(&self.tag));
                return Err(Fault::unterminated("dollar quote", &closing, start));
            }
        }
        self.state = State::Ground;
        Ok(())
    }

    /// A byte that continues nothing.
    fn ground(&mut self, syntax: &Syntax, byte: u8, at: Place, fresh: bool, found: &mut impl FnMut(Found<'_>)) {
        self.state = State::Ground;
        let client = &syntax.client;
        if byte.is_ascii_whitespace() || byte == 0x0b {
        } else if byte == client.mark && (fresh || client.anywhere) {
            self.word.clear();
            self.word.push(char::from(byte));
            self.state = State::Command { start: at, fresh };
        } else if let Some(quote) = syntax.quotes.iter().find(|quote| quote.open == byte) {
            self.state = State::Quoted { start: at, quote: *quote, escapes: false, pending: Pending::Nothing };
        } else if byte == b'-' {
            self.state = State::Dash(at);
        } else if byte == b'/' {
            self.state = State::Slash(at);
        } else if byte == b'$' && syntax.dollar_quotes {
            self.tag.clear();
            self.tag.push(byte);
            self.state = State::Dollar(at);
        } else if is_word(byte) {
            self.word.clear();
            self.push_word(byte);
            self.state = State::Word(at);
        } else {
            found((Token::Symbol(byte), at, at.offset + 1));
        }
    }

    /// The dash or slash at `start` was only that. Which of the two does not matter to anybody.
    fn symbol(&mut self, start: Place, found: &mut impl FnMut(Found<'_>)) {
        let byte = if matches!(self.state, State::Dash(_)) { b'-' } else { b'/' };
        found((Token::Symbol(byte), start, start.offset + 1));
    }

    fn block_comment(&mut self, syntax: &Syntax, byte: u8, start: Place, depth: u32, previous: u8) {
        // A byte that completed a pair does not begin another: `/*/` does not close.
        let (depth, previous) = match (previous, byte) {
            (b'*', b'/') => (depth - 1, 0),
            (b'/', b'*') if syntax.nested_comments => (depth.saturating_add(1), 0),
            _ => (depth, byte),
        };
        self.state = if depth == 0 { State::Ground } else { State::BlockComment { start, depth, previous } };
    }

    fn dollar(&mut self, syntax: &Syntax, byte: u8, at: Place, start: Place, found: &mut impl FnMut(Found<'_>)) {
        let in_tag = byte != b'$' && is_word(byte) && !(self.tag.len() == 1 && byte.is_ascii_digit());
        if in_tag && self.tag.len() < TAG_MAX {
            self.tag.push(byte);
        } else if byte == b'$' {
            self.tag.push(byte);
            self.state = State::DollarBody { start, matched: 0 };
        } else {
            // `$1`, or an operator of somebody's: not a string.
            found((Token::Symbol(b'$'), start, at.offset));
            self.ground(syntax, byte, at, false, found);
        }
    }

    fn command(&mut self, syntax: &Syntax, start: Place, fresh: bool) -> Result<(), Fault> {
        let client = &syntax.client;
        if fresh && client.ignored.contains(&self.word.as_str()) {
            return Ok(());
        }
        Err(Fault::client_command(client, &self.word, start))
    }

    fn push_word(&mut self, byte: u8) {
        if self.word.len() < WORD_MAX {
            // A letter beyond ASCII is in no keyword: any stand-in will do.
            self.word.push(if byte.is_ascii() { char::from(byte.to_ascii_uppercase()) } else { '?' });
        }
    }
}

/// Whether a byte may be part of a word or number. Every byte of a character beyond ASCII may.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

/// The string that begins with `E'`, where `word` and `byte` are that.
fn escape_string(syntax: &Syntax, word: &str, byte: u8) -> Option<Quote> {
    let quote = syntax.quotes.iter().find(|quote| quote.open == byte);
    quote.copied().filter(|_| syntax.escape_strings && word == "E" && byte == b'\'')
}
