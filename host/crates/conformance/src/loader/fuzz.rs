//! Files that nobody thought of are read or refused.

use std::time::{Duration, Instant};

use super::Subject;
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::chance::Chance;
use crate::mutate::mutate;

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let law = "samples with something changed are read or refused: no crash, no nonsense, no limit";
    let (seed, fuzz_ms) = (bench.order.seed, bench.order.fuzz_ms);
    if fuzz_ms == 0 {
        return bench.skip("fuzz", law, "no time was given");
    }
    bench.check("fuzz", law, |cases| fuzz(subject, cases, seed, Duration::from_millis(fuzz_ms)));
}

fn fuzz(subject: &Subject<'_>, cases: &mut Cases, seed: u64, time: Duration) -> Verdict {
    let mut samples: Vec<&[u8]> = subject.samples.iter().map(|sample| sample.content.as_slice()).collect();
    if samples.is_empty() {
        samples.push(b"");
    }
    // Another sequence than that of the places.
    let (mut chance, begun) = (Chance::new(seed ^ 0xf022), Instant::now());
    while begun.elapsed() < time {
        cases.next();
        subject.sound_or_smaller(mutate(&mut chance, &samples))?;
    }
    Ok(Pass::Held)
}
