//! A script's statements, and whether they run in a transaction of noorm's.

use std::sync::Arc;

use noorm_core::plan::progress::{self, Progress, Resume};
use noorm_driver::Command;
use noorm_plugin_host::{Around, Dialect, Facts, Piece, PieceKind, PieceTransaction};

use super::RunError;
use crate::script::stance::{Decision, Stance};
use crate::script::{Script, Scripts};

/// How a script stands to transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// All statements and their record in one transaction.
    Inside,
    /// Statement by statement, with the progress recorded.
    Outside {
        /// A statement that can run in a transaction does, with the note that it is done. Not where the script's author
        /// asked for no transaction.
        noted_inside: bool,
    },
}

/// What to send.
pub(crate) struct Batch<'a> {
    pub(crate) script: &'a Script,
    pub(crate) text: Arc<str>,
    /// In order; one that is to be sent several times is here as often.
    pub(crate) statements: Vec<Piece>,
    pub(crate) mode: Mode,
    /// What stands around the transaction.
    pub(crate) around: Around,
}

impl<'a> Batch<'a> {
    /// Splits a script.
    pub(crate) fn split(
        dialect: &Dialect,
        scripts: &Scripts,
        script: &'a Script,
        text: Arc<str>,
    ) -> Result<Self, RunError> {
        let directives = scripts.directives(script, &text)?;
        let failed =
            |source| RunError::Split { path: script.path.clone(), text: Arc::clone(&text), source: Box::new(source) };
        let mut pieces = dialect.split(script.path.as_str(), &text).map_err(failed)?;
        pieces.retain(|piece| piece.kind != PieceKind::Blank);
        let mut statements = repeated(pieces);
        let mode = match directives.no_transaction {
            true => Mode::Outside { noted_inside: false },
            false => mode(&mut statements),
        };
        let marks: Facts = statements.iter().flat_map(|piece| piece.marks.clone()).collect();
        let has_hoisted = statements.iter().any(|piece| piece.kind == PieceKind::Hoisted);
        // Without a transaction a script's own switches do what they say, where they stand.
        let around = match (marks.is_empty(), mode) {
            (true, _) => Around::default(),
            (false, Mode::Outside { .. }) if has_hoisted => Around::default(),
            (false, _) => dialect.around(&marks).map_err(failed)?,
        };
        if mode == Mode::Inside {
            statements.retain(|piece| piece.kind != PieceKind::Hoisted);
        }
        Ok(Self { script, text, statements, mode, around })
    }

    /// The text of one statement.
    pub(crate) fn sql(&self, index: usize) -> &str {
        &self.text[self.statements[index].body.clone()]
    }

    /// The command of one statement.
    pub(super) fn command(&self, index: usize) -> Command<'_> {
        let sql = self.sql(index);
        match &self.statements[index].data {
            Some(data) => Command::CopyIn { sql, data: &self.text.as_bytes()[data.clone()] },
            None => Command::Text(sql),
        }
    }

    /// Whether one statement only sets the session up for those behind it.
    pub(super) fn is_of_session(&self, index: usize) -> bool {
        self.statements[index].marks.iter().any(|(name, _)| name == SESSION)
    }

    /// Whether statement `number`, counted from 1, is several to the server: it may have had a part of its effect when it
    /// failed.
    pub(super) fn is_of_several(&self, number: u64) -> bool {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let piece = index.and_then(|index| self.statements.get(index));
        piece.is_some_and(|piece| piece.marks.iter().any(|(name, _)| name == SEVERAL))
    }

    /// Whether a statement that can run in a transaction shares one with the note that it is done.
    pub(super) fn notes_inside(&self) -> bool {
        self.mode != Mode::Outside { noted_inside: false }
    }

    /// How many statements there are.
    pub(crate) fn total(&self) -> u64 {
        self.statements.len() as u64
    }

    /// The prints of its statements, for a later run that goes on in the middle.
    pub(crate) fn prints(&self) -> String {
        progress::prints(&(0..self.statements.len()).map(|index| self.sql(index)).collect::<Vec<_>>())
    }

    /// Where the script goes on after an attempt that stopped in the middle.
    pub(crate) fn resume(&self, progress: &Progress) -> Resume {
        let statements: Vec<&str> = (0..self.statements.len()).map(|index| self.sql(index)).collect();
        progress::resume(progress, self.script.checksum.as_str(), &statements)
    }
}

/// The mark of a statement that only sets the session up (`wit/README.md`).
const SESSION: &str = "session";
/// The mark of a piece that is several statements to the server (`wit/README.md`).
const SEVERAL: &str = "several";

/// Puts a piece that is to be sent several times there as often.
fn repeated(pieces: Vec<Piece>) -> Vec<Piece> {
    let times = |piece: &Piece| usize::try_from(piece.repeat).unwrap_or(usize::MAX);
    pieces.into_iter().flat_map(|piece| std::iter::repeat_n(piece.clone(), times(&piece))).collect()
}

/// Tells the mode, and takes a wrapper off. What stands around the transaction stands outside of a wrapper too.
fn mode(statements: &mut Vec<Piece>) -> Mode {
    let mut stance = Stance::default();
    statements.iter().for_each(|piece| stance.add(piece));
    match stance.decide() {
        Decision::Inside => Mode::Inside,
        Decision::Unwrapped => {
            statements.retain(|piece| matches!(piece.transaction, PieceTransaction::Inside));
            Mode::Inside
        }
        Decision::Outside(_) => Mode::Outside { noted_inside: true },
    }
}

#[cfg(test)]
mod tests {
    use noorm_plugin_host::PieceEnd;

    use super::*;

    fn piece(kind: PieceKind, transaction: PieceTransaction) -> Piece {
        let (marks, end) = (Vec::new(), PieceEnd::Terminator);
        Piece { whole: 0..1, body: 0..1, line: 1, kind, data: None, transaction, repeat: 1, marks, end }
    }

    fn check(words: &[PieceTransaction], expected: Mode, left: usize) {
        let mut statements: Vec<Piece> = words.iter().map(|word| piece(PieceKind::Statement, *word)).collect();
        assert_eq!((mode(&mut statements), statements.len()), (expected, left), "{words:?}");
    }

    #[test]
    fn what_is_hoisted_may_stand_around_a_wrapper() {
        use PieceTransaction::{Begin, Commit, Inside};
        let hoisted = || piece(PieceKind::Hoisted, Inside);
        let own = |transaction| piece(PieceKind::Statement, transaction);
        let mut statements = vec![hoisted(), own(Begin), own(Inside), own(Commit), hoisted()];
        assert_eq!((mode(&mut statements), statements.len()), (Mode::Inside, 3));
        assert_eq!(statements[1].transaction, Inside);
    }

    #[test]
    fn only_a_wrapper_around_everything_is_taken_off() {
        use PieceTransaction::{Begin, Commit, Inside, Outside, Rollback};
        let outside = Mode::Outside { noted_inside: true };
        check(&[], Mode::Inside, 0);
        check(&[Inside, Inside], Mode::Inside, 2);
        check(&[Begin, Inside, Inside, Commit], Mode::Inside, 2);
        check(&[Begin, Commit], Mode::Inside, 0);
        check(&[Begin, Inside, Rollback], outside, 3);
        check(&[Inside, Begin, Inside, Commit], outside, 4);
        check(&[Begin, Inside, Commit, Inside], outside, 4);
        check(&[Begin, Inside, Commit, Begin, Inside, Commit], outside, 6);
        check(&[Inside, Outside], outside, 2);
        check(&[Begin, Outside, Commit], outside, 3);
    }
}
