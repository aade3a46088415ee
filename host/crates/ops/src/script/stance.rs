//! How a whole script stands to transactions, found out piece by piece.
//!
//! A script that wraps itself in one transaction loses the wrapper: noorm's takes its place, so that the row that
//! records the file commits with it. A script with other transaction control of its own runs without noorm's.

use noorm_plugin_host::{Piece, PieceKind, PieceTransaction};

/// What is known of the pieces so far.
#[derive(Debug, Clone, Default)]
pub struct Stance {
    /// Pieces that are not blank.
    pieces: u64,
    /// Those of them that do not stand around the transaction.
    own: u64,
    /// The first piece that cannot run in a transaction.
    outside: Option<Because>,
    /// How many pieces are transaction control, and the first two of them, each with its place among the own ones.
    controls: u64,
    first: Option<(u64, Because)>,
    second: Option<(u64, Because)>,
}

/// How a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// In a transaction of noorm's.
    Inside,
    /// So too, without the transaction that the script puts around itself.
    Unwrapped,
    /// Statement by statement, because of this piece.
    Outside(Because),
}

/// The piece that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Because {
    /// Which one it is, counted from 1, blank ones left out.
    pub number: u64,
    /// Its line.
    pub line: u32,
    /// How it stands to transactions.
    pub transaction: PieceTransaction,
}

impl Stance {
    /// Takes the next piece.
    pub fn add(&mut self, piece: &Piece) {
        if piece.kind == PieceKind::Blank {
            return;
        }
        self.pieces += 1;
        if piece.kind == PieceKind::Hoisted {
            return;
        }
        self.own += 1;
        let because = Because { number: self.pieces, line: piece.line, transaction: piece.transaction };
        match piece.transaction {
            PieceTransaction::Inside => {}
            // Transactions in transactions are nobody's wrapper.
            _ if piece.repeat > 1 => self.outside = self.outside.or(Some(because)),
            PieceTransaction::Outside => self.outside = self.outside.or(Some(because)),
            PieceTransaction::Begin | PieceTransaction::Commit | PieceTransaction::Rollback => {
                self.controls += 1;
                match self.controls {
                    1 => self.first = Some((self.own, because)),
                    2 => self.second = Some((self.own, because)),
                    _ => {}
                }
            }
        }
    }

    /// Returns how many pieces there are to send.
    pub fn pieces(&self) -> u64 {
        self.pieces
    }

    /// Decides, after the last piece.
    pub fn decide(&self) -> Decision {
        match (self.outside, self.first, self.second) {
            (Some(because), _, _) => Decision::Outside(because),
            (None, None, _) => Decision::Inside,
            (None, Some((_, first)), None) => Decision::Outside(first),
            (None, Some((place, first)), Some((last, second))) => {
                let begins = place == 1 && first.transaction == PieceTransaction::Begin;
                let ends = last == self.own && second.transaction == PieceTransaction::Commit;
                match begins {
                    true if ends && self.controls == 2 => Decision::Unwrapped,
                    true => Decision::Outside(second),
                    false => Decision::Outside(first),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use noorm_plugin_host::PieceEnd;

    use super::*;

    /// `expected` is the number of the piece that decides; 0 stands for a transaction of noorm's.
    fn check(words: &[PieceTransaction], expected: u64) {
        let mut stance = Stance::default();
        for (line, transaction) in (1..).zip(words) {
            let (kind, repeat, end) = (PieceKind::Statement, 1, PieceEnd::Terminator);
            let (transaction, marks) = (*transaction, Vec::new());
            let piece = Piece { whole: 0..1, body: 0..1, line, kind, data: None, transaction, repeat, marks, end };
            stance.add(&piece);
            stance.add(&Piece { kind: PieceKind::Blank, ..piece });
        }
        let number = match stance.decide() {
            Decision::Outside(because) => because.number,
            Decision::Inside | Decision::Unwrapped => 0,
        };
        assert_eq!(number, expected, "{words:?}");
        assert_eq!(stance.pieces(), words.len() as u64);
    }

    #[test]
    fn the_piece_that_decides_is_named() {
        use PieceTransaction::{Begin, Commit, Inside, Outside, Rollback};
        check(&[], 0);
        check(&[Inside, Inside], 0);
        check(&[Begin, Inside, Commit], 0);
        check(&[Inside, Outside, Outside], 2);
        check(&[Begin, Outside, Commit], 2);
        check(&[Begin, Inside], 1);
        check(&[Begin, Inside, Rollback], 3);
        check(&[Begin, Commit, Inside], 2);
        check(&[Inside, Begin, Commit], 2);
        check(&[Begin, Commit, Begin, Commit], 2);
    }

    #[test]
    fn a_repeated_beginning_is_no_wrapper() {
        let mut stance = Stance::default();
        for transaction in [PieceTransaction::Begin, PieceTransaction::Commit] {
            let (kind, marks, end) = (PieceKind::Statement, Vec::new(), PieceEnd::Own("GO".into()));
            let (line, repeat) = (1, 2);
            stance.add(&Piece { whole: 0..1, body: 0..1, line, kind, data: None, transaction, repeat, marks, end });
        }
        assert!(matches!(stance.decide(), Decision::Outside(Because { number: 1, .. })));
    }
}
