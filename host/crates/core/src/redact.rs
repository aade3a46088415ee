//! Takes secret values out of texts that leave the program: as they are, and as others write them.
//!
//! What a secret looks like in a URL or in a dump is the business of [`forms`]; how many are found in one go, of [`index`]; how a
//! list shows one that must not be seen, of [`mask`]. Which secrets there are is what [`Seen`] collects.

mod forms;
mod index;
mod mask;
mod seen;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

pub use mask::masked;
pub use seen::Seen;

use crate::secret::Secret;
use index::{Form, Index};

/// Shorter secrets are left alone: replacing every `a` would hide nothing and destroy the text.
const LENGTH_MIN: usize = 4;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// The secrets of one run, in every form that is looked for.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    /// As they were given: the same ones come again, from whoever opens the state or resolves a config.
    secrets: BTreeSet<Form>,
    /// In every form. A text is read once, however many there are.
    forms: Index,
}

impl Redactor {
    /// Takes the values that must not be seen.
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut redactor = Self::default();
        secrets.into_iter().for_each(|secret| redactor.add(&secret));
        redactor
    }

    /// Takes one more value.
    pub fn add(&mut self, secret: &Secret) {
        if secret.expose().len() < LENGTH_MIN {
            return;
        }
        if self.secrets.insert(Form(secret.clone())) {
            forms::of(secret).into_iter().for_each(|form| self.forms.add(form));
        }
    }

    /// Returns the text without secrets, and without the passwords of URLs.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = self.without_secrets(text);
        match without_url_passwords(&text) {
            Some(masked) => Cow::Owned(masked),
            None => text,
        }
    }

    /// Redacts every text in a JSON value. Names of fields are the program's own.
    pub fn redact_json(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(redacted) = self.redact(text) {
                    *text = redacted;
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.redact_json(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.redact_json(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn without_secrets<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut out = String::new();
        // What is before `kept` is in `out`, or in a secret that is.
        let mut kept = 0;
        for at in 0..text.len() {
            let Some(length) = self.forms.length_at(text, at) else { continue };
            // Secrets that overlap are one.
            if at >= kept {
                out.push_str(&text[kept..at]);
                out.push_str(REDACTED);
            }
            kept = kept.max(at + length);
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(&text[kept..]);
        Cow::Owned(out)
    }
}

/// Masks `password` in `scheme://user:password@host`; `None` when there is none.
fn without_url_passwords(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = end_of_authority(after);
        let authority = &after[..end];
        match authority.rsplit_once('@').and_then(|(user, host)| user.split_once(':').map(|(name, _)| (name, host))) {
            Some((name, host)) => {
                found = true;
                out.push_str(&format!("{name}:{REDACTED}@{host}"));
            }
            None => out.push_str(authority),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    found.then_some(out)
}

/// Where the part of a URL with the password ends. A slash does not end a password, although it should: people paste them
/// as they are. After a port it ends the host.
fn end_of_authority(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(text.len());
    let slash = text[..end].find('/').unwrap_or(end);
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text[..slash].split_once(':') {
        Some((name, rest)) if !name.contains('@') && !rest.contains('@') && !is_port(rest) => {
            text[..end].rfind('@').map_or(slash, |at| at + text[at..end].find('/').unwrap_or(end - at))
        }
        _ => slash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let secrets = ["hunter2", "hunter2-long", "ab"].map(|text| Secret::new(text.to_owned()));
        assert_eq!(Redactor::new(secrets).redact(text), expected);
    }

    #[test]
    fn secrets_and_url_passwords_are_taken_out() {
        check("role hunter2 and hunter2-long", "role [redacted] and [redacted]");
        check("about nothing", "about nothing");
        check("postgres://ann:pw@host/db failed", "postgres://ann:[redacted]@host/db failed");
        check("see https://host/a@b:c", "see https://host/a@b:c");
        check("see https://host:8080/a@b", "see https://host:8080/a@b");
        check("see http://[::1]:80/a, http://x", "see http://[::1]:80/a, http://x");
        // Not as a URL has it, and pasted all the same.
        check("postgres://ann:p/w:@1@host:5/db?a=b failed", "postgres://ann:[redacted]@host:5/db?a=b failed");
        check("postgres://ann:p/w@host", "postgres://ann:[redacted]@host");
        check("postgres://ann@host/db", "postgres://ann@host/db");
    }

    #[test]
    fn secrets_that_overlap_are_one() {
        let redactor = Redactor::new(["abcdef", "defghi"].map(|text| Secret::new(text.to_owned())));
        assert_eq!(redactor.redact("<abcdefghi>"), "<[redacted]>");
        assert_eq!(redactor.redact("abcdefabcdef abcde"), "[redacted][redacted] abcde");
    }

    #[test]
    fn json_is_redacted_in_its_texts() {
        let mut value = serde_json::json!({ "hunter2": ["a hunter2", 1, null, { "b": "hunter2" }] });
        Redactor::new([Secret::new("hunter2".to_owned())]).redact_json(&mut value);
        assert_eq!(value, serde_json::json!({ "hunter2": ["a [redacted]", 1, null, { "b": "[redacted]" }] }));
    }

    proptest::proptest! {
        /// Neither has a letter of [`REDACTED`], so that what is left of one cannot be mistaken for it.
        #[test]
        fn no_secret_is_left_wherever_it_stands(
            secrets in proptest::collection::vec("[A-Z0-9'\"/%\\\\ ë]{4,12}", 1..4),
            between in proptest::collection::vec("[A-Z0-9'\"/%\\\\ ë]{0,6}", 4..5),
        ) {
            let mut text = String::new();
            for (secret, other) in secrets.iter().zip(&between) {
                text += other;
                text += secret;
            }
            text += &between[3];
            let redactor = Redactor::new(secrets.iter().cloned().map(Secret::new));
            let shown = redactor.redact(&text);
            for secret in &secrets {
                proptest::prop_assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
            }
            let in_json = serde_json::Value::from(text.as_str()).to_string();
            let shown = redactor.redact(&in_json);
            for secret in &secrets {
                let escaped = serde_json::Value::from(secret.as_str()).to_string();
                proptest::prop_assert!(!shown.contains(&escaped[1..escaped.len() - 1]), "{escaped} in {shown}");
            }
        }

        #[test]
        fn a_text_without_secrets_is_left_alone(text in "[a-z ëß:/@.]{0,40}", secret in "[A-Z0-9]{4,12}") {
            let is_url = text.contains("://");
            let shown = Redactor::new([Secret::new(secret)]).redact(&text).into_owned();
            proptest::prop_assert!(is_url || shown == text);
        }
    }
}
