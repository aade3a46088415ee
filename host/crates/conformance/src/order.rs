//! What a plugin is tested with.

use std::sync::Arc;

use noorm_core::value::Value;
use noorm_plugin_host::LinkedFiles;

use crate::bench::{Bench, Pass};
use crate::report::Fault;

/// Checksums of answers by the question.
pub type Digests = Vec<(String, String)>;

/// Asks another process.
pub(crate) type Elsewhere<'a> = &'a dyn Fn(Option<&str>) -> Result<Digests, String>;

/// How a plugin is tested.
pub struct Order<'a> {
    /// Decides all that is tried by chance.
    pub seed: u64,
    /// How long to try what nobody thought of, in milliseconds; 0: not at all.
    pub fuzz_ms: u64,
    /// The author's samples.
    pub samples: Vec<Sample>,
    /// The files that a linked loader finds beside its samples.
    pub files: Option<Arc<dyn LinkedFiles>>,
    /// Asks another process for [`crate::digests`], of a quirk over the base of that name; the error says why it could not.
    pub elsewhere: Option<Elsewhere<'a>>,
}

/// A data file that the loader reads.
#[derive(Clone)]
pub struct Sample {
    /// Its name, with an extension that the loader serves.
    pub path: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// What the loader has to make of it, as JSON.
    pub expected: Option<serde_json::Value>,
    /// Whether it is the author's, and has to be read; formats of one extension differ.
    pub is_own: bool,
}

impl Order<'_> {
    /// Returns a file without options: those of every sample.
    pub(crate) fn options() -> Value {
        Value::Map(Vec::new())
    }
}

/// Checks that another process has the same answers.
pub(crate) fn compare_elsewhere(bench: &mut Bench<'_>, here: impl FnOnce() -> Digests) {
    const NAME: &str = "another-process";
    const LAW: &str = "the same input gives the same answer in another process";
    let Some(ask) = bench.order.elsewhere else {
        return bench.skip(NAME, LAW, "no other process was offered");
    };
    let over = bench.over();
    bench.check(NAME, LAW, |cases| {
        let (here, there) = (here(), ask(over).map_err(Fault::new)?);
        if here.len() != there.len() {
            let what = format!("{} answers in another process, and {} in this one", there.len(), here.len());
            return Err(Fault::new(what));
        }
        for (one, other) in here.iter().zip(&there) {
            cases.next();
            if one != other {
                return Err(Fault::new(format!("another answer to `{}` in another process", one.0)));
            }
        }
        Ok(Pass::Held)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Outcome, Report};

    /// Returns what comes of a process that answers this, where one is expected.
    fn outcome(there: Elsewhere<'_>) -> Outcome {
        let order = Order { seed: 1, fuzz_ms: 0, samples: Vec::new(), files: None, elsewhere: Some(there) };
        let mut report = Report::of_stranger("x", 1);
        compare_elsewhere(&mut Bench::new(&order, &mut report, None), || vec![("empty".to_owned(), "1".to_owned())]);
        report.checks.remove(0).outcome
    }

    /// A guest has nothing that differs from one process to another, so that no component shows it.
    #[test]
    fn another_answer_elsewhere_is_found() {
        assert!(matches!(outcome(&|_| Ok(vec![("empty".to_owned(), "1".to_owned())])), Outcome::Passed { .. }));
        assert!(matches!(outcome(&|_| Ok(vec![("empty".to_owned(), "2".to_owned())])), Outcome::Failed(_)));
        assert!(matches!(outcome(&|_| Err("it was killed".to_owned())), Outcome::Failed(_)));
    }

    #[test]
    fn a_process_that_answers_less_or_more_is_no_proof() {
        let empty = || ("empty".to_owned(), "1".to_owned());
        for answers in [vec![], vec![empty(), ("a.csv".to_owned(), "2".to_owned())]] {
            assert!(matches!(outcome(&|_| Ok(answers.clone())), Outcome::Failed(_)), "{answers:?}");
        }
    }
}
