//! How MySQL's and MariaDB's scripts are cut into statements: as their own client does it, and kinder where the client
//! would send half a routine.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::cell::RefCell;

use noorm_guest::dialect::exports::noorm::dialect::script::{Guest, GuestSplitter, Piece, Splitter as Handle};
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::split::{
    Body, Client, Comments, Ends, Mark, MarkPlace, Quote, Remark, Setting, Splitter, Syntax, Transaction,
};

use crate::Dialect;

/// The option that says in which mode a session begins.
const MODE: &str = "sql-mode";

/// The lexical rules, in the mode that a session has where nobody said another.
pub static SYNTAX: Syntax = Syntax {
    quotes: ESCAPED,
    escape_strings: false,
    dollar_quotes: false,
    comments: Comments { nested: false, return_ends: false, blank_after_dashes: true, hash: true, code: true },
    word_bytes: b"",
    ends: Ends::Delimiter("DELIMITER"),
    parentheses_hold: false,
    bodies: &[Body::Blocks { has: has_body }],
    copy_from_stdin: false,
    client: Client {
        program: "the mysql client",
        marks: &[Mark { text: "\\", place: MarkPlace::Anywhere, letter: false, short: true }],
        // Not `use` and `help`, which servers understand too.
        words: &[
            "CHARSET",
            "CLEAR",
            "CONNECT",
            "EDIT",
            "EGO",
            "EXIT",
            "GO",
            "NOPAGER",
            "NOTEE",
            "NOWARNING",
            "PAGER",
            "PRINT",
            "PROMPT",
            "QUIT",
            "REHASH",
            "SANDBOX",
            "SOURCE",
            "STATUS",
            "SYSTEM",
            "TEE",
            "WARNINGS",
        ],
        ignored: &["\\-"],
        values: &["\\N"],
        help,
    },
    setting: Some(Setting { name: "SQL_MODE", quotes }),
    plain: &["INSERT", "REPLACE", "UPDATE", "DELETE", "SELECT"],
    transaction,
    batch: None,
    remark,
};

/// The lexical rules of a session with these options.
fn syntax(options: &[(String, String)]) -> Syntax {
    let mode = options.iter().find(|(name, _)| name == MODE).map(|(_, mode)| mode.to_ascii_uppercase());
    Syntax { quotes: quotes(mode.as_deref().unwrap_or_default()), ..SYNTAX }
}

const BACKTICK: Quote = Quote { open: b'`', close: b'`', ..Quote::NAME };
const STRING: Quote = Quote { escapes: true, ..Quote::STRING };
const DOUBLE: Quote = Quote { escapes: true, what: "string", ..Quote::NAME };
const PLAIN_DOUBLE: Quote = Quote { what: "string", ..Quote::NAME };

static ESCAPED: &[Quote] = &[STRING, DOUBLE, BACKTICK];
static ESCAPED_ANSI: &[Quote] = &[STRING, Quote::NAME, BACKTICK];
static PLAIN: &[Quote] = &[Quote::STRING, PLAIN_DOUBLE, BACKTICK];
static PLAIN_ANSI: &[Quote] = &[Quote::STRING, Quote::NAME, BACKTICK];

/// What is quoted in a mode, in capitals.
fn quotes(mode: &str) -> &'static [Quote] {
    // The names of other databases stand for several modes, this one among them.
    const ANSI: [&str; 7] = ["ANSI_QUOTES", "ANSI", "DB2", "MAXDB", "MSSQL", "ORACLE", "POSTGRESQL"];
    let has = |names: &[&str]| mode.split(',').any(|name| names.contains(&name.trim()));
    match (has(&["NO_BACKSLASH_ESCAPES"]), has(&ANSI)) {
        (false, false) => ESCAPED,
        (false, true) => ESCAPED_ANSI,
        (true, false) => PLAIN,
        (true, true) => PLAIN_ANSI,
    }
}

/// Whether the statement creates or alters a routine, a trigger or an event.
fn has_body(head: &[&str]) -> bool {
    let [first @ ("CREATE" | "ALTER"), rest @ ..] = head else { return false };
    // `CREATE TABLE event …` has none: what is created is the first word that is no clause.
    let mut words = rest;
    loop {
        words = match words {
            ["OR", "REPLACE", rest @ ..] | ["AGGREGATE", rest @ ..] => rest,
            ["DEFINER", "=", rest @ ..] => match rest.iter().position(|word| is_routine(word)) {
                Some(at) => &rest[at..],
                None => return false,
            },
            ["EVENT", ..] => return true,
            [word, ..] => return *first == "CREATE" && is_routine(word),
            [] => return false,
        };
    }
}

fn is_routine(word: &str) -> bool {
    matches!(word, "PROCEDURE" | "FUNCTION" | "TRIGGER" | "EVENT")
}

fn transaction(head: &[&str]) -> Transaction {
    match head {
        ["BEGIN", "NOT", ..] => Transaction::Outside,
        ["BEGIN", ..] | ["START", "TRANSACTION", ..] => Transaction::Begin,
        ["COMMIT", rest @ ..] | ["ROLLBACK", rest @ ..] if goes_on(rest) => Transaction::Outside,
        ["COMMIT", ..] => Transaction::Commit,
        ["ROLLBACK", "TO", ..] | ["ROLLBACK", "WORK", "TO", ..] => Transaction::Inside,
        ["ROLLBACK", ..] => Transaction::Rollback,
        _ if is_outside(head) => Transaction::Outside,
        _ => Transaction::Inside,
    }
}

/// What a script sets for its session is gone when a later run goes on in the middle of it.
fn remark(head: &[&str]) -> Option<Remark> {
    match head {
        ["SET", "PASSWORD" | "GLOBAL" | "PERSIST" | "PERSIST_ONLY" | "DEFAULT" | "TRANSACTION" | "STATEMENT", ..] => {
            None
        }
        ["SET" | "USE", ..] => Some(Remark::SESSION),
        _ => None,
    }
}

/// Whether what ends the transaction starts another one, or ends the session.
fn goes_on(rest: &[&str]) -> bool {
    let says = |word: &str| rest.iter().position(|it| *it == word).is_some_and(|at| at == 0 || rest[at - 1] != "NO");
    says("CHAIN") || says("RELEASE")
}

/// Whether the server ends a transaction that is open, refuses to run the statement in one, or does what nobody can know.
fn is_outside(head: &[&str]) -> bool {
    match head {
        ["CREATE", "TEMPORARY", ..] | ["CREATE", "OR", "REPLACE", "TEMPORARY", ..] => false,
        ["DROP", "TEMPORARY" | "PREPARE", ..] => false,
        ["CREATE" | "ALTER" | "DROP" | "RENAME" | "TRUNCATE", ..] => true,
        ["GRANT" | "REVOKE", ..] | ["SET", "PASSWORD", ..] | ["SET", "DEFAULT", "ROLE", ..] => true,
        // `ANALYZE SELECT …` only explains.
        ["ANALYZE" | "CHECK" | "OPTIMIZE" | "REPAIR", kind, ..] => {
            matches!(*kind, "TABLE" | "TABLES" | "VIEW" | "LOCAL" | "NO_WRITE_TO_BINLOG")
        }
        ["RESET", "PERSIST", ..] => false,
        ["FLUSH" | "RESET" | "LOCK" | "UNLOCK" | "INSTALL" | "UNINSTALL" | "BACKUP" | "IMPORT" | "CLONE", ..] => true,
        ["CACHE", "INDEX", ..] | ["LOAD", "INDEX", ..] | ["SHUTDOWN" | "RESTART", ..] => true,
        [
            "START" | "STOP" | "CHANGE",
            "MASTER" | "SLAVE" | "REPLICA" | "REPLICATION" | "ALL" | "GROUP_REPLICATION",
            ..,
        ] => true,
        ["SET", "TRANSACTION", ..] => true,
        ["SET", rest @ ..] => rest.contains(&"AUTOCOMMIT"),
        ["XA", ..] => true,
        // What these run is not in the script.
        ["CALL" | "EXECUTE", ..] => true,
        ["IF" | "CASE" | "LOOP" | "REPEAT" | "WHILE" | "FOR", ..] => true,
        _ => false,
    }
}

fn help(command: &str) -> &'static str {
    match command.to_ascii_lowercase().as_str() {
        "\\g" | "go" | "ego" => "end the statement with `;`",
        "\\d" => "write `DELIMITER` and the delimiter on a line of their own",
        "\\." | "source" => "put the file into the build, or use `include()` in a `.sql.j2` file",
        "\\r" | "\\u" | "connect" => "remove this line: the config says which database a script runs in",
        "\\c" | "clear" => "remove the statement that this gives up",
        "\\!" | "system" => "remove this line: scripts run no programs",
        "charset" => "write `SET NAMES`",
        "\\q" | "quit" | "exit" => "remove what follows, and this line",
        _ => "remove this line: it changes what the client does, not the database",
    }
}

/// A script on its way.
#[derive(Debug)]
pub struct Script(RefCell<Splitter>);

impl Guest for Dialect {
    type Splitter = Script;
}

impl GuestSplitter for Script {
    fn open(path: String, options: Vec<(String, String)>) -> Result<Handle, Failure> {
        Ok(Handle::new(Script(RefCell::new(Splitter::new(&path, &syntax(&options))))))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<Vec<Piece>, Failure> {
        self.0.borrow_mut().push(&chunk)
    }

    fn finish(&self) -> Result<Vec<Piece>, Failure> {
        self.0.borrow_mut().finish()
    }
}
