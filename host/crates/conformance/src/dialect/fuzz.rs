//! Questions that nobody thought of are answered or refused.

use std::time::{Duration, Instant};

use noorm_core::value::Scalar;
use noorm_plugin_host::Dialect;

use super::script::{split_at, wrong_pieces};
use super::{smaller_fault, sound};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::chance::Chance;
use crate::corpus::{NAMES, PLAIN_NAMES, SCRIPTS, TEXTS};
use crate::mutate::mutate;
use crate::report::Fault;

pub(super) fn check(dialect: &Dialect, bench: &mut Bench<'_>) {
    let law = "scripts, names, texts and errors by chance are answered or refused: no crash, no nonsense, no limit";
    let (seed, fuzz_ms) = (bench.order.seed, bench.order.fuzz_ms);
    if fuzz_ms == 0 {
        return bench.skip("fuzz", law, "no time was given");
    }
    bench.check("fuzz", law, |cases| fuzz(dialect, cases, seed, Duration::from_millis(fuzz_ms)));
}

fn fuzz(dialect: &Dialect, cases: &mut Cases, seed: u64, time: Duration) -> Verdict {
    let bytes = |texts: &[&'static str]| texts.iter().map(|text| text.as_bytes()).collect::<Vec<_>>();
    let scripts: Vec<&[u8]> = SCRIPTS.iter().map(|(_, script)| script.as_bytes()).collect();
    let words = [bytes(PLAIN_NAMES), bytes(NAMES), bytes(TEXTS)].concat();
    let (mut chance, begun) = (Chance::new(seed ^ 0xd1a1), Instant::now());
    while begun.elapsed() < time {
        cases.next();
        let question = chance.below(QUESTIONS.len());
        let samples = if question < SCRIPT_QUESTIONS { &scripts } else { &words };
        let input = String::from_utf8_lossy(&mutate(&mut chance, samples)).into_owned();
        let (name, ask) = QUESTIONS[question];
        let find = |text: &str| ask(dialect, text).err().map(|fault| fault.with(text));
        smaller_fault(&input, find).map_err(|fault| Fault { what: format!("{name}: {}", fault.what), ..fault })?;
    }
    Ok(Pass::Held)
}

type Question = fn(&Dialect, &str) -> Result<(), Fault>;

/// The first of the questions, which are asked about scripts.
const SCRIPT_QUESTIONS: usize = 3;

const QUESTIONS: [(&str, Question); 8] = [
    ("script", |dialect, text| match wrong_pieces(dialect, text)? {
        Some(what) => Err(Fault::new(what)),
        None => Ok(()),
    }),
    ("script in chunks", |dialect, text| {
        let middle = text.len() / 2;
        let cuts: Vec<usize> = if middle == 0 { Vec::new() } else { vec![middle] };
        match split_at(dialect, text, &cuts).is_same(&split_at(dialect, text, &[])) {
            true => Ok(()),
            false => Err(Fault::new(format!("other pieces when it is cut after {middle} bytes than as a whole"))),
        }
    }),
    ("effect.look", |dialect, text| sound(dialect.look(text), text).map(|_| ())),
    ("naming.quote", |dialect, text| sound(dialect.quote(text), text).map(|_| ())),
    ("literals.literal", |dialect, text| sound(dialect.literal(&Scalar::Text(text.to_owned())), text).map(|_| ())),
    ("literals.literal of a decimal", |dialect, text| {
        sound(dialect.literal(&Scalar::Decimal(text.to_owned())), text).map(|_| ())
    }),
    ("errors.classify", |dialect, text| sound(dialect.class_word(text, text), text).map(|_| ())),
    ("server.facts", |dialect, text| {
        let facts = vec![("version".to_owned(), text.to_owned()), (text.to_owned(), text.to_owned())];
        sound(dialect.facts(&facts), text).map(|_| ())
    }),
];
