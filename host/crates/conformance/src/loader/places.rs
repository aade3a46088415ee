//! What a loader says of a wrong file points into that file, and offset, line and column agree.

use noorm_core::diagnostic::Diagnostic;
use noorm_plugin_host::Trial;

use super::{Subject, no_sample};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::chance::Chance;
use crate::mutate::mutate_one;
use crate::report::Fault;
use crate::shrink::shrink;
use crate::span::wrong_place;

/// Files that are tried until enough were refused.
const TRIES_MAX: u32 = 1500;
const REFUSED_ENOUGH: u32 = 300;

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let law = "what is said of a wrong file points into it, and its offset, line and column agree";
    let seed = bench.order.seed;
    bench.check("places", law, |cases| places(subject, cases, seed));
}

fn places(subject: &Subject<'_>, cases: &mut Cases, seed: u64) -> Verdict {
    if subject.samples.is_empty() {
        return Ok(Pass::Skipped(no_sample(subject)));
    }
    let contents = subject.contents();
    let (mut chance, mut refused, mut with_place) = (Chance::new(seed), 0, 0);
    for _ in 0..TRIES_MAX {
        if refused == REFUSED_ENOUGH || cases.is_late() {
            break;
        }
        let sample = chance.one_of(&subject.samples);
        let content = mutate_one(&mut chance, &sample.content, &contents);
        let trial = subject.load(&sample.path, &content, &[]);
        if trial.said.is_empty() {
            continue;
        }
        cases.next();
        refused += 1;
        with_place += u32::from(trial.said.iter().any(|one| one.span.is_some()));
        if let Some(what) = wrong(&sample.path, &content, &trial) {
            let is_wrong = |content: &[u8]| wrong(&sample.path, content, &subject.load(&sample.path, content, &[]));
            let smallest = shrink(content, |content| is_wrong(content).is_some());
            return Err(Fault::new(is_wrong(&smallest).unwrap_or(what)).with(smallest));
        }
    }
    match (refused, with_place) {
        (0, _) => Ok(Pass::Skipped("the loader refused none of the files that were tried".to_owned())),
        (_, 0) => Ok(Pass::Noted("no refusal says where: a user of it has to search".to_owned())),
        _ => Ok(Pass::Noted(format!("{with_place} of {refused} refusals say where"))),
    }
}

/// Says what is wrong with the places of a refusal.
fn wrong(path: &str, content: &[u8], trial: &Trial) -> Option<String> {
    // A linked loader may speak of another file, whose text is not at hand.
    let is_of_file = |one: &&Diagnostic| one.span.as_ref().is_none_or(|span| !trial.read.contains(&span.input));
    trial.said.iter().filter(is_of_file).find_map(|one| wrong_place(path, content, one))
}
