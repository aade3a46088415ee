//! The forms in which others write a secret: in a URL, in JSON, in a literal, as hex, as base64.
//!
//! A database quotes the literal that it could not read, a driver the URL, a log the bytes. Nested forms (base64 in a URL) are
//! not looked for.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::secret::Secret;

/// What a strict writer of URLs escapes: all but RFC 3986's unreserved characters.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What JavaScript's `encodeURIComponent` escapes.
const COMPONENT: &AsciiSet = &STRICT.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// What a browser escapes in the part of a URL with the password (the "userinfo percent-encode set" of the URL standard).
const USERINFO: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'|');

/// A shorter line of a secret with several says nothing, and may stand in any text.
const LINE_MIN: usize = 8;

/// Returns the secret and its other forms. Some are the same.
pub(super) fn of(secret: &Secret) -> Vec<Secret> {
    let text = secret.expose();
    let mut forms = vec![secret.clone()];
    let mut add = |form: String| forms.push(Secret::new(form));
    // Most secrets look the same to whoever escapes.
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) {
        escaped(text, &mut add);
    }
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    let hex: String = text.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    add(hex.to_uppercase());
    add(hex);
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        add(engine.encode(text));
        (0..3).for_each(|at| add(base64_at(at, text, &engine)));
    }
    forms
}

/// The forms in which something is put before or in the place of a character.
fn escaped(text: &str, add: &mut impl FnMut(String)) {
    // A text of several lines is shown line by line.
    if text.contains('\n') {
        text.lines().map(str::trim).filter(|line| line.len() >= LINE_MIN).for_each(|line| add(line.to_owned()));
    }
    for set in [STRICT, COMPONENT, USERINFO] {
        let encoded = utf8_percent_encode(text, set).to_string();
        add(encoded.replace("%20", "+"));
        add(lower_escapes(&encoded));
        add(encoded);
    }
    let json = serde_json::Value::from(text).to_string();
    let json = json[1..json.len() - 1].to_owned();
    add(json.replace('/', "\\/"));
    add(json);
    add(text.escape_debug().to_string());
    add(text.escape_default().to_string());
    for quote in ['\'', '"', '`', ']'] {
        let doubled = text.replace(quote, &format!("{quote}{quote}"));
        add(doubled.replace('\\', "\\\\"));
        add(doubled);
    }
    add(text.replace('\\', "\\\\").replace('\'', "\\'"));
}

/// Writes `%2f` for `%2F`.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // A `%` that is the secret's own need not be followed by two digits.
        let digits = part.get(..2).unwrap_or_default();
        out.push('%');
        out.push_str(&digits.to_lowercase());
        out.push_str(&part[digits.len()..]);
    }
    out
}

/// Returns the characters that are sure to stand in the base64 of a text that has the secret `at` bytes behind a multiple of
/// three: those that none of its neighbours has a part in.
fn base64_at(at: usize, text: &str, engine: &impl Engine) -> String {
    let mut bytes = vec![0; at];
    bytes.extend_from_slice(text.as_bytes());
    let encoded = engine.encode(&bytes);
    let (first, end) = ((at * 8).div_ceil(6), bytes.len() * 8 / 6);
    encoded[first..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{REDACTED, Redactor};
    use super::*;

    /// `shown` has the secret in it, written in some way.
    fn check(secret: &str, shown: &str, expected: &str) {
        assert_eq!(Redactor::new([Secret::new(secret.to_owned())]).redact(shown), expected, "{secret} in {shown}");
    }

    #[test]
    fn a_secret_is_found_as_others_write_it() {
        check("p@ss/w%rd", "a p%40ss%2Fw%25rd b", "a [redacted] b");
        check("p@ss/w%rd", "a p%40ss%2fw%25rd b", "a [redacted] b");
        check("100% \u{eb}!", "a 100% \u{eb}!, 100%%20%C3%AB! b", "a [redacted], [redacted] b");
        check("two words!", "q=two+words%21&two%20words!", "q=[redacted]&[redacted]");
        check("say \"hi\"", r#"{"a":"say \"hi\""}"#, r#"{"a":"[redacted]"}"#);
        check("a/b/c", r"a\/b\/c", "[redacted]");
        check("tab\tline\nend", r#"Some("tab\tline\nend")"#, r#"Some("[redacted]")"#);
        check("zo\u{eb}-\u{1f511}", r"zo\u{eb}-\u{1f511}", "[redacted]");
        check("it's", "near 'it''s'", "near '[redacted]'");
        check("it's", r"near 'it\'s'", "near '[redacted]'");
        check(r"back\slash'", r"'back\\slash''' and 'back\\slash\''", "'[redacted]' and '[redacted]'");
        check("na\"me", "\"na\"\"me\"", "\"[redacted]\"");
        check("na]me", "[na]]me]", "[[redacted]]");
        check("hunter2", r"\x68756e74657232", r"\x[redacted]");
        check("hunter2", "0x68756E74657232", "0x[redacted]");
    }

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_stands() {
        for before in ["", "u", "us", "use", "user:"] {
            for after in ["", "x", "xy", "xyz"] {
                let encoded = STANDARD_NO_PAD.encode(format!("{before}hunter2-hunter2{after}"));
                let shown = Redactor::new([Secret::new("hunter2-hunter2".to_owned())]).redact(&encoded).into_owned();
                // What is left are the neighbours, and at most a few bits of the secret's ends.
                let left = shown.replace(REDACTED, "").len();
                let neighbours = (before.len() * 8).div_ceil(6) + (after.len() * 8).div_ceil(6);
                assert!(shown.contains(REDACTED) && left <= neighbours + 1, "{encoded}: {shown}");
            }
        }
        check("\u{fb}\u{ff}\u{fe}", "w7vDv8O-", "[redacted]");
        check("\u{fb}\u{ff}\u{fe}", "w7vDv8O+", "[redacted]");
    }

    #[test]
    fn each_line_of_a_long_one_is_found() {
        let key = "-----BEGIN KEY-----\nMIGHAgEAMBMG\nshort\n-----END KEY-----";
        check(key, "2 | MIGHAgEAMBMG", "2 | [redacted]");
        check(key, "a short text", "a short text");
    }

    #[test]
    fn every_form_that_is_looked_for_is_long_enough() {
        for text in ["abcd", "a'b\"", "\u{1f511}", "p@ ;"] {
            let forms = of(&Secret::new(text.to_owned()));
            assert!(forms.iter().all(|form| form.expose().len() >= 4), "{text}");
        }
    }
}
