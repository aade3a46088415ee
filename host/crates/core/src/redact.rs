//! Takes secret values out of texts that leave the program.

use std::borrow::Cow;

use crate::secret::Secret;

/// Shorter secrets are left alone: replacing every `a` would hide nothing and destroy the text.
const LENGTH_MIN: usize = 4;

/// What stands in the place of a secret.
pub const REDACTED: &str = "[redacted]";

/// The secrets of one run.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
}

impl Redactor {
    /// Takes the values that must not be seen.
    pub fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut secrets: Vec<Secret> = secrets.into_iter().filter(|s| s.expose().len() >= LENGTH_MIN).collect();
        // Longest first: a secret that contains another is replaced whole.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
        Self { secrets }
    }

    /// Returns the text without secrets, and without the passwords of URLs.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for secret in &self.secrets {
            if text.contains(secret.expose()) {
                text = Cow::Owned(text.replace(secret.expose(), REDACTED));
            }
        }
        match without_url_passwords(&text) {
            Some(masked) => Cow::Owned(masked),
            None => text,
        }
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
}
