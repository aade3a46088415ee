//! How a script of two statements looks in this dialect: what is built out of its own names and values can be told to be one
//! statement by its own splitter.

use noorm_plugin_host::{Dialect, Piece, PieceKind};

use super::sound;
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::report::Fault;

/// What ends a statement, or a batch, in the dialects that there are.
const ENDS: [&str; 3] = [";\n", "\nGO\n", "\n/\n"];

/// Two statements that every dialect has.
const ONE: &str = "SELECT 1";
pub(super) const OTHER: &str = "SELECT 2";

/// Why a law was not tried.
pub(super) const UNCUT: &str = "no two statements are split, so that nobody can tell what is one: see `terminators`";

/// What is known of scripts.
pub(super) struct Statements {
    /// What ends a statement.
    pub(super) end: Option<&'static str>,
}

impl Statements {
    /// Finds out what ends a statement.
    pub(super) fn learn(dialect: &Dialect) -> Self {
        let ends = |end: &&&str| {
            let script = two(end);
            let pieces = dialect.split("script", &script);
            pieces.is_ok_and(|pieces| bodies(&script, &pieces) == [ONE, OTHER])
        };
        Self { end: ENDS.iter().find(ends).copied() }
    }

    /// Makes a check of a law that the splitter has a say in. Without one that cuts it finds faults of other kinds, and says
    /// nothing of the law.
    pub(super) fn check(
        &self,
        bench: &mut Bench<'_>,
        name: &'static str,
        law: &'static str,
        body: impl FnOnce(&mut Cases) -> Verdict,
    ) -> bool {
        bench.check(name, law, |cases| {
            let pass = body(cases)?;
            Ok(if self.end.is_some() { pass } else { Pass::Skipped(UNCUT.to_owned()) })
        })
    }

    /// Returns the fault of a splitter that never cuts.
    pub(super) fn uncut(dialect: &Dialect) -> Fault {
        let ends = ENDS.map(|end| format!("`{}`", end.trim())).join(", ");
        let (what, script) = (format!("two statements are split by none of {ends}"), two(ENDS[0]));
        let fault = match dialect.split("script", &script) {
            Ok(_) => Fault::new(what),
            Err(error) => Fault { what: format!("{what}: {error}"), ..Fault::of(&error) },
        };
        fault.with(script)
    }

    /// Checks that a statement is one, and stays what it is when another one follows, as far as anybody knows what ends it.
    pub(super) fn is_one(&self, dialect: &Dialect, statement: &str) -> Result<(), Fault> {
        let Some(end) = self.end else { return Ok(()) };
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
            return Ok(());
        }
        let what = match found.len() {
            2 => format!("the statement is cut to `{}`", found[0]),
            count => format!("one statement with another one behind it are {count}"),
        };
        Err(Fault::new(what).with(script))
    }
}

/// A script of two statements.
fn two(end: &str) -> String {
    format!("{ONE}{end}{OTHER}{end}")
}

/// Returns what is to be sent of a script.
pub(super) fn bodies<'a>(script: &'a str, pieces: &[Piece]) -> Vec<&'a str> {
    let sent = pieces.iter().filter(|piece| piece.kind != PieceKind::Blank);
    sent.map(|piece| script[piece.body.clone()].trim_end()).collect()
}
