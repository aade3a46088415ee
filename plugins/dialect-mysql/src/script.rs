//! How MySQL's scripts are cut into statements.

use std::cell::RefCell;

use noorm_guest::dialect::exports::noorm::dialect::script::{Guest, GuestSplitter, Piece, Splitter as Handle};
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::split::{Client, Quote, Splitter, Syntax, Transaction};

use crate::Dialect;

/// The lexical rules.
pub(crate) static SYNTAX: Syntax = Syntax {
    quotes: &[
        Quote { open: b'\'', close: b'\'', doubled: true, what: "string" },
        Quote { open: b'"', close: b'"', doubled: true, what: "string" },
        Quote { open: b'`', close: b'`', doubled: true, what: "name" },
    ],
    escape_strings: false,
    dollar_quotes: false,
    nested_comments: false,
    return_ends_comment: false,
    parentheses_hold: false,
    bodies: &[],
    copy_from_stdin: false,
    client: Client { mark: b'\\', anywhere: false, program: "mysql", ignored: &[], help },
    transaction,
};

fn transaction(head: &[&str]) -> Transaction {
    match head {
        ["BEGIN", ..] | ["START", "TRANSACTION", ..] => Transaction::Begin,
        ["COMMIT", ..] => Transaction::Commit,
        ["ROLLBACK", "TO", ..] | ["ROLLBACK", "WORK", "TO", ..] => Transaction::Inside,
        ["ROLLBACK", ..] => Transaction::Rollback,
        ["CREATE" | "ALTER" | "DROP" | "RENAME" | "TRUNCATE" | "GRANT" | "REVOKE", ..] => Transaction::Outside,
        _ => Transaction::Inside,
    }
}

fn help(_command: &str) -> &'static str {
    "remove this line, or say it in SQL"
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
