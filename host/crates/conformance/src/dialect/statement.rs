//! How a script of two statements looks in this dialect: what is built out of its own names and values can be told to be one
//! statement by its own splitter.

use noorm_plugin_host::{Dialect, Piece, PieceKind};

use super::sound;
use crate::report::Fault;

/// What ends a statement, or a batch, in the dialects that there are.
const ENDS: [&str; 3] = [";\n", "\nGO\n", "\n/\n"];

/// Two statements that every dialect has.
const ONE: &str = "SELECT 1";
pub(super) const OTHER: &str = "SELECT 2";

/// What is known of scripts.
pub(super) struct Statements {
    /// What ends a statement.
    pub(super) end: Option<&'static str>,
}

impl Statements {
    /// Finds out what ends a statement.
    pub(super) fn learn(dialect: &Dialect) -> Self {
        let ends = |end: &&&str| {
            let script = format!("{ONE}{end}{OTHER}{end}");
            let pieces = dialect.split("script", &script);
            pieces.is_ok_and(|pieces| bodies(&script, &pieces) == [ONE, OTHER])
        };
        Self { end: ENDS.iter().find(ends).copied() }
    }

    /// Checks that a statement is one, and stays what it is when another one follows. `None`: nobody knows what would end it.
    pub(super) fn is_one(&self, dialect: &Dialect, statement: &str) -> Result<Option<()>, Fault> {
        let Some(end) = self.end else { return Ok(None) };
        let script = format!("{statement}{end}{OTHER}{end}");
        let pieces = match sound(dialect.split("script", &script), &script)? {
            Some(pieces) => pieces,
            None => {
                let error = dialect.split("script", &script).err();
                let why = error.map(|error| error.to_string()).unwrap_or_default();
                return Err(Fault::new(format!("the dialect does not split its own text: {why}")).with(script));
            }
        };
        let found = bodies(&script, &pieces);
        if found == [statement.trim(), OTHER] {
            return Ok(Some(()));
        }
        let what = match found.len() {
            2 => format!("the statement is cut to `{}`", found[0]),
            count => format!("one statement with another one behind it are {count}"),
        };
        Err(Fault::new(what).with(script))
    }
}

/// Returns what is to be sent of a script.
pub(super) fn bodies<'a>(script: &'a str, pieces: &[Piece]) -> Vec<&'a str> {
    let sent = pieces.iter().filter(|piece| piece.kind != PieceKind::Blank);
    sent.map(|piece| script[piece.body.clone()].trim_end()).collect()
}
