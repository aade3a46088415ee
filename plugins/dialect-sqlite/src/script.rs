//! How SQLite's scripts are cut into statements.

use std::cell::RefCell;

use noorm_guest::dialect::exports::noorm::dialect::script::{Guest, GuestSplitter, Piece, Splitter as Handle};
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::split::{Body, Client, Comments, Ends, Mark, MarkPlace, Quote, Remark, Splitter, Syntax, Transaction};

use crate::Dialect;
use crate::transaction::{DROPS, FOREIGN_KEYS, RENAMES};

/// The lexical rules.
pub static SYNTAX: Syntax = Syntax {
    quotes: &[
        Quote::STRING,
        Quote::NAME,
        Quote { open: b'`', close: b'`', ..Quote::NAME },
        Quote { open: b'[', close: b']', doubled: false, ..Quote::NAME },
    ],
    escape_strings: false,
    dollar_quotes: false,
    comments: Comments { nested: false, ..Comments::STANDARD },
    word_bytes: b"",
    ends: Ends::Semicolon,
    parentheses_hold: false,
    bodies: &[Body::Flat {
        heads: &[
            &["CREATE", "TRIGGER"],
            &["CREATE", "TEMP", "TRIGGER"],
            &["CREATE", "TEMPORARY", "TRIGGER"],
            &["EXPLAIN", "CREATE", "TRIGGER"],
            &["EXPLAIN", "CREATE", "TEMP", "TRIGGER"],
            &["EXPLAIN", "CREATE", "TEMPORARY", "TRIGGER"],
            &["EXPLAIN", "QUERY", "PLAN", "CREATE", "TRIGGER"],
            &["EXPLAIN", "QUERY", "PLAN", "CREATE", "TEMP", "TRIGGER"],
            &["EXPLAIN", "QUERY", "PLAN", "CREATE", "TEMPORARY", "TRIGGER"],
        ],
        opens: &["BEGIN"],
    }],
    copy_from_stdin: false,
    client: Client {
        program: "the sqlite3 shell",
        marks: &[Mark { text: ".", place: MarkPlace::Statement, letter: false, short: false }],
        words: &[],
        ignored: &[],
        values: &[],
        help,
    },
    setting: None,
    plain: &["INSERT", "REPLACE", "UPDATE", "DELETE", "SELECT"],
    transaction,
    batch: None,
    remark,
};

/// Pragmas that do nothing, or fail, inside a transaction.
const OUTSIDE: &[&str] = &["JOURNAL_MODE", "SYNCHRONOUS"];

/// What `transaction.around` has to know of a script.
fn remark(head: &[&str]) -> Option<Remark> {
    let switch = |value| Some(Remark { name: FOREIGN_KEYS, value, hoisted: true });
    let mark = |name| Some(Remark { name, value: "", hoisted: false });
    match head {
        ["PRAGMA", "FOREIGN_KEYS", "=" | "(", value, ..] | ["PRAGMA", _, ".", "FOREIGN_KEYS", "=" | "(", value, ..] => {
            match *value {
                "OFF" | "0" | "FALSE" | "NO" => switch("off"),
                "ON" | "1" | "TRUE" | "YES" => switch("on"),
                _ => None,
            }
        }
        ["PRAGMA", _, "=" | "(", ..] | ["PRAGMA", _, ".", _, "=" | "(", ..] | ["ATTACH", ..] => Some(Remark::SESSION),
        ["DROP", "TABLE", ..] => mark(DROPS),
        ["ALTER", "TABLE", ..] if head.windows(2).any(|pair| pair == ["RENAME", "TO"]) => mark(RENAMES),
        _ => None,
    }
}

fn transaction(head: &[&str]) -> Transaction {
    match head {
        ["BEGIN", ..] => Transaction::Begin,
        ["COMMIT" | "END", ..] => Transaction::Commit,
        ["ROLLBACK", "TO", ..] | ["ROLLBACK", "TRANSACTION", "TO", ..] => Transaction::Inside,
        ["ROLLBACK", ..] => Transaction::Rollback,
        ["VACUUM" | "ATTACH" | "DETACH", ..] => Transaction::Outside,
        ["PRAGMA", name, "=" | "(", ..] | ["PRAGMA", _, ".", name, "=" | "(", ..] if OUTSIDE.contains(name) => {
            Transaction::Outside
        }
        _ => Transaction::Inside,
    }
}

fn help(command: &str) -> &'static str {
    match command {
        ".read" => "put the file into the build, or use `include()` in a `.sql.j2` file",
        ".import" => "use the data file in a `.sql.j2` file, and INSERT its rows",
        ".bail" | ".changes" | ".echo" | ".headers" | ".mode" | ".nullvalue" | ".separator" | ".timer" => {
            "remove this line: it changes what the shell shows, not the database"
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
    fn open(path: String, _options: Vec<(String, String)>) -> Result<Handle, Failure> {
        Ok(Handle::new(Script(RefCell::new(Splitter::new(&path, &SYNTAX)))))
    }

    fn push(&self, chunk: Vec<u8>) -> Result<Vec<Piece>, Failure> {
        self.0.borrow_mut().push(&chunk)
    }

    fn finish(&self) -> Result<Vec<Piece>, Failure> {
        self.0.borrow_mut().finish()
    }
}
