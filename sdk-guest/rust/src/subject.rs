//! What a statement makes or removes, read from its first words, so that a dialect can say how to look for it. This is not a
//! parser: a statement that it does not know, or whose effect the mere presence of a thing cannot show, is about nothing.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::iter::Peekable;

/// First and last byte of a quoted name, as a dialect writes them.
pub type NameQuotes = [(char, char)];

/// A thing that is there after a statement, or is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Whether the statement makes it; `false`: removes it.
    pub is_made: bool,
    /// What it is, in capitals: `TABLE`, `VIEW`, `INDEX`, `COLUMN`, `CONSTRAINT`, `PROCEDURE`, …
    pub kind: &'static str,
    /// Its name, and before it the names of what it is in, outermost first.
    pub name: Vec<Name>,
    /// The table that it belongs to, written in the same way; empty where the statement names none.
    pub of: Vec<Name>,
}

/// A name as a statement has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Its text, without quotes.
    pub text: String,
    /// Whether it was quoted: the server takes it as it stands.
    pub is_quoted: bool,
}

/// What `CREATE` and `DROP` are followed by, and what it counts as.
const KINDS: &[(&str, &str)] = &[
    ("DATABASE", "DATABASE"),
    ("EVENT", "EVENT"),
    ("EXTENSION", "EXTENSION"),
    ("FUNCTION", "FUNCTION"),
    ("INDEX", "INDEX"),
    ("PROC", "PROCEDURE"),
    ("PROCEDURE", "PROCEDURE"),
    ("SCHEMA", "SCHEMA"),
    ("SEQUENCE", "SEQUENCE"),
    ("TABLE", "TABLE"),
    ("TRIGGER", "TRIGGER"),
    ("TYPE", "TYPE"),
    ("VIEW", "VIEW"),
];

/// Words before the kind that take the effect out of sight: what was replaced was there before, and what is temporary is
/// gone with the session.
const OUT_OF_SIGHT: &[&str] = &["REPLACE", "ALTER", "TEMP", "TEMPORARY"];

/// Words before the kind that leave it what it is. Behind any other stands something that is not of these kinds, such as a
/// publication `FOR TABLE`.
const MODIFIERS: &[&str] = &[
    "AGGREGATE",
    "CLUSTERED",
    "COLUMNSTORE",
    "CONSTRAINT",
    "EXTERNAL",
    "FOREIGN",
    "FULLTEXT",
    "INVERTED",
    "INVOKER",
    "MATERIALIZED",
    "NONCLUSTERED",
    "OFFLINE",
    "ONLINE",
    "OR",
    "PRIMARY",
    "RECURSIVE",
    "SECURITY",
    "SELECTIVE",
    "SPATIAL",
    "SQL",
    "UNIQUE",
    "UNLOGGED",
    "VECTOR",
    "VIRTUAL",
];

/// Modifiers that may have a value: `DEFINER = 'a'@'b'`, `ALGORITHM = MERGE`.
const WITH_VALUE: &[&str] = &["ALGORITHM", "DEFINER"];

/// Kinds that the word behind makes another one, or that have no name there.
const OTHERS: &[(&str, &str)] = &[("EVENT", "TRIGGER"), ("SCHEMA", "AUTHORIZATION")];

impl Subject {
    /// Reads a statement.
    pub fn of(statement: &str, quotes: &NameQuotes) -> Option<Self> {
        let mut words = Words { tokens: Tokens { rest: statement, quotes }.peekable() };
        match words.next_word()?.as_str() {
            "CREATE" => words.created(),
            "DROP" => words.dropped(),
            "ALTER" => words.altered(),
            _ => None,
        }
    }
}

/// A statement, read from its beginning.
struct Words<'a> {
    tokens: Peekable<Tokens<'a>>,
}

impl Words<'_> {
    fn created(&mut self) -> Option<Subject> {
        let kind = self.kind()?;
        self.take_all(&["CONCURRENTLY"]);
        self.take_all(&["IF", "NOT", "EXISTS"]);
        let name = self.name()?;
        let of = match kind {
            "INDEX" => self.table_behind_on()?,
            _ => Vec::new(),
        };
        Some(Subject { is_made: true, kind, name, of })
    }

    /// Several things at once may be removed one by one.
    fn dropped(&mut self) -> Option<Subject> {
        let kind = self.kind()?;
        self.take_all(&["CONCURRENTLY"]);
        self.take_all(&["IF", "EXISTS"]);
        let name = self.name()?;
        let of = self.table_behind_on().unwrap_or_default();
        let is_one = self.tokens.peek() != Some(&Token::Symbol(','));
        is_one.then_some(Subject { is_made: false, kind, name, of })
    }

    /// The first of what is done to a table: the others come and go with it.
    fn altered(&mut self) -> Option<Subject> {
        self.expect("TABLE")?;
        self.take_all(&["ONLY"]);
        self.take_all(&["IF", "EXISTS"]);
        let of = self.name()?;
        match self.next_word()?.as_str() {
            "ADD" => self.added(of),
            "DROP" => {
                let kind = self.part()?;
                self.take_all(&["IF", "EXISTS"]);
                Some(Subject { is_made: false, kind, name: self.name()?, of })
            }
            "RENAME" => self.renamed(of),
            _ => None,
        }
    }

    fn added(&mut self, of: Vec<Name>) -> Option<Subject> {
        const NAMELESS: [&str; 7] = ["PRIMARY", "FOREIGN", "CHECK", "PARTITION", "PERIOD", "DEFAULT", "SYSTEM"];
        self.take_all(&["UNIQUE"]);
        let kind = self.part()?;
        self.take_all(&["IF", "NOT", "EXISTS"]);
        if NAMELESS.iter().any(|word| self.is_next(word)) {
            return None;
        }
        Some(Subject { is_made: true, kind, name: self.name()?, of })
    }

    /// The new name is there afterwards.
    fn renamed(&mut self, of: Vec<Name>) -> Option<Subject> {
        if self.take_all(&["TO"]) {
            let mut name = self.name()?;
            // A name without a schema stays in the table's.
            if name.len() == 1 {
                name.splice(0..0, of[..of.len() - 1].iter().cloned());
            }
            return Some(Subject { is_made: true, kind: "TABLE", name, of: Vec::new() });
        }
        self.take_all(&["COLUMN"]);
        self.name()?;
        self.expect("TO")?;
        Some(Subject { is_made: true, kind: "COLUMN", name: self.name()?, of })
    }

    /// The kind of thing that `CREATE` or `DROP` is about.
    fn kind(&mut self) -> Option<&'static str> {
        loop {
            let word = self.next_word()?;
            let word = word.as_str();
            if OUT_OF_SIGHT.contains(&word) {
                return None;
            }
            if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == word) {
                let is_other = OTHERS.iter().any(|(it, behind)| it == kind && self.is_next(behind));
                return (!is_other).then_some(*kind);
            }
            // SQL Server has `XML SCHEMA COLLECTION` as well.
            if word == "XML" {
                return self.expect("INDEX").map(|()| "INDEX");
            }
            if WITH_VALUE.contains(&word) {
                self.skip_value()?;
            } else if !MODIFIERS.contains(&word) {
                return None;
            }
        }
    }

    /// Skips `= value`, if it is there: a word, or an account with its host.
    fn skip_value(&mut self) -> Option<()> {
        if self.tokens.next_if_eq(&Token::Symbol('=')).is_none() {
            return Some(());
        }
        self.skip_text()?;
        // `@` is part of a word, so that the host may be one with it.
        match self.tokens.next_if(|token| matches!(token, Token::Word(word) if word.starts_with('@'))) {
            Some(Token::Word("@")) => self.skip_text(),
            _ => Some(()),
        }
    }

    /// Skips a word, a name, a text in quotes, or a call without values.
    fn skip_text(&mut self) -> Option<()> {
        match self.tokens.next()? {
            Token::Word(word) if word.ends_with('@') => self.skip_text(),
            Token::Word(_) => {
                if self.tokens.next_if_eq(&Token::Symbol('(')).is_some() {
                    self.tokens.next_if_eq(&Token::Symbol(')'))?;
                }
                Some(())
            }
            Token::Quoted(_) => Some(()),
            Token::Symbol(quote @ ('\'' | '"')) => self.tokens.find(|token| *token == Token::Symbol(quote)).map(drop),
            Token::Symbol(_) => None,
        }
    }

    /// The kind of part that `ALTER TABLE` is about: a column, unless it says something else.
    fn part(&mut self) -> Option<&'static str> {
        for (words, kind) in [("COLUMN", "COLUMN"), ("CONSTRAINT", "CONSTRAINT"), ("INDEX", "INDEX"), ("KEY", "INDEX")]
        {
            if self.take_all(&[words]) {
                return Some(kind);
            }
        }
        match self.tokens.peek()? {
            Token::Symbol(_) => None,
            _ => Some("COLUMN"),
        }
    }

    /// An index belongs to a table, which stands behind `ON` at once or, with a method, a little later.
    fn table_behind_on(&mut self) -> Option<Vec<Name>> {
        if self.take_all(&["USING"]) {
            self.next_word()?;
        }
        self.expect("ON")?;
        self.take_all(&["ONLY"]);
        self.name()
    }

    /// A name with what it is in.
    fn name(&mut self) -> Option<Vec<Name>> {
        let mut name = Vec::new();
        loop {
            name.push(match self.tokens.next()? {
                Token::Word(text) => Name { text: text.to_owned(), is_quoted: false },
                Token::Quoted(text) => Name { text, is_quoted: true },
                Token::Symbol(_) => return None,
            });
            if self.tokens.next_if_eq(&Token::Symbol('.')).is_none() {
                return Some(name);
            }
        }
    }

    fn next_word(&mut self) -> Option<String> {
        match self.tokens.next()? {
            Token::Word(word) => Some(word.to_ascii_uppercase()),
            _ => None,
        }
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        self.is_next(word).then(|| drop(self.tokens.next()))
    }

    fn is_next(&mut self, word: &str) -> bool {
        matches!(self.tokens.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word))
    }

    /// Takes words if the first of them is next; they belong together.
    fn take_all(&mut self, words: &[&str]) -> bool {
        let is_there = self.is_next(words[0]);
        if is_there {
            words.iter().for_each(|_| drop(self.tokens.next()));
        }
        is_there
    }
}

/// What a statement is made of, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Quoted(String),
    Symbol(char),
}

/// Text → tokens, without blanks and comments.
struct Tokens<'a> {
    rest: &'a str,
    quotes: &'a NameQuotes,
}

impl<'a> Tokens<'a> {
    fn skip_blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let end = match self.rest {
                rest if rest.starts_with("--") => rest.find('\n'),
                rest if rest.starts_with("/*") => rest.find("*/").map(|at| at + 2),
                _ => return,
            };
            self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
        }
    }

    /// Takes a quoted name whose opening byte was taken; its closing byte, doubled, stands for itself.
    fn quoted(&mut self, close: char) -> Option<String> {
        let mut text = String::new();
        loop {
            let end = self.rest.find(close)?;
            text += &self.rest[..end];
            self.rest = &self.rest[end + close.len_utf8()..];
            match self.rest.strip_prefix(close) {
                Some(rest) => {
                    text.push(close);
                    self.rest = rest;
                }
                None => return Some(text),
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '#');
        let end = self.rest.find(|c| !in_word(c)).unwrap_or(self.rest.len());
        if end > 0 {
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Some(Token::Word(word));
        }
        let symbol = self.rest.chars().next()?;
        self.rest = &self.rest[symbol.len_utf8()..];
        match self.quotes.iter().find(|(open, _)| *open == symbol) {
            Some((_, close)) => self.quoted(*close).map(Token::Quoted),
            None => Some(Token::Symbol(symbol)),
        }
    }
}
