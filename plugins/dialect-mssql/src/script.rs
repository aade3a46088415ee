//! How SQL Server's scripts are cut into batches. A batch goes to the server whole: where its statements end is the
//! server's to say.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use std::cell::RefCell;

use noorm_guest::dialect::exports::noorm::dialect::script::{Guest, GuestSplitter, Piece, Splitter as Handle};
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::split::{
    Batch, Client, Comments, Ends, Mark, MarkPlace, Quote, Remark, Splitter, Syntax, Transaction,
};

use crate::Dialect;
use crate::server::product;

/// The lexical rules.
pub static SYNTAX: Syntax = Syntax {
    // Whether `"…"` is a name or a string is a setting of the session, and the same to who looks for its end.
    quotes: &[Quote::STRING, Quote::NAME, Quote { open: b'[', close: b']', ..Quote::NAME }],
    escape_strings: false,
    dollar_quotes: false,
    comments: Comments::STANDARD,
    word_bytes: b"@#",
    ends: Ends::Line("GO"),
    parentheses_hold: false,
    bodies: &[],
    copy_from_stdin: false,
    client: Client {
        program: "sqlcmd",
        marks: &[
            // `::` is an operator.
            Mark { text: ":", place: MarkPlace::Line, letter: true, short: false },
            Mark { text: "!!", place: MarkPlace::Line, letter: false, short: false },
        ],
        words: &[],
        ignored: &[],
        values: &[],
        help,
    },
    setting: None,
    plain: &[],
    transaction,
    batch: Some(Batch { word, defines, changes }),
    remark,
};

/// The same where a product is not known to take changes of the schema back with a transaction.
static SYNTAX_APART: Syntax = Syntax { batch: Some(Batch { word: word_apart, defines: |_| false, changes }), ..SYNTAX };

/// The lexical rules of a session with these options.
pub(crate) fn syntax(options: &[(String, String)]) -> &'static Syntax {
    if product(options).is_known() { &SYNTAX } else { &SYNTAX_APART }
}

/// A batch that is one statement of transaction control and nothing else. `wit/dialect` calls only those by their names: a
/// wrapper around a script can be taken off, and more than the wrapper must not go with it.
fn transaction(head: &[&str]) -> Transaction {
    let statement = match head {
        [statement @ .., ";"] => statement,
        statement => statement,
    };
    match statement {
        ["BEGIN", "TRAN" | "TRANSACTION", rest @ ..] if is_name_or_nothing(rest) => Transaction::Begin,
        ["BEGIN", "TRAN" | "TRANSACTION", _, "WITH", "MARK"] => Transaction::Begin,
        ["BEGIN", "TRAN" | "TRANSACTION", _, "WITH", "MARK", "'"] => Transaction::Begin,
        ["COMMIT"] | ["COMMIT", "WORK"] => Transaction::Commit,
        ["COMMIT", "TRAN" | "TRANSACTION", rest @ ..] if is_name_or_nothing(without_option(rest)) => {
            Transaction::Commit
        }
        ["ROLLBACK"] | ["ROLLBACK", "WORK"] => Transaction::Rollback,
        ["ROLLBACK", "TRAN" | "TRANSACTION", rest @ ..] if is_name_or_nothing(rest) => Transaction::Rollback,
        _ => Transaction::Inside,
    }
}

/// What a batch sets for its session is gone when a later run goes on in the middle of the script. Only a batch that is
/// nothing but one setting can be sent again.
fn remark(head: &[&str]) -> Option<Remark> {
    let statement = match head {
        [statement @ .., ";"] => statement,
        statement => statement,
    };
    match statement {
        ["SET", _, "ON" | "OFF"] | ["USE", _] => Some(Remark::SESSION),
        _ => None,
    }
}

/// Whether the tokens are the name of a transaction and no statement of their own.
fn is_name_or_nothing(rest: &[&str]) -> bool {
    match rest {
        [] => true,
        [name] => {
            !matches!(*name, "CHECKPOINT" | "COMMIT" | "RECONFIGURE" | "RETURN" | "ROLLBACK" | "BREAK" | "SHUTDOWN")
        }
        _ => false,
    }
}

fn without_option<'a>(rest: &'a [&'a str]) -> &'a [&'a str] {
    match rest {
        [rest @ .., "WITH", "(", "DELAYED_DURABILITY", "=", _, ")"] => rest,
        rest => rest,
    }
}

/// What a word says of a batch. All of these are reserved, or names of procedures that are the server's: where they stand
/// outside of quotes they mean what they say, but for lists of permissions, which are taken for more than they are.
fn word(previous: &str, word: &str) -> Transaction {
    match (previous, word) {
        // `sys.sp_…` is the same procedure; any other name after a dot is somebody's column.
        (_, word) if word.starts_with("SP_") && is_outside(word) => Transaction::Outside,
        (".", _) => Transaction::Inside,
        ("BEGIN", "TRAN" | "TRANSACTION" | "DISTRIBUTED") => Transaction::Begin,
        (_, "COMMIT") => Transaction::Commit,
        (_, "ROLLBACK") => Transaction::Rollback,
        ("SET", "IMPLICIT_TRANSACTIONS") => Transaction::Outside,
        ("CREATE" | "ALTER" | "DROP", "DATABASE" | "ENDPOINT" | "FULLTEXT") => Transaction::Outside,
        (_, "BACKUP" | "RESTORE" | "RECONFIGURE" | "KILL") => Transaction::Outside,
        // Tables in memory, and operations that can be resumed (errors 12331 and 10637).
        (_, "MEMORY_OPTIMIZED" | "RESUMABLE") => Transaction::Outside,
        _ => Transaction::Inside,
    }
}

fn word_apart(previous: &str, word: &str) -> Transaction {
    match (self::word(previous, word), word) {
        (Transaction::Inside, "CREATE" | "ALTER" | "DROP" | "TRUNCATE") if previous != "." => Transaction::Outside,
        (transaction, _) => transaction,
    }
}

/// How many statements a word may stand for that change something. What a procedure, a loop or a text does is not in the
/// batch. A word that a statement has further inside counts too: a batch is rather taken for several statements than for one.
fn changes(previous: &str, word: &str) -> u32 {
    match (previous, word) {
        (".", _) => 0,
        (_, "EXEC" | "EXECUTE" | "WHILE" | "GOTO") => 2,
        // A procedure at the beginning of a batch needs no word before it.
        ("", word) if word.starts_with("SP_") => 2,
        ("INSERT" | "MERGE" | "FETCH", "INTO") | ("ON" | "AFTER" | "FOR", "DELETE" | "UPDATE" | "INSERT") => 0,
        (
            _,
            "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "INTO" | "TRUNCATE" | "CREATE" | "ALTER" | "DROP" | "GRANT"
            | "REVOKE" | "DENY" | "BULK" | "BACKUP" | "RESTORE" | "RECONFIGURE" | "DBCC" | "KILL" | "ENABLE"
            | "DISABLE" | "COMMIT" | "WRITETEXT" | "UPDATETEXT",
        ) => 1,
        _ => 0,
    }
}

/// Whether the server's procedure refuses to run in a transaction.
fn is_outside(procedure: &str) -> bool {
    const PROCEDURES: [&str; 9] = [
        "SP_ADDLINKEDSERVER",
        "SP_ADDLINKEDSRVLOGIN",
        "SP_ADDSERVER",
        "SP_ATTACH_DB",
        "SP_DETACH_DB",
        "SP_DROPLINKEDSRVLOGIN",
        "SP_DROPSERVER",
        "SP_REPLICATIONDBOPTION",
        "SP_SERVEROPTION",
    ];
    procedure.starts_with("SP_FULLTEXT_") || PROCEDURES.contains(&procedure)
}

/// Whether a batch only defines a module, whose statements run another time.
fn defines(head: &[&str]) -> bool {
    let kind = match head {
        ["CREATE", "OR", "ALTER", kind, ..] | ["CREATE" | "ALTER", kind, ..] => kind,
        _ => return false,
    };
    matches!(*kind, "PROC" | "PROCEDURE" | "FUNCTION" | "TRIGGER" | "VIEW")
}

fn help(command: &str) -> &'static str {
    match command.to_ascii_lowercase().as_str() {
        ":r" => "put the file into the build, or use `include()` in a `.sql.j2` file",
        ":setvar" => "use a `.sql.j2` file, which has variables and conditions",
        ":connect" => "remove this line: the config says which database a script runs in",
        ":on" => "remove this line: a run stops at the first error",
        ":exit" | ":quit" => "remove what follows, and this line",
        command if command.starts_with("!!") => "remove this line: scripts run no programs",
        _ => "remove this line: it changes what sqlcmd does, not the database",
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
