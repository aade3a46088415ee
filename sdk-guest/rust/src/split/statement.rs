//! What has been seen of the statement that is being read: enough to know where it ends and how it stands to
//! transactions. It keeps no text beyond its first tokens.

use super::blocks::{Blocks, Opening};
use super::place::Place;
use super::setting::Assignment;
use super::syntax::{Batch, Body, Quote, Remark, Syntax, Transaction};
use super::word::{Head, Word};

/// The statement that is being read.
#[derive(Debug)]
pub(super) struct Statement {
    head: Head,
    /// Where the first token begins, and its line.
    pub(super) start: Option<(u64, u32)>,
    /// Where the last token ends.
    pub(super) end: u64,
    /// Whether data follows it.
    pub(super) copies: bool,
    /// Whether no further word can matter.
    pub(super) quiet: bool,
    /// Whether its first word has said all.
    plain: bool,
    parentheses: u32,
    body: Option<OpenBody>,
    /// Whether it has had its body, or cannot have one.
    bodied: bool,
    /// Whether a word in it makes it run outside of transactions.
    outside: bool,
    /// How many statements that change something it holds, at most.
    changes: u32,
    previous: Word,
    /// Where the first of two words that open a body stands.
    opening: Option<Place>,
    assignment: Assignment,
}

/// A body that has not ended.
#[derive(Debug)]
struct OpenBody {
    place: Place,
    kind: BodyKind,
}

#[derive(Debug)]
enum BodyKind {
    /// With its last opening word.
    Flat(&'static str),
    Blocks(Blocks),
}

impl Statement {
    pub(super) fn new() -> Self {
        Self {
            head: Head::default(),
            start: None,
            end: 0,
            copies: false,
            quiet: false,
            plain: false,
            parentheses: 0,
            body: None,
            bodied: false,
            outside: false,
            changes: 0,
            previous: Word::NONE,
            opening: None,
            assignment: Assignment::NONE,
        }
    }

    /// Makes room for the next one.
    pub(super) fn clear(&mut self) {
        let mut head = std::mem::take(&mut self.head);
        head.clear();
        *self = Self { head, ..Self::new() };
    }

    /// Whether no token of it has been seen.
    pub(super) fn is_fresh(&self) -> bool {
        self.start.is_none()
    }

    /// Whether a terminator that comes now belongs to it.
    pub(super) fn holds(&self, syntax: &Syntax) -> bool {
        self.body.is_some() || (syntax.parentheses_hold && self.parentheses > 0)
    }

    /// Takes a word. `bodies`: whether a body can hold terminators now. `place` tells where the word begins.
    pub(super) fn word(&mut self, syntax: &Syntax, text: &[u8], bodies: bool, place: impl FnOnce() -> Place) {
        if self.quiet {
            return;
        }
        let token = Word::of(text);
        let word = token.as_str();
        if self.head.is_empty() && syntax.plain.contains(&word) {
            self.head.push(&token);
            (self.quiet, self.plain) = (true, true);
            return;
        }
        if bodies && !self.bodied {
            self.body_word(syntax, word, place);
        }
        let previous = self.previous.as_str();
        self.copies |= syntax.copy_from_stdin
            && word == "STDIN"
            && previous == "FROM"
            && self.parentheses == 0
            && self.head.first() == "COPY";
        if let Some(batch) = &syntax.batch {
            self.outside |= (batch.word)(previous, word) != Transaction::Inside;
            self.changes = self.changes.saturating_add((batch.changes)(previous, word));
        }
        self.remember(syntax, token, None);
    }

    /// Takes a byte that is neither part of a word nor of anything quoted.
    pub(super) fn symbol(&mut self, syntax: &Syntax, byte: u8) {
        match byte {
            b'(' => self.parentheses = self.parentheses.saturating_add(1),
            b')' => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        if self.quiet {
            return;
        }
        if let Some(OpenBody { kind: BodyKind::Blocks(blocks), .. }) = &mut self.body {
            blocks.symbol(byte);
        }
        self.remember(syntax, Word::symbol(byte), None);
    }

    /// Takes a string or quoted name, with its text if that is wanted and known.
    pub(super) fn quoted(&mut self, syntax: &Syntax, text: Option<&str>) {
        if self.quiet {
            return;
        }
        if let Some(OpenBody { kind: BodyKind::Blocks(blocks), .. }) = &mut self.body {
            blocks.symbol(b'\'');
        }
        self.remember(syntax, Word::symbol(b'\''), text);
    }

    fn body_word(&mut self, syntax: &Syntax, word: &str, place: impl FnOnce() -> Place) {
        let previous = self.previous.as_str();
        match &mut self.body {
            // The END of a CASE follows neither, so that nothing nests.
            Some(OpenBody { kind: BodyKind::Flat(opened), .. }) => {
                if word == "END" && (previous == ";" || previous == *opened) {
                    (self.body, self.bodied) = (None, true);
                }
            }
            Some(OpenBody { kind: BodyKind::Blocks(blocks), .. }) => {
                if !blocks.word(previous, word) {
                    (self.body, self.bodied) = (None, true);
                }
            }
            None => self.body_opens(syntax, word, place),
        }
    }

    fn body_opens(&mut self, syntax: &Syntax, word: &str, place: impl FnOnce() -> Place) {
        let previous = self.previous.as_str();
        for body in syntax.bodies {
            match body {
                Body::Flat { heads, opens } => {
                    let begins = |head: &[&str]| heads.iter().any(|it| head.starts_with(it));
                    match opens {
                        [first, _] if word == *first => {
                            self.opening = Some(place());
                            return;
                        }
                        [only] if word == *only && previous != "." && self.head.ask(begins) => {
                            self.body = Some(OpenBody { place: place(), kind: BodyKind::Flat(only) });
                            return;
                        }
                        [first, last] if word == *last && previous == *first && self.head.ask(begins) => {
                            let place = self.opening.unwrap_or_else(place);
                            self.body = Some(OpenBody { place, kind: BodyKind::Flat(last) });
                            return;
                        }
                        _ => {}
                    }
                }
                Body::Blocks { has } => {
                    let opening = Blocks::opening(previous, word);
                    let opens = || opening == Opening::Now && self.parentheses == 0 && self.head.ask(has);
                    if Blocks::opens_statement(&self.head, word) || opens() {
                        let kind = BodyKind::Blocks(Blocks::open(word));
                        self.body = Some(OpenBody { place: place(), kind });
                        return;
                    }
                    self.bodied = opening == Opening::Never && self.parentheses == 0 && self.head.ask(has);
                }
            }
        }
    }

    fn remember(&mut self, syntax: &Syntax, token: Word, text: Option<&str>) {
        if syntax.setting.is_some() && self.head.first() == "SET" {
            self.assignment.take(syntax, &token, text);
        }
        self.previous = token;
        if !self.head.is_full() {
            self.head.push(&token);
            if self.head.is_full() {
                self.quiet = !self.head.ask(|head| matters_further(syntax, head));
            }
        }
    }

    /// Whether the text of a string that comes now matters.
    pub(super) fn wants_text(&self) -> bool {
        self.assignment.wants_text()
    }

    /// What is quoted after it, if it says so.
    pub(super) fn quotes(&self) -> Option<Option<&'static [Quote]>> {
        self.assignment.quotes()
    }

    /// Where a body opened that is still open.
    pub(super) fn open_body(&self) -> Option<Place> {
        self.body.as_ref().map(|body| body.place)
    }

    /// What the host should know of it.
    pub(super) fn remark(&self, syntax: &Syntax) -> Option<Remark> {
        if self.plain { None } else { self.head.ask(|head| (syntax.remark)(head)) }
    }

    /// Whether it may have had a part of its effect when it fails.
    pub(super) fn is_of_several(&self, syntax: &Syntax) -> bool {
        let defines = |batch: &Batch| self.head.ask(|head| (batch.defines)(head));
        self.changes > 1 && syntax.batch.as_ref().is_some_and(|batch| !defines(batch))
    }

    /// How the statement stands to transactions.
    pub(super) fn transaction(&self, syntax: &Syntax) -> Transaction {
        if self.plain {
            return Transaction::Inside;
        }
        self.head.ask(|head| match ((syntax.transaction)(head), &syntax.batch) {
            (Transaction::Inside, Some(Batch { defines, .. })) if self.outside && !defines(head) => {
                Transaction::Outside
            }
            (transaction, _) => transaction,
        })
    }
}

/// Whether tokens after these can still matter.
fn matters_further(syntax: &Syntax, head: &[&str]) -> bool {
    let bodied = syntax.bodies.iter().any(|body| match body {
        Body::Flat { heads, .. } => heads.iter().any(|it| head.starts_with(it)),
        Body::Blocks { has } => has(head) || Blocks::is_statement(head),
    });
    let copies = syntax.copy_from_stdin && head.first() == Some(&"COPY");
    let sets = syntax.setting.is_some() && head.first() == Some(&"SET");
    let defines = |batch: &Batch| (batch.defines)(head);
    bodied || copies || sets || !syntax.batch.as_ref().is_none_or(defines)
}
