//! Rows come out the same, however their file is cut into chunks.

use super::{Subject, no_sample, seen};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::order::Sample;
use crate::report::Fault;
use crate::shrink::shrink;

/// A sample up to this long is cut at every place; a longer one at so many.
const PLACES_MAX: usize = 600;

/// So many bytes of a sample come as chunks of one byte.
const BYTES_MAX: usize = 4096;

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let law = "rows are the same, wherever their file is cut into chunks";
    bench.check("chunks", law, |cases| chunks(subject, cases));
}

fn chunks(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    if !subject.loader.is_rows() {
        return Ok(Pass::Skipped("a document comes in one piece".to_owned()));
    }
    let samples: Vec<&Sample> = subject.readable().collect();
    if samples.is_empty() {
        return Ok(Pass::Skipped(no_sample(subject)));
    }
    let mut missed = 0;
    for sample in samples {
        let whole = seen(&subject.load(&sample.path, &sample.content, &[]));
        let length = sample.content.len();
        let mut cut = std::iter::once(each(length)).chain(places(length).map(|at| vec![at]));
        for cuts in cut.by_ref() {
            cases.next();
            if seen(&subject.load(&sample.path, &sample.content, &cuts)) != whole {
                return Err(smallest(subject, sample));
            }
            if cases.is_late() {
                break;
            }
        }
        missed += cut.count();
    }
    Ok(if missed == 0 {
        Pass::Held
    } else {
        Pass::Noted(format!("{missed} more places were not tried for want of time"))
    })
}

/// Finds a small file that shows it, cut in the middle of a place that matters.
fn smallest(subject: &Subject<'_>, sample: &Sample) -> Fault {
    let load = |content: &[u8], cuts: &[usize]| seen(&subject.load(&sample.path, content, cuts));
    let by_bytes = |content: &[u8]| load(content, &each(content.len())) != load(content, &[]);
    let at_place = |content: &[u8]| {
        let whole = load(content, &[]);
        places(content.len()).find(|at| load(content, &[*at]) != whole)
    };
    // All places at once take one try, and one after the other hundreds.
    let smallest = if by_bytes(&sample.content) {
        shrink(sample.content.clone(), by_bytes)
    } else {
        shrink(sample.content.clone(), |content| at_place(content).is_some())
    };
    let place = match at_place(&smallest) {
        Some(at) => format!("when the file is cut after {at} bytes"),
        None => "a byte at a time".to_owned(),
    };
    Fault::new(format!("`{}` gives other rows {place} than as a whole", sample.path)).with(smallest)
}

/// Every place of a file, as far as each chunk is to be one byte.
fn each(length: usize) -> Vec<usize> {
    (1..length.min(BYTES_MAX)).collect()
}

/// The places at which a file is cut by itself.
fn places(length: usize) -> impl Iterator<Item = usize> {
    (1..length).step_by(length.div_ceil(PLACES_MAX).max(1))
}
