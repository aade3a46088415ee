//! A script's statements, and whether they run in a transaction of noorm's.
//!
//! A script that wraps itself in one transaction loses the wrapper: noorm's takes its place, so that the row that
//! records the file commits with it. A script with other transaction control of its own runs without noorm's.

use std::sync::Arc;

use noorm_driver::Command;
use noorm_plugin_host::{Dialect, Piece, PieceKind, PieceTransaction};

use super::RunError;
use crate::script::{Script, Scripts};

/// How a script stands to transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// All statements and their record in one transaction.
    Inside,
    /// Statement by statement, with the progress recorded.
    Outside,
}

/// What to send.
pub(super) struct Batch<'a> {
    pub(super) script: &'a Script,
    pub(super) text: Arc<str>,
    pub(super) statements: Vec<Piece>,
    pub(super) mode: Mode,
}

impl<'a> Batch<'a> {
    /// Splits a script.
    pub(super) fn split(
        dialect: &Dialect,
        scripts: &Scripts,
        script: &'a Script,
        text: Arc<str>,
    ) -> Result<Self, RunError> {
        let directives = scripts.directives(script, &text)?;
        let split = dialect.split(script.path.as_str(), &text);
        let mut statements = split.map_err(|source| RunError::Split {
            path: script.path.clone(),
            text: Arc::clone(&text),
            source: Box::new(source),
        })?;
        statements.retain(|piece| !matches!(piece.kind, PieceKind::Blank | PieceKind::Hoisted));
        let mode = if directives.no_transaction { Mode::Outside } else { mode(&mut statements) };
        Ok(Self { script, text, statements, mode })
    }

    /// The command of one statement.
    pub(super) fn command(&self, index: usize) -> Command<'_> {
        let piece = &self.statements[index];
        let sql = &self.text[piece.body.clone()];
        match &piece.data {
            Some(data) => Command::CopyIn { sql, data: &self.text.as_bytes()[data.clone()] },
            None => Command::Text(sql),
        }
    }

    /// How many statements there are.
    pub(super) fn total(&self) -> u64 {
        self.statements.len() as u64
    }
}

/// Tells the mode, and takes a wrapper off.
fn mode(statements: &mut Vec<Piece>) -> Mode {
    let is = |piece: &Piece, what| piece.transaction == what;
    if statements.iter().any(|piece| is(piece, PieceTransaction::Outside)) {
        return Mode::Outside;
    }
    let controls = statements.iter().filter(|piece| !is(piece, PieceTransaction::Inside)).count();
    match statements.as_slice() {
        _ if controls == 0 => Mode::Inside,
        [first, .., last]
            if controls == 2 && is(first, PieceTransaction::Begin) && is(last, PieceTransaction::Commit) =>
        {
            statements.pop();
            statements.remove(0);
            Mode::Inside
        }
        _ => Mode::Outside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[PieceTransaction], expected: Mode, left: usize) {
        let piece = |transaction: &PieceTransaction| Piece {
            whole: 0..1,
            body: 0..1,
            line: 1,
            kind: PieceKind::Statement,
            data: None,
            transaction: *transaction,
            repeat: 1,
            marks: Vec::new(),
        };
        let mut statements: Vec<Piece> = words.iter().map(piece).collect();
        assert_eq!((mode(&mut statements), statements.len()), (expected, left), "{words:?}");
    }

    #[test]
    fn only_a_wrapper_around_everything_is_taken_off() {
        use PieceTransaction::{Begin, Commit, Inside, Outside, Rollback};
        check(&[], Mode::Inside, 0);
        check(&[Inside, Inside], Mode::Inside, 2);
        check(&[Begin, Inside, Inside, Commit], Mode::Inside, 2);
        check(&[Begin, Commit], Mode::Inside, 0);
        check(&[Begin, Inside, Rollback], Mode::Outside, 3);
        check(&[Inside, Begin, Inside, Commit], Mode::Outside, 4);
        check(&[Begin, Inside, Commit, Inside], Mode::Outside, 4);
        check(&[Begin, Inside, Commit, Begin, Inside, Commit], Mode::Outside, 6);
        check(&[Inside, Outside], Mode::Outside, 2);
        check(&[Begin, Outside, Commit], Mode::Outside, 3);
    }
}
