//! A script is cut into pieces in one way only, and never within a string, a name or a comment.

use std::time::Instant;

use noorm_core::diagnostic::Diagnostic;
use noorm_core::value::Scalar;
use noorm_plugin_host::{Dialect, Feed, Piece, PieceKind, PluginError};

use super::statement::{OTHER, Statements, UNCUT, bodies};
use super::{answered, smaller_fault, sound};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::chance::Chance;
use crate::corpus::SCRIPTS;
use crate::mutate::mutate;
use crate::report::Fault;
use crate::shrink::shrink_text;

/// Scripts that are made of those of the corpus.
const MADE: u32 = 300;

/// Bytes of the script that is measured.
const MEASURED: usize = 2_000_000;

pub(super) fn check(dialect: &Dialect, statements: &Statements, bench: &mut Bench<'_>) {
    let seed = bench.order.seed;
    let law = "the pieces of a script, joined, are the script; what is sent begins where it says, without blanks";
    bench.check("pieces", law, |cases| {
        for script in scripts(seed) {
            cases.next();
            smaller_fault(&script, |script| match wrong_pieces(dialect, script) {
                Ok(what) => what.map(|what| Fault::new(what).with(script)),
                Err(fault) => Some(fault),
            })?;
        }
        Ok(Pass::Held)
    });
    let law = "a script has the same pieces, wherever it is cut into chunks";
    bench.check("script-chunks", law, |cases| chunks(dialect, cases, seed));
    let law = "what ends a statement does not do so within a string, a name or a comment";
    bench.check("terminators", law, |cases| terminators(dialect, statements, cases));
}

/// Returns the scripts of the corpus, and others that are made of them.
fn scripts(seed: u64) -> impl Iterator<Item = String> {
    let samples: Vec<&[u8]> = SCRIPTS.iter().map(|(_, script)| script.as_bytes()).collect();
    let mut chance = Chance::new(seed ^ 0x5c21);
    let made = (0..MADE).map(move |_| String::from_utf8_lossy(&mutate(&mut chance, &samples)).into_owned());
    SCRIPTS.iter().map(|(_, script)| (*script).to_owned()).chain(made)
}

/// Says what is wrong with the pieces of a script; that they are the script is what the host checks.
pub(super) fn wrong_pieces(dialect: &Dialect, script: &str) -> Result<Option<String>, Fault> {
    let Some(pieces) = sound(dialect.split("script", script), script)? else { return Ok(None) };
    let wrong = |piece: &Piece| {
        if piece.kind == PieceKind::Blank {
            return None;
        }
        let body = &script[piece.body.clone()];
        let line = script[..piece.body.start].matches('\n').count() + 1;
        if piece.line as usize != line {
            return Some(format!("a statement on line {line} is said to be on line {}", piece.line));
        }
        let blank = body.starts_with([' ', '\t', '\n', '\r']);
        blank.then(|| "a statement begins with blanks".to_owned())
    };
    Ok(pieces.iter().find_map(wrong))
}

/// A script that comes in chunks.
struct Chunks<'a> {
    rest: Vec<&'a [u8]>,
    pieces: Vec<Piece>,
}

impl<'a> Chunks<'a> {
    fn cut(script: &'a str, cuts: &[usize]) -> Self {
        let starts = std::iter::once(0).chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([script.len()]);
        let mut rest: Vec<&[u8]> = starts.zip(ends).map(|(start, end)| &script.as_bytes()[start..end]).collect();
        // An empty chunk would be the end.
        rest.retain(|chunk| !chunk.is_empty());
        rest.reverse();
        Self { rest, pieces: Vec::new() }
    }
}

impl Feed for Chunks<'_> {
    type Error = PluginError;

    fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<(), PluginError> {
        chunk.extend_from_slice(self.rest.pop().unwrap_or_default());
        Ok(())
    }

    fn piece(&mut self, piece: Piece) -> Result<(), PluginError> {
        self.pieces.push(piece);
        Ok(())
    }
}

/// What came of a script.
#[derive(PartialEq)]
pub(super) enum Outcome {
    /// Its pieces, or why it could not be split.
    Told(String),
    /// What is wrong with it.
    Refused(Vec<Diagnostic>),
}

impl Outcome {
    /// Whether two ways of cutting come to the same. A script may be wrong in two ways, and which of them is met first is a
    /// matter of what is there already: then the two complain of something else, and neither is wrong.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let code = |diagnostics: &[Diagnostic]| diagnostics.first().map(|one| one.code.clone());
        match (self, other) {
            (Self::Refused(one), Self::Refused(another)) => one == another || code(one) != code(another),
            _ => self == other,
        }
    }
}

/// Splits a script that is cut at these places.
pub(super) fn split_at(dialect: &Dialect, script: &str, cuts: &[usize]) -> Outcome {
    let mut chunks = Chunks::cut(script, cuts);
    match dialect.split_each("script", &mut chunks) {
        Ok(()) => Outcome::Told(format!("{:?}", chunks.pieces)),
        Err(PluginError::Input { diagnostics, .. }) => Outcome::Refused(diagnostics),
        Err(error) => Outcome::Told(error.to_string()),
    }
}

fn chunks(dialect: &Dialect, cases: &mut Cases, seed: u64) -> Verdict {
    let mut missed = 0;
    for script in scripts(seed) {
        if cases.is_late() {
            missed += 1;
            continue;
        }
        cases.next();
        smaller_fault(&script, |script| sound(dialect.split("script", script), script).err())?;
        if cut_that_matters(dialect, &script).is_some() {
            let smallest = shrink_text(&script, |script| cut_that_matters(dialect, script).is_some());
            let cuts = cut_that_matters(dialect, &smallest).unwrap_or_default();
            let place = match cuts.as_slice() {
                [at] => format!("when it is cut after {at} bytes"),
                _ => "a byte at a time".to_owned(),
            };
            return Err(Fault::new(format!("other pieces {place} than as a whole")).with(smallest));
        }
    }
    Ok(if missed == 0 {
        Pass::Held
    } else {
        Pass::Noted(format!("{missed} more scripts were not tried for want of time"))
    })
}

/// Returns cuts with which a script has other pieces than as a whole.
fn cut_that_matters(dialect: &Dialect, script: &str) -> Option<Vec<usize>> {
    let whole = split_at(dialect, script, &[]);
    let step = script.len().div_ceil(64).max(1);
    let single = (1..script.len()).step_by(step).map(|at| vec![at]);
    let each = std::iter::once((1..script.len()).collect());
    single.chain(each).find(|cuts: &Vec<usize>| !split_at(dialect, script, cuts).is_same(&whole))
}

fn terminators(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let Some(end) = statements.end else {
        cases.next();
        return Err(Statements::uncut(dialect));
    };
    let literal = |text: &str| answered(dialect.literal(&Scalar::Text(text.to_owned())), text);
    let mut hidden = vec![
        literal("a;b")?,
        literal("a';b")?,
        literal("; --")?,
        answered(dialect.quote("a;b"), "a;b")?,
        "1 /* a;b */ + 1".to_owned(),
        "1 /* ' */ + 1".to_owned(),
        "1 /* \" */ + 1".to_owned(),
        "1 -- a;b\n+ 1".to_owned(),
        "1 -- it's\n+ 1".to_owned(),
    ];
    // A terminator on a line of its own, where that is what it is.
    hidden.push(format!("1 /* a{end}b */ + 1"));
    for hidden in hidden {
        cases.next();
        statements.is_one(dialect, &format!("SELECT {hidden}"))?;
    }
    // And where nothing hides it, it ends a statement.
    let script = format!("{OTHER}{end}{OTHER}{end}{OTHER}");
    cases.next();
    let pieces = answered(dialect.split("script", &script), &script)?;
    if bodies(&script, &pieces) != [OTHER; 3] {
        return Err(Fault::new("three statements are not three").with(script));
    }
    Ok(Pass::Noted(format!("a statement ends with {}", end.trim())))
}

/// Measures how fast scripts are split, and names quoted.
pub(super) fn measure(dialect: &Dialect, statements: &Statements, bench: &mut Bench<'_>) {
    let law = "a script of two megabytes is split within the limits";
    let Some(end) = statements.end else { return bench.skip("throughput", law, UNCUT) };
    let statement = format!("INSERT INTO notes (id, text) VALUES (1, 'a text; with a semicolon in it'){end}");
    let script = statement.repeat(MEASURED.div_ceil(statement.len()));
    let mut seconds = 0.0;
    let is_passed = bench.check("throughput", law, |cases| {
        cases.next();
        let begun = Instant::now();
        let pieces = answered(dialect.split("script", &script), &statement)?;
        seconds = begun.elapsed().as_secs_f64();
        let count = pieces.iter().filter(|piece| piece.kind != PieceKind::Blank).count();
        let expected = MEASURED.div_ceil(statement.len());
        if count != expected {
            return Err(Fault::new(format!("{count} statements of {expected}")).with(statement.repeat(2)));
        }
        Ok(Pass::Held)
    });
    if is_passed {
        #[allow(clippy::cast_precision_loss)] // a figure for people
        bench.figure("throughput", script.len() as f64 / 1e6 / f64::max(seconds, 1e-6), "MB/s");
        let begun = Instant::now();
        let calls = (0..2000).filter(|_| dialect.quote("users").is_ok()).count();
        #[allow(clippy::cast_precision_loss)] // a figure for people
        bench.figure("a call", begun.elapsed().as_secs_f64() * 1e6 / calls.max(1) as f64, "µs");
    }
}
