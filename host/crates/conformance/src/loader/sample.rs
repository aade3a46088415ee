//! Samples: each is read, gives what its author expects, and is written as the interface says.

use noorm_core::cbor;
use noorm_core::value::Value;
use serde_json::{Map, json};

use super::{Subject, no_sample};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::report::Fault;

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    bench.check("samples", "each sample is read, and gives what its `.expected.json` says", |cases| {
        samples(subject, cases)
    });
    let law = "a document is core-deterministic CBOR, so that equal data has an equal digest";
    bench.check("encoding", law, |cases| encoding(subject, cases));
}

fn samples(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    let mut vectors = 0;
    for sample in &subject.samples {
        cases.next();
        let trial = subject.load(&sample.path, &sample.content, &[]);
        let value = match &trial.answer {
            Ok(value) => json(value),
            Err(error) => {
                let fault = Fault::of(error);
                let what = format!("the sample `{}` is not read: {}", sample.path, fault.what);
                return Err(Fault { what, ..fault }.with(&sample.content));
            }
        };
        let Some(expected) = &sample.expected else { continue };
        vectors += 1;
        if let Some(difference) = difference("", &value, expected) {
            let what = format!("the sample `{}` gives something else than expected: {difference}", sample.path);
            return Err(Fault::new(what).with(&sample.content));
        }
    }
    match cases_own(subject) {
        _ if subject.samples.is_empty() => Ok(Pass::Skipped(no_sample(subject))),
        0 => Ok(Pass::Noted(format!("{} built-in samples and none of the author's", subject.samples.len()))),
        own => Ok(Pass::Noted(format!("{own} of the author's, {vectors} with an expected value"))),
    }
}

fn cases_own(subject: &Subject<'_>) -> usize {
    subject.samples.iter().filter(|sample| sample.is_own).count()
}

fn encoding(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    if subject.loader.is_rows() {
        return Ok(Pass::Skipped("rows are no document".to_owned()));
    }
    if subject.samples.is_empty() {
        return Ok(Pass::Skipped(no_sample(subject)));
    }
    for sample in &subject.samples {
        cases.next();
        let trial = subject.load(&sample.path, &sample.content, &[]);
        if let (Ok(value), Some(document)) = (&trial.answer, &trial.document)
            && cbor::encode(value) != *document
        {
            let what = format!("`{}` becomes CBOR that is not in the form of RFC 8949, section 4.2.1", sample.path);
            return Err(Fault::new(what).with(&sample.content));
        }
    }
    Ok(Pass::Held)
}

/// Writes a value as JSON has it. Bytes are their hexadecimal digits, and what JSON has no number for is a text.
pub(super) fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Boolean(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Big(value) => json!(value.to_string()),
        Value::Real(value) if value.is_finite() => json!(value),
        Value::Real(value) => json!(value.to_string()),
        Value::Text(text) => json!(text),
        Value::Bytes(bytes) => json!(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => serde_json::Value::Object(
            entries.iter().map(|(key, value)| (key.clone(), json(value))).collect::<Map<_, _>>(),
        ),
    }
}

/// Says where two values differ first.
pub(super) fn difference(at: &str, got: &serde_json::Value, expected: &serde_json::Value) -> Option<String> {
    use serde_json::Value::{Array, Object};
    let place = if at.is_empty() { "/" } else { at };
    match (got, expected) {
        (Array(got), Array(expected)) if got.len() == expected.len() => got
            .iter()
            .zip(expected)
            .enumerate()
            .find_map(|(index, (one, other))| difference(&format!("{at}/{index}"), one, other)),
        (Array(got), Array(expected)) => Some(format!("{} items at {place}, {} expected", got.len(), expected.len())),
        (Object(got), Object(expected)) => {
            let added = got.keys().find(|key| !expected.contains_key(*key));
            if let Some(key) = added {
                return Some(format!("{at}/{key}, which is not expected"));
            }
            expected.iter().find_map(|(key, other)| match got.get(key) {
                Some(one) => difference(&format!("{at}/{key}"), one, other),
                None => Some(format!("no {at}/{key}")),
            })
        }
        _ if got == expected => None,
        _ => Some(format!("{got} at {place}, {expected} expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_has_a_place() {
        let check = |got: serde_json::Value, expected: serde_json::Value, says: Option<&str>| {
            assert_eq!(difference("", &got, &expected).as_deref(), says);
        };
        check(json!([{ "a": "1" }]), json!([{ "a": "1" }]), None);
        check(json!([{ "a": "1" }]), json!([{ "a": 1 }]), Some("\"1\" at /0/a, 1 expected"));
        check(json!([1]), json!([1, 2]), Some("1 items at /, 2 expected"));
        check(json!({ "a": 1 }), json!({}), Some("/a, which is not expected"));
        check(json!({}), json!({ "a": 1 }), Some("no /a"));
    }
}
