//! Files that nobody thought of are read or refused.

use std::time::{Duration, Instant};

use super::Subject;
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::chance::Chance;
use crate::mutate::mutate_one;
use crate::order::Sample;

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let law = "samples with something changed are read or refused: no crash, no nonsense, no limit";
    let (seed, fuzz_ms) = (bench.order.seed, bench.order.fuzz_ms);
    if fuzz_ms == 0 {
        return bench.skip("fuzz", law, "no time was given");
    }
    bench.check("fuzz", law, |cases| fuzz(subject, cases, seed, Duration::from_millis(fuzz_ms)));
}

fn fuzz(subject: &Subject<'_>, cases: &mut Cases, seed: u64, time: Duration) -> Verdict {
    let empty = [Sample { path: subject.path(), content: Vec::new(), expected: None, is_own: false }];
    let samples = if subject.samples.is_empty() { &empty } else { subject.samples.as_slice() };
    let contents: Vec<&[u8]> = samples.iter().map(|sample| sample.content.as_slice()).collect();
    // Another sequence than that of the places.
    let (mut chance, begun) = (Chance::new(seed ^ 0xf022), Instant::now());
    while begun.elapsed() < time {
        cases.next();
        let sample = chance.one_of(samples);
        subject.sound_or_smaller(&sample.path, mutate_one(&mut chance, &sample.content, &contents))?;
    }
    Ok(Pass::Held)
}
