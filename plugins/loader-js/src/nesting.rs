//! How deep a source nests, before it is parsed: the engine calls itself for each level, and the stack of the sandbox ends
//! without a word. Not brackets alone nest: `a => b => c`, `a ? b : c ? d : e` and `else if` are one thing within another as
//! well, and of `a + b + c` the engine makes a tree that is as deep as it is long.
//!
//! This is no parser. It knows texts, templates, comments and regular expressions, and where an expression surely ends.

mod tokens;

use noorm_guest::problem::Problem;

use self::tokens::{Kind, Token, Tokens};

/// Deepest brackets within brackets that are parsed, if there is nothing else.
const NESTING_MAX: usize = 40;

/// Most of all that is open at once. A unit is 440 bytes of the sandbox's half megabyte of stack: what `a +` takes, of which
/// 1203 were the most in wasmtime 48. By then 3.4 of the 8 megabytes are used that the guest has itself (`build.rs`).
const WEIGHT_MAX: usize = NESTING_MAX * BRACKET + 20;

/// What a bracket weighs: it took 11 units, as that of a function, and the room is shared with what runs.
const BRACKET: usize = 22;

/// What is said of a source that nests too deep.
pub(crate) const TOO_DEEP: &str =
    "the source is nested deeper than 40 brackets, or as deep by a long chain of `=>`, `? :`, `else if` or the like";

/// Refuses a source that nests too deep. `bytes` is the file, of which `text` begins at `skipped`.
pub(crate) fn check(bytes: &[u8], text: &str, skipped: usize) -> Result<(), Problem> {
    match too_deep(text.as_bytes()) {
        None => Ok(()),
        Some(at) => Err(Problem::new("too-deep", TOO_DEEP).at_offset(bytes, skipped + at)),
    }
}

/// Returns where the first token is that is one too deep.
pub(crate) fn too_deep(text: &[u8]) -> Option<usize> {
    let mut depth = Depth::new();
    Tokens::new(text).find_map(|token| {
        depth.take(&token);
        (depth.weight > WEIGHT_MAX).then_some(token.at)
    })
}

/// What is open between two brackets.
#[derive(Default)]
struct Level {
    /// The weight of an expression: each operator may have the rest of it in itself.
    chain: usize,
    /// The weight of a statement's heads: `if (a) for (…) …`, and of `else if` each is in the one before.
    heads: usize,
    /// Whether the statement has ended, unless `else` follows.
    is_over: bool,
}

/// What is open.
struct Depth {
    levels: Vec<Level>,
    weight: usize,
    /// Whether a colon is before the token, and whether a name behind a colon is: `a: b: c: x` has labels.
    was_colon: bool,
    was_label: bool,
}

impl Depth {
    fn new() -> Self {
        Self { levels: vec![Level::default()], weight: 0, was_colon: false, was_label: false }
    }

    fn take(&mut self, token: &Token<'_>) {
        let was_colon = std::mem::take(&mut self.was_colon);
        let was_label = std::mem::take(&mut self.was_label);
        if token.kind != Kind::Close && std::mem::take(&mut self.level().is_over) && !token.is_word(b"else") {
            self.end_statement();
        }
        match token.kind {
            Kind::Open(bracket) => {
                // What is called or looked into is a tree as deep as the row of calls.
                let is_call = token.follows_value && matches!(bracket, b'(' | b'[');
                self.add(usize::from(is_call));
                self.levels.push(Level::default());
                self.weight += BRACKET;
            }
            Kind::Close => self.close(),
            Kind::Template => self.add(usize::from(token.follows_value)),
            Kind::Word(word) => {
                self.was_label = was_colon;
                self.word(word, token.follows_value);
            }
            Kind::Sign(b":") => {
                self.was_colon = true;
                self.add(usize::from(was_label));
            }
            Kind::Sign(sign) => self.sign(sign),
            Kind::Value => {}
        }
    }

    fn level(&mut self) -> &mut Level {
        self.levels.last_mut().expect("the outermost level is never closed")
    }

    fn add(&mut self, weight: usize) {
        self.level().chain += weight;
        self.weight += weight;
    }

    fn add_head(&mut self, weight: usize) {
        self.level().heads += weight;
        self.weight += weight;
    }

    fn end_expression(&mut self) {
        self.weight -= std::mem::take(&mut self.level().chain);
    }

    fn end_statement(&mut self) {
        self.end_expression();
        self.weight -= std::mem::take(&mut self.level().heads);
    }

    fn close(&mut self) {
        // A bracket too many is the parser's to tell.
        if self.levels.len() > 1 {
            self.end_statement();
            self.levels.pop();
            self.weight -= BRACKET;
        }
    }

    /// Weights are what was measured, compared with `a +`.
    fn word(&mut self, word: &[u8], follows_value: bool) {
        // No expression has a name right behind a value: a line has ended, without a semicolon.
        if follows_value && !matches!(word, b"in" | b"instanceof" | b"extends") {
            self.end_expression();
            if word != b"else" {
                self.end_statement();
            }
        }
        match word {
            b"case" | b"default" => self.end_expression(),
            b"if" | b"while" | b"do" => self.add_head(1),
            b"for" | b"with" => self.add_head(2),
            b"in" | b"instanceof" | b"typeof" | b"void" | b"delete" | b"await" | b"yield" => self.add(1),
            b"new" => self.add(2),
            b"extends" => self.add(3),
            _ => {}
        }
    }

    fn sign(&mut self, sign: &[u8]) {
        match sign {
            b"," => self.end_expression(),
            b";" => {
                self.end_expression();
                self.level().is_over = true;
            }
            b"=>" => self.add(4),
            b"**" | b"." => self.add(2),
            b"?." | b"..." => {}
            b"==" | b"===" | b"!=" | b"!==" | b"<=" | b">=" => self.add(1),
            sign if sign.ends_with(b"=") => self.add(2),
            _ => self.add(1),
        }
    }
}

#[cfg(test)]
mod tests;
