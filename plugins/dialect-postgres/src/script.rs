//! How PostgreSQL's scripts are cut into statements.

use std::cell::RefCell;

use noorm_guest::dialect::exports::noorm::dialect::script::{Guest, GuestSplitter, Piece, Splitter as Handle};
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::split::{
    Body, Client, Comments, Ends, Mark, MarkPlace, Quote, Remark, Setting, Splitter, Syntax, Transaction,
};

use crate::Dialect;
use crate::server::product;

/// The lexical rules.
pub static SYNTAX: Syntax = Syntax {
    quotes: STANDARD,
    escape_strings: true,
    dollar_quotes: true,
    comments: Comments { return_ends: true, ..Comments::STANDARD },
    word_bytes: b"",
    ends: Ends::Semicolon,
    // CREATE RULE … DO (one; two).
    parentheses_hold: true,
    bodies: &[Body::Flat {
        heads: &[
            &["CREATE", "FUNCTION"],
            &["CREATE", "PROCEDURE"],
            &["CREATE", "OR", "REPLACE", "FUNCTION"],
            &["CREATE", "OR", "REPLACE", "PROCEDURE"],
        ],
        opens: &["BEGIN", "ATOMIC"],
    }],
    copy_from_stdin: true,
    client: Client {
        program: "psql",
        // No SQL holds a backslash outside quotes, so `SELECT 1 \gexec` is a command too.
        marks: &[Mark { text: "\\", place: MarkPlace::Anywhere, letter: false, short: false }],
        words: &[],
        ignored: &["\\restrict", "\\unrestrict"],
        values: &[],
        help,
    },
    setting: Some(Setting { name: "STANDARD_CONFORMING_STRINGS", quotes }),
    plain: &["INSERT", "UPDATE", "DELETE", "SELECT"],
    transaction,
    batch: None,
    remark,
};

static STANDARD: &[Quote] = &[Quote::STRING, Quote::NAME];
static ESCAPED: &[Quote] = &[Quote { escapes: true, ..Quote::STRING }, Quote::NAME];

/// What is quoted while strings conform to the standard, or, as in old dumps, do not.
fn quotes(conforming: &str) -> &'static [Quote] {
    match conforming {
        "OFF" | "FALSE" | "F" | "NO" | "N" | "0" => ESCAPED,
        _ => STANDARD,
    }
}

/// The same where what a transaction changes of the schema stays when it is rolled back.
static SYNTAX_APART: Syntax = Syntax { transaction: transaction_apart, ..SYNTAX };

/// The lexical rules of a session with these options.
pub(crate) fn syntax(options: &[(String, String)]) -> &'static Syntax {
    if product(options).has_transactional_ddl() { &SYNTAX } else { &SYNTAX_APART }
}

fn transaction_apart(head: &[&str]) -> Transaction {
    match transaction(head) {
        Transaction::Inside if !is_of_rows(head) => Transaction::Outside,
        other => other,
    }
}

/// Whether the statement leaves the schema alone for certain: what a routine or a block does is not in the script.
fn is_of_rows(head: &[&str]) -> bool {
    let Some(first) = head.first() else { return false };
    let reads_or_writes = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "UPSERT", "WITH", "VALUES", "TABLE", "("];
    let of_session = ["SET", "RESET", "SHOW", "EXPLAIN", "PREPARE", "DEALLOCATE", "LISTEN", "NOTIFY", "UNLISTEN"];
    let of_transaction = ["SAVEPOINT", "RELEASE", "ROLLBACK", "LOCK", "COPY", "DECLARE", "FETCH", "MOVE", "CLOSE"];
    reads_or_writes.contains(first) || of_session.contains(first) || of_transaction.contains(first)
}

fn transaction(head: &[&str]) -> Transaction {
    match head {
        ["BEGIN", ..] | ["START", "TRANSACTION", ..] => Transaction::Begin,
        ["COMMIT" | "ROLLBACK", "PREPARED", ..] => Transaction::Outside,
        // What it prepares is out of the session's hands.
        ["COMMIT" | "END", ..] | ["PREPARE", "TRANSACTION", ..] => Transaction::Commit,
        ["ROLLBACK", "TO", ..] | ["ROLLBACK", "WORK" | "TRANSACTION", "TO", ..] => Transaction::Inside,
        ["ROLLBACK" | "ABORT", ..] => Transaction::Rollback,
        _ if is_outside(head) => Transaction::Outside,
        _ => Transaction::Inside,
    }
}

/// What a script sets for its session is gone when a later run goes on in the middle of it.
fn remark(head: &[&str]) -> Option<Remark> {
    match head {
        ["SET", "LOCAL" | "CONSTRAINTS" | "TRANSACTION", ..] => None,
        ["SET" | "RESET", ..] => Some(Remark::SESSION),
        _ => None,
    }
}

/// Whether the server refuses the statement inside a transaction.
fn is_outside(head: &[&str]) -> bool {
    let concurrently = head.contains(&"CONCURRENTLY");
    match head {
        ["VACUUM", ..] | ["ALTER", "SYSTEM", ..] | ["DISCARD", "ALL"] => true,
        // Without a table it is every table's turn.
        ["CLUSTER"] | ["CLUSTER", "VERBOSE"] | ["CLUSTER", "(", .., ")"] => true,
        ["CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION", ..] => true,
        ["ALTER", "DATABASE", _, "SET", "TABLESPACE", ..] => true,
        // Refreshing, which these do by default, is what is refused.
        ["ALTER", "SUBSCRIPTION", _, "REFRESH", ..] => true,
        ["ALTER", "SUBSCRIPTION", _, "SET" | "ADD" | "DROP", "PUBLICATION", ..] => true,
        ["REINDEX", ..] => concurrently || head.iter().any(|word| matches!(*word, "DATABASE" | "SYSTEM" | "SCHEMA")),
        ["CREATE", "INDEX" | "UNIQUE", ..] | ["DROP", "INDEX", ..] => concurrently,
        ["ALTER", "TABLE", ..] => concurrently && head.contains(&"DETACH"),
        _ => false,
    }
}

fn help(command: &str) -> &'static str {
    match command {
        "\\c" | "\\connect" => "remove this line: the config says which database a script runs in",
        "\\i" | "\\ir" | "\\include" | "\\include_relative" => {
            "put the file into the build, or use `include()` in a `.sql.j2` file"
        }
        "\\copy" => "use `COPY … FROM stdin;` with the data below it and a line `\\.` at its end",
        "\\set" | "\\gset" | "\\if" | "\\elif" | "\\else" | "\\endif" => {
            "use a `.sql.j2` file, which has variables and conditions"
        }
        "\\." => "remove this line: no `COPY … FROM stdin;` is open",
        "\\echo" | "\\qecho" | "\\timing" | "\\pset" | "\\x" => {
            "remove this line: it changes what psql shows, not the database"
        }
        _ => "remove this line, or say it in SQL",
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
        Ok(Handle::new(Script(RefCell::new(Splitter::new(&path, syntax(&options))))))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<Vec<Piece>, Failure> {
        self.0.borrow_mut().push(&chunk)
    }

    fn finish(&self) -> Result<Vec<Piece>, Failure> {
        self.0.borrow_mut().finish()
    }
}
