//! What differs between the scripts of one database and another, as far as finding the ends of statements needs it. It
//! is not a grammar: whether a statement is right is for the server to say.

/// The lexical rules of one dialect.
#[derive(Debug, Clone, Copy)]
pub struct Syntax {
    /// Strings and quoted names.
    pub quotes: &'static [Quote],
    /// Whether `E'…'` is a string in which `\` escapes.
    pub escape_strings: bool,
    /// Whether `$tag$…$tag$` is a string.
    pub dollar_quotes: bool,
    /// Whether `/* /* */ */` is one comment.
    pub nested_comments: bool,
    /// Whether a carriage return ends a `--` comment, as a line feed does.
    pub return_ends_comment: bool,
    /// Whether a `;` inside parentheses belongs to the statement.
    pub parentheses_hold: bool,
    /// Statements whose body holds statements.
    pub bodies: &'static [Body],
    /// Whether the lines after `COPY … FROM stdin;` are data.
    pub copy_from_stdin: bool,
    /// Commands of the database's own shell, which no server understands.
    pub client: Client,
    /// How a statement that begins with these tokens stands to transactions. Words come in capitals, quoted names and
    /// strings as one quote, everything else character by character; there are at most [`Syntax::HEAD`] tokens.
    pub transaction: fn(&[&str]) -> Transaction,
}

impl Syntax {
    /// How many tokens of a statement are kept to tell what it is.
    pub const HEAD: usize = 16;
}

/// A kind of string or quoted name.
#[derive(Debug, Clone, Copy)]
pub struct Quote {
    /// First byte.
    pub open: u8,
    /// Last byte.
    pub close: u8,
    /// Whether the closing byte, doubled, stands for itself.
    pub doubled: bool,
    /// `string` or `name`, for messages.
    pub what: &'static str,
}

/// A statement whose body holds statements, up to an `END` that follows a `;` or the opening words.
#[derive(Debug, Clone, Copy)]
pub struct Body {
    /// How such a statement begins, in capitals.
    pub heads: &'static [&'static [&'static str]],
    /// The one or two words, in capitals, that open the body.
    pub opens: &'static [&'static str],
}

/// Commands of the database's own shell.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    /// The byte that begins a command.
    pub mark: u8,
    /// Whether a command may also follow the beginning of a statement.
    pub anywhere: bool,
    /// The shell's name, for messages.
    pub program: &'static str,
    /// Commands, with their mark, whose lines change nothing and are skipped.
    pub ignored: &'static [&'static str],
    /// What a user can do instead of this command.
    pub help: fn(&str) -> &'static str,
}

/// How a statement stands to transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// Runs in one.
    Inside,
    /// The server refuses to run it in one.
    Outside,
    /// Starts one.
    Begin,
    /// Ends one and keeps it.
    Commit,
    /// Ends one and forgets it.
    Rollback,
}

impl Transaction {
    /// Returns the word of `wit/dialect/dialect.wit`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
            Self::Begin => "begin",
            Self::Commit => "commit",
            Self::Rollback => "rollback",
        }
    }
}
