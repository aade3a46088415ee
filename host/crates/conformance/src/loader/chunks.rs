//! Rows come out the same, however their file is cut into chunks.

use super::{Subject, no_sample, seen};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::order::Sample;
use crate::report::Fault;
use crate::shrink::shrink;

/// A sample up to this long is cut at every place; a longer one at so many.
const PLACES_MAX: usize = 600;

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
        // A byte at a time, every place at once.
        let all: Vec<usize> = (1..length.min(4096)).collect();
        let single = (1..length).step_by(length.div_ceil(PLACES_MAX).max(1));
        let mut cut = std::iter::once(all).chain(single.map(|at| vec![at]));
        for cuts in cut.by_ref() {
            cases.next();
            if seen(&subject.load(&sample.path, &sample.content, &cuts)) != whole {
                return Err(smallest(subject, sample, &cuts));
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
fn smallest(subject: &Subject<'_>, sample: &Sample, cuts: &[usize]) -> Fault {
    let differs = |content: &[u8]| {
        let whole = seen(&subject.load(&sample.path, content, &[]));
        (1..content.len()).find(|at| seen(&subject.load(&sample.path, content, &[*at])) != whole)
    };
    if differs(&sample.content).is_none() {
        let what = format!("`{}` gives other rows a byte at a time than as a whole", sample.path);
        return Fault::new(what).with(&sample.content);
    }
    let smallest = shrink(sample.content.clone(), |content| content.len() < 400 && differs(content).is_some());
    let at = differs(&smallest).unwrap_or(cuts[0]);
    Fault::new(format!("other rows when the file is cut after {at} bytes than as a whole")).with(smallest)
}
