//! Takes out of an output what differs from run to run, so that the rest can be compared to the letter.

/// Replaces each of `hidden`, and then durations, checksums, instants and noorm's own version, with a name in brackets.
pub fn redact(text: &str, hidden: &[(String, &str)]) -> String {
    let mut text = text.to_owned();
    for (secret, name) in hidden {
        text = text.replace(secret.as_str(), name);
    }
    let text = text.replace(concat!("noorm ", env!("CARGO_PKG_VERSION")), "noorm [version]");
    words(&durations(&usage(&text)))
}

/// Leaves out what plugins used: their calls, times and sizes change with every plugin.
fn usage(text: &str) -> String {
    const FIELD: &str = ",\"pluginUsage\":[";
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(FIELD) {
        out.push_str(before);
        // There is no list in this one.
        rest = after.split_once(']').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Replaces the numbers of JSON's durations.
fn durations(text: &str) -> String {
    const FIELD: &str = "\"durationMs\":";
    let mut parts = text.split(FIELD);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(FIELD);
        out.push_str("[time]");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// Judges the text word by word; a word is what stands between characters that no number, name or instant has.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        if end == 0 {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(end);
        let taken = match unit(word, after) {
            Some(length) => {
                out.push_str("[time]");
                length
            }
            None => {
                out.push_str(name(word).unwrap_or(word));
                0
            }
        };
        rest = &after[taken..];
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_' | '+')
}

/// Returns how much of `after` belongs to a duration that starts with the number `word`: `12 ms`, `1.5 s`, `12ms`.
fn unit(word: &str, after: &str) -> Option<usize> {
    if let Some(number) = word.strip_suffix("ms").or_else(|| word.strip_suffix('s'))
        && is_number(number)
    {
        return Some(0);
    }
    if !is_number(word) {
        return None;
    }
    let unit = after.strip_prefix(' ')?;
    let end = unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len());
    matches!(&unit[..end], "ms" | "s" | "µs").then_some(1 + end)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn name(word: &str) -> Option<&'static str> {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let digest = word.strip_prefix("sha256:").unwrap_or(word);
    if digest.len() == 64 && hex(digest) {
        return Some("[digest]");
    }
    // 2026-01-31T12:00:00 with or without fractions and zone; a date alone is part of a changeset's name.
    let bytes = word.as_bytes();
    let is_instant = bytes.len() >= 19
        && bytes[10] == b'T'
        && bytes[..19].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            10 => true,
            13 | 16 => *byte == b':',
            _ => byte.is_ascii_digit(),
        });
    is_instant.then_some("[instant]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(redact(text, &[("/tmp/x1".to_owned(), "[project]")]), expected);
    }

    #[test]
    fn what_differs_from_run_to_run_goes() {
        check("built in 12 ms, 1.5 s, 3ms", "built in [time], [time], [time]");
        check(&format!("sha256:{} {}", "a0".repeat(32), "b1".repeat(32)), "[digest] [digest]");
        check("at 2026-01-31T12:00:00.000Z.", "at [instant]");
        check("{\"durationMs\":12,\"a\":12}", "{\"durationMs\":[time],\"a\":12}");
        check("/tmp/x1/schema/a.sql", "[project]/schema/a.sql");
        check(concat!("noorm ", env!("CARGO_PKG_VERSION"), "\n"), "noorm [version]\n");
    }

    #[test]
    fn the_rest_stays() {
        check("3 sql files, 2 statements", "3 sql files, 2 statements");
        check("2026-01-05_add-reviews/change/001.sql", "2026-01-05_add-reviews/change/001.sql");
        check("line 3, column 12 — naïve", "line 3, column 12 — naïve");
    }
}
