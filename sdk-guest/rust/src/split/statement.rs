//! What has been seen of the statement that is being read: enough to know where it ends and how it stands to
//! transactions. It keeps no text beyond its first tokens.

use super::place::Place;
use super::syntax::{Body, Syntax};

/// A token, or the part of it that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word or a number, in capitals.
    Word(&'a str),
    /// Anything that is neither a word nor quoted, one byte at a time.
    Symbol(u8),
    /// A string or a quoted name.
    Quoted,
}

/// The statement that is being read.
#[derive(Debug)]
pub(super) struct Statement {
    head: Vec<String>,
    /// Where the first token begins.
    pub(super) start: Option<Place>,
    /// Where the last token ends.
    pub(super) end: u64,
    /// Whether data follows it.
    pub(super) copies: bool,
    parentheses: u32,
    /// Where the body opened, and its last opening word.
    body: Option<(Place, &'static str)>,
    previous: String,
    previous_start: Place,
}

impl Statement {
    pub(super) fn new() -> Self {
        Self {
            head: Vec::new(),
            start: None,
            end: 0,
            copies: false,
            parentheses: 0,
            body: None,
            previous: String::new(),
            previous_start: Place::START,
        }
    }

    /// Takes the next token. `true`: it is the terminator, which is not part of the statement.
    pub(super) fn take(&mut self, syntax: &Syntax, token: Token<'_>, start: Place, end: u64) -> bool {
        match token {
            Token::Symbol(b';') if self.body.is_none() && (self.parentheses == 0 || !syntax.parentheses_hold) => {
                return true;
            }
            Token::Symbol(b'(') => self.parentheses = self.parentheses.saturating_add(1),
            Token::Symbol(b')') => self.parentheses = self.parentheses.saturating_sub(1),
            Token::Word(word) => self.word(syntax, word, start),
            Token::Symbol(_) | Token::Quoted => {}
        }
        self.start.get_or_insert(start);
        self.end = end;
        self.remember(token, start);
        false
    }

    fn word(&mut self, syntax: &Syntax, word: &str, start: Place) {
        if let Some((_, opened)) = self.body {
            // The END of a CASE follows neither, so that nothing nests.
            if word == "END" && (self.previous == ";" || self.previous == opened) {
                self.body = None;
            }
        } else if let Some(body) = syntax.bodies.iter().find(|body| self.opens(body, word)) {
            let opening = if body.opens.len() > 1 { self.previous_start } else { start };
            self.body = body.opens.last().map(|last| (opening, *last));
        }
        self.copies |= syntax.copy_from_stdin
            && word == "STDIN"
            && self.previous == "FROM"
            && self.parentheses == 0
            && self.head.first().is_some_and(|first| first == "COPY");
    }

    /// Whether `word` is the last of the words that open this body.
    fn opens(&self, body: &Body, word: &str) -> bool {
        let opened = match body.opens {
            [only] => word == *only && self.previous != ".",
            [first, last] => word == *last && self.previous == *first,
            _ => false,
        };
        opened
            && body
                .heads
                .iter()
                .any(|head| self.head.len() >= head.len() && self.head.iter().zip(*head).all(|(a, b)| a == b))
    }

    fn remember(&mut self, token: Token<'_>, start: Place) {
        self.previous.clear();
        self.previous_start = start;
        match token {
            Token::Word(word) => self.previous.push_str(word),
            Token::Symbol(byte) => self.previous.push(char::from(byte)),
            Token::Quoted => self.previous.push('\''),
        }
        if self.head.len() < Syntax::HEAD {
            self.head.push(self.previous.clone());
        }
    }

    /// Where a body opened that is still open.
    pub(super) fn open_body(&self) -> Option<Place> {
        self.body.map(|(place, _)| place)
    }

    /// How the statement stands to transactions.
    pub(super) fn transaction(&self, syntax: &Syntax) -> &'static str {
        let head: Vec<&str> = self.head.iter().map(String::as_str).collect();
        (syntax.transaction)(&head).word()
    }
}
