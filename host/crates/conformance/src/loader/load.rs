//! How memory and time grow with the file.

use std::time::Instant;

use noorm_plugin_host::{PluginError, Trial};

use super::{Subject, no_sample};
use crate::bench::{Bench, Cases, Pass};
use crate::report::Fault;

/// Bytes of the smallest file, of which there are ten and a hundred times as much.
const BASE: usize = 32 * 1024;

/// A file that was measured.
struct Measured {
    bytes: usize,
    memory_bytes: u64,
    seconds: f64,
}

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let mut measured = Vec::new();
    let law = "files of 32 and 320 KB reach no limit; what 3 MB take is reported";
    bench.check("growth", law, |cases| {
        let Some(grown) = grown(subject) else { return Ok(Pass::Skipped(why_not(subject))) };
        growth(subject, cases, &grown, &mut measured)
    });
    for one in &measured {
        let kilobytes = one.bytes / 1024;
        #[allow(clippy::cast_precision_loss)] // a figure for people
        bench.figure(format!("memory at {kilobytes} KB"), one.memory_bytes as f64 / f64::from(1 << 20), "MiB");
    }
    if let Some(largest) = measured.last() {
        #[allow(clippy::cast_precision_loss)] // a figure for people
        bench.figure("throughput", largest.bytes as f64 / 1e6 / largest.seconds.max(1e-6), "MB/s");
    }
}

fn why_not(subject: &Subject<'_>) -> String {
    match subject.samples.first() {
        None => no_sample(subject),
        Some(_) => "the loader refuses what its samples become when they are repeated".to_owned(),
    }
}

/// A file of any length.
struct Grown<'a> {
    path: String,
    make: Box<dyn Fn(usize) -> Vec<u8> + 'a>,
}

/// Returns how a larger file is made: as its format has it, or by repeating a sample.
fn grown<'a>(subject: &'a Subject<'_>) -> Option<Grown<'a>> {
    let is_usable = |grown: &Grown<'a>| match subject.load(&grown.path, &(grown.make)(BASE), &[]).answer {
        Ok(_) => true,
        Err(error) => error.is_plugin_fault(),
    };
    let known = subject.loader.info().provides.iter().filter_map(|extension| {
        let make = Box::new(crate::corpus::growing(extension)?);
        Some(Grown { path: format!("data/input.{extension}"), make })
    });
    let repeated = subject.readable().map(|sample| {
        let make = |bytes: usize| sample.content.repeat(bytes.div_ceil(sample.content.len().max(1)));
        Grown { path: sample.path.clone(), make: Box::new(make) }
    });
    known.chain(repeated).find(is_usable)
}

fn growth(
    subject: &Subject<'_>,
    cases: &mut Cases,
    grown: &Grown<'_>,
    measured: &mut Vec<Measured>,
) -> Result<Pass, Fault> {
    for times in [1, 10, 100] {
        cases.next();
        let content = (grown.make)(BASE * times);
        let begun = Instant::now();
        let Trial { answer, memory_bytes, .. } = subject.load(&grown.path, &content, &[]);
        let seconds = begun.elapsed().as_secs_f64();
        match answer {
            Ok(_) => measured.push(Measured { bytes: content.len(), memory_bytes, seconds }),
            // A limit is the user's to move, and an interpreter may be slow.
            Err(error @ PluginError::Limit { .. }) if times == 100 => {
                return Ok(Pass::Noted(format!("at 100 times: {error}")));
            }
            Err(error) => {
                let what = format!("a file of {} bytes: {error}", content.len());
                return Err(Fault { what, ..Fault::of(&error) }.with(content));
            }
        }
    }
    Ok(Pass::Held)
}
