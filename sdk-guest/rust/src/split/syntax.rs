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
    /// What is a comment, besides `-- …` and `/* … */`.
    pub comments: Comments,
    /// Bytes that may be part of a word, besides ASCII letters and digits, `_`, `$` and everything beyond ASCII.
    pub word_bytes: &'static [u8],
    /// What ends a statement.
    pub ends: Ends,
    /// Whether a `;` inside parentheses belongs to the statement.
    pub parentheses_hold: bool,
    /// Statements whose body holds statements.
    pub bodies: &'static [Body],
    /// Whether the lines after `COPY … FROM stdin;` are data.
    pub copy_from_stdin: bool,
    /// Commands of the database's own shell, which no server understands.
    pub client: Client,
    /// A setting of the session that changes what is quoted.
    pub setting: Option<Setting>,
    /// First words, in capitals, of statements whose further words say nothing, and which run in a transaction without any
    /// remark: they are skipped quickly.
    pub plain: &'static [&'static str],
    /// How a statement that begins with these tokens stands to transactions. Words come in capitals, quoted names and
    /// strings as one quote, everything else character by character; there are at most [`Syntax::HEAD`] tokens.
    pub transaction: fn(&[&str]) -> Transaction,
    /// How a piece of many statements stands to transactions.
    pub batch: Option<Batch>,
    /// What the host should know of a statement that begins with these tokens.
    pub remark: fn(&[&str]) -> Option<Remark>,
}

impl Syntax {
    /// How many tokens of a statement are kept to tell what it is.
    pub const HEAD: usize = super::word::Head::MAX;
}

/// A kind of string or quoted name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// First byte.
    pub open: u8,
    /// Last byte.
    pub close: u8,
    /// Whether the closing byte, doubled, stands for itself.
    pub doubled: bool,
    /// Whether `\` keeps the byte after it from closing.
    pub escapes: bool,
    /// `string` or `name`, for messages.
    pub what: &'static str,
}

impl Quote {
    /// The string of the standard: `'…'`, doubled inside.
    pub const STRING: Self = Self { open: b'\'', close: b'\'', doubled: true, escapes: false, what: "string" };
    /// The name of the standard: `"…"`, doubled inside.
    pub const NAME: Self = Self { open: b'"', close: b'"', doubled: true, escapes: false, what: "name" };
}

/// What is a comment.
#[derive(Debug, Clone, Copy)]
pub struct Comments {
    /// Whether `/* /* */ */` is one comment.
    pub nested: bool,
    /// Whether a carriage return ends a `--` comment, as a line feed does.
    pub return_ends: bool,
    /// Whether `--` needs a blank or control character after it, unless a statement would begin with it.
    pub blank_after_dashes: bool,
    /// Whether `#` begins a comment.
    pub hash: bool,
    /// Whether `/*! … */` and `/*M! … */` are code. In a comment the first is one more comment, in which nothing nests.
    pub code: bool,
}

impl Comments {
    /// Comments of the standard.
    pub const STANDARD: Self =
        Self { nested: true, return_ends: false, blank_after_dashes: false, hash: false, code: false };
}

/// What ends a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// A `;`.
    Semicolon,
    /// A `;` until a line begins with this word, in capitals, where a statement could: then what the line says. Bodies hold
    /// statements only while it is the `;`.
    Delimiter(&'static str),
    /// This word, in capitals, alone on a line, perhaps with a count.
    Line(&'static str),
}

/// Statements whose body holds statements.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// A body up to an `END` that follows a `;` or the opening words.
    Flat {
        /// How such a statement begins, in capitals.
        heads: &'static [&'static [&'static str]],
        /// The one or two words, in capitals, that open the body.
        opens: &'static [&'static str],
    },
    /// A body of blocks in blocks, as SQL/PSM has them: `BEGIN … END`, `IF … END IF`, `CASE`, `LOOP`, `REPEAT`, `WHILE`,
    /// `FOR`.
    Blocks {
        /// Whether a statement that begins with these tokens may have such a body.
        has: fn(&[&str]) -> bool,
    },
}

/// Commands of the database's own shell.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    /// The shell's name, for messages.
    pub program: &'static str,
    /// What a command begins with.
    pub marks: &'static [Mark],
    /// Commands without a mark, in capitals, where a statement could begin.
    pub words: &'static [&'static str],
    /// Commands, with their mark, whose lines change nothing and are skipped.
    pub ignored: &'static [&'static str],
    /// What looks like a command and is SQL.
    pub values: &'static [&'static str],
    /// What a user can do instead of this command.
    pub help: fn(&str) -> &'static str,
}

/// What a command of the shell begins with.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// The mark itself, in ASCII.
    pub text: &'static str,
    /// Where it is one.
    pub place: MarkPlace,
    /// Whether a letter has to follow.
    pub letter: bool,
    /// Whether the command is one character.
    pub short: bool,
}

/// Where a command may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkPlace {
    /// Outside of quotes and comments.
    Anywhere,
    /// Where a statement could begin.
    Statement,
    /// At the beginning of a line, after blanks.
    Line,
}

/// A setting of the session that changes what is quoted. A script that sets it to a text is believed; one that sets it to
/// a variable or to its default has again what it began with; what an expression makes of it is not known and changes
/// nothing.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name, in capitals.
    pub name: &'static str,
    /// What is quoted while it has this value.
    pub quotes: fn(&str) -> &'static [Quote],
}

/// How a piece of many statements stands to transactions. What [`Syntax::transaction`] says of its head goes first, unless
/// that is [`Transaction::Inside`].
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// What a word means, after the token before it: any meaning but `Inside` makes the whole piece `Outside`.
    pub word: fn(&str, &str) -> Transaction,
    /// Whether a piece that begins with these tokens only defines something, so that its words mean nothing yet.
    pub defines: fn(&[&str]) -> bool,
    /// How many statements that change something a word may begin, after the token before it. A piece of more than one may
    /// have had a part of its effect when it failed.
    pub changes: fn(&str, &str) -> u32,
}

/// Something about a statement that the host hands to `transaction.around`, or knows itself (`wit/README.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub name: &'static str,
    /// What is so.
    pub value: &'static str,
    /// Whether the statement is not sent, since it does nothing inside a transaction and `transaction.around` sees to it.
    pub hoisted: bool,
}

impl Remark {
    /// The statement only sets the session up for those behind it, and can be sent again.
    pub const SESSION: Self = Self { name: "session", value: "", hoisted: false };
}

/// How a statement stands to transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transaction {
    /// Runs in one.
    Inside,
    /// The server refuses to run it in one, or ends the one that is open.
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
