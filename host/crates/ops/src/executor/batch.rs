//! A script's statements, and whether they run in a transaction of noorm's.

use std::sync::Arc;

use noorm_driver::Command;
use noorm_plugin_host::{Dialect, Piece, PieceKind};

use super::RunError;
use crate::script::stance::{Decision, Stance};
use crate::script::{Script, Scripts};

/// Statements of a script that repeats some, all together.
const STATEMENTS_MAX: usize = 1_000_000;

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
        statements.retain(|piece| piece.kind != PieceKind::Blank);
        let mode = if directives.no_transaction { Mode::Outside } else { mode(&mut statements) };
        let path = &script.path;
        let statements = repeat(statements).map_err(|piece| RunError::Repeats {
            path: path.clone(),
            line: piece.line,
            count: piece.repeat,
        })?;
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
    let mut stance = Stance::default();
    statements.iter().for_each(|piece| stance.add(piece));
    match stance.decide() {
        Decision::Inside => Mode::Inside,
        Decision::Unwrapped => {
            statements.pop();
            statements.remove(0);
            Mode::Inside
        }
        Decision::Outside(_) => Mode::Outside,
    }
}

/// Puts a statement that runs more than once there as often; an error names the first that is too many.
fn repeat(statements: Vec<Piece>) -> Result<Vec<Piece>, Piece> {
    if statements.iter().all(|piece| piece.repeat == 1) {
        return Ok(statements);
    }
    let mut repeated = Vec::with_capacity(statements.len());
    for piece in statements {
        let count = usize::try_from(piece.repeat).unwrap_or(usize::MAX);
        if count > STATEMENTS_MAX.saturating_sub(repeated.len()) {
            return Err(piece);
        }
        repeated.extend(std::iter::repeat_n(piece, count));
    }
    Ok(repeated)
}

#[cfg(test)]
mod tests {
    use noorm_plugin_host::{PieceEnd, PieceTransaction};

    use super::*;

    fn piece(transaction: PieceTransaction) -> Piece {
        let (kind, end) = (PieceKind::Statement, PieceEnd::Terminator);
        Piece { whole: 0..1, body: 0..1, line: 1, kind, data: None, transaction, repeat: 1, end }
    }

    fn check(words: &[PieceTransaction], expected: Mode, left: usize) {
        let mut statements: Vec<Piece> = words.iter().map(|word| piece(*word)).collect();
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

    #[test]
    fn a_statement_stands_there_as_often_as_it_runs() {
        let statement = |repeat| Piece { repeat, ..piece(PieceTransaction::Inside) };
        assert_eq!(repeat(vec![statement(1), statement(3)]).map(|repeated| repeated.len()), Ok(4));
        assert_eq!(repeat(vec![statement(1), statement(u32::MAX)]), Err(statement(u32::MAX)));
    }
}
