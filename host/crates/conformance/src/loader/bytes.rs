//! What files of the world have in them: byte-order marks, other line ends, NUL, bytes that are no UTF-8, huge cells, deep
//! nesting.

use noorm_core::value::Value;

use super::{Subject, no_sample, seen};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::order::Sample;
use crate::report::Fault;

/// The byte-order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Places of a sample where something is put in.
const PLACES: usize = 24;

/// Bytes of a cell that somebody pasted.
const HUGE: usize = 1 << 20;

/// Brackets within brackets.
const DEEP: usize = 100_000;

pub(super) fn check(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let law = "a byte-order mark changes no value, or is refused";
    bench.check("byte-order-mark", law, |cases| byte_order_mark(subject, cases));
    let law = "CRLF changes nothing but the line ends within texts, or is refused";
    bench.check("line-ends", law, |cases| line_ends(subject, cases));
    bench.check("nul", "NUL anywhere is read or refused", |cases| everywhere(subject, cases, b"\0"));
    bench.check("invalid-utf8", "bytes that are no UTF-8 are read or refused", |cases| invalid_utf8(subject, cases));
    bench.check("huge-cells", "a cell of a megabyte is read or refused", |cases| huge(subject, cases));
    bench.check("deep-nesting", "brackets a hundred thousand deep are read or refused", |cases| deep(subject, cases));
}

/// The samples that are text.
fn texts<'a>(subject: &'a Subject<'_>) -> Vec<&'a Sample> {
    subject.readable().filter(|sample| str::from_utf8(&sample.content).is_ok_and(|text| !text.contains('\0'))).collect()
}

fn byte_order_mark(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    let samples = texts(subject);
    for sample in samples.iter().filter(|sample| !sample.content.starts_with(MARK)) {
        cases.next();
        let marked = [MARK, &sample.content].concat();
        let trial = subject.sound(&sample.path, &marked)?;
        let same = seen(&trial) == seen(&subject.load(&sample.path, &sample.content, &[]));
        if trial.answer.is_ok() && !same {
            return Err(Fault::new("the byte-order mark became a part of the data").with(marked));
        }
    }
    subject.sound(&subject.path(), MARK)?;
    Ok(if samples.is_empty() { Pass::Skipped(no_sample(subject)) } else { Pass::Held })
}

fn line_ends(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    let samples = texts(subject);
    for sample in &samples {
        cases.next();
        let text = String::from_utf8_lossy(&sample.content).replace("\r\n", "\n").replace('\n', "\r\n");
        let trial = subject.sound(&sample.path, text.as_bytes())?;
        let before = subject.load(&sample.path, &sample.content, &[]);
        if let (Ok(after), Ok(before)) = (&trial.answer, &before.answer)
            && with_line_feeds(after) != with_line_feeds(before)
        {
            return Err(Fault::new("other data with CRLF than with LF").with(text));
        }
    }
    Ok(if samples.is_empty() { Pass::Skipped(no_sample(subject)) } else { Pass::Held })
}

/// A value whose texts have the line ends of Unix, in a form that can be compared.
fn with_line_feeds(value: &Value) -> String {
    super::sample::json(value).to_string().replace("\\r\\n", "\\n")
}

/// Puts bytes into samples, and tries them alone.
fn everywhere(subject: &Subject<'_>, cases: &mut Cases, bytes: &[u8]) -> Verdict {
    cases.next();
    subject.sound(&subject.path(), bytes)?;
    for sample in subject.readable() {
        let step = sample.content.len().div_ceil(PLACES).max(1);
        for at in (0..=sample.content.len()).step_by(step) {
            if cases.is_late() {
                return Ok(Pass::Held);
            }
            cases.next();
            let content = [&sample.content[..at], bytes, &sample.content[at..]].concat();
            subject.sound_or_smaller(&sample.path, content)?;
        }
    }
    Ok(Pass::Held)
}

fn invalid_utf8(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    // A byte of no character, a character cut off, one in more bytes than it takes, half of a pair.
    for bytes in [b"\xff".as_slice(), b"\xe2\x82", b"\xc0\xaf", b"\xed\xa0\x80"] {
        everywhere(subject, cases, bytes)?;
    }
    Ok(Pass::Held)
}

fn huge(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    let long = vec![b'a'; HUGE];
    let alone = [long.clone(), [b"\"", long.as_slice(), b"\"\n"].concat(), vec![b'\n'; HUGE]];
    let mut files: Vec<(String, Vec<u8>)> = alone.into_iter().map(|content| (subject.path(), content)).collect();
    for sample in texts(subject) {
        // In the place of the last word: names come first.
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
        let Some(end) = sample.content.iter().rposition(is_word).map(|at| at + 1) else { continue };
        let start = sample.content[..end].iter().rposition(|byte| !is_word(byte)).map_or(0, |at| at + 1);
        files.push((sample.path.clone(), [&sample.content[..start], &long, &sample.content[end..]].concat()));
    }
    for (path, content) in files {
        cases.next();
        // Made smaller it would no longer be huge.
        subject.sound(&path, &content)?;
    }
    Ok(Pass::Held)
}

fn deep(subject: &Subject<'_>, cases: &mut Cases) -> Verdict {
    for (open, inside, close) in [
        ("[", "", "]"),
        ("{\"a\":", "1", "}"),
        ("(", "", ")"),
        ("<a>", "", "</a>"),
        ("- ", "a", ""),
        ("x = [", "", "]"),
        ("export default [", "", "]"),
        ("[", "", ""),
        ("\"", "", ""),
    ] {
        let content = if open.len() > 4 && close == "]" {
            // A word once, and then brackets.
            let (word, open) = open.split_at(open.len() - 1);
            format!("{word}{}{}", open.repeat(DEEP), close.repeat(DEEP))
        } else {
            format!("{}{inside}{}", open.repeat(DEEP), close.repeat(DEEP))
        };
        cases.next();
        subject.sound(&subject.path(), content.as_bytes())?;
    }
    Ok(Pass::Held)
}
