//! Mistakes that tools have made of CSV, as vectors for whoever serves the extension.

use noorm_core::value::Value;

use super::{Subject, sample};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::report::Fault;

/// What the files are called; the loader may serve other extensions as well.
const PATH: &str = "data/input.csv";

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let serves = subject.loader.info().provides.iter().any(|extension| extension == "csv");
    if serves {
        let law = "the text of a cell is the value: nothing is taken for a number, a date or nothing";
        bench.check("csv-cases", law, |cases| vectors(subject, cases));
    }
}

fn vectors(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    for (file, expected) in crate::corpus::CSV_CASES {
        cases.next();
        let rows = expected.iter().map(|row| {
            let cells = row.iter().map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned())));
            Value::Map(cells.collect())
        });
        let expected = sample::json(&Value::List(rows.collect()));
        let trial = subject.sound(PATH, file.as_bytes())?;
        let got = match &trial.answer {
            Ok(value) => sample::json(value),
            Err(error) => return Err(Fault::of(error).with(file)),
        };
        if let Some(difference) = sample::difference("", &got, &expected) {
            return Err(Fault::new(difference).with(file));
        }
    }
    Ok(Pass::Held)
}
