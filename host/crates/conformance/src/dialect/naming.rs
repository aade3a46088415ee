//! A quoted name is that name, whatever it has in it.

use std::collections::BTreeMap;

use noorm_plugin_host::Dialect;

use super::statement::Statements;
use super::{answered, sound};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::corpus::{NAMES, PLAIN_NAMES};
use crate::report::Fault;

/// Bytes of the longest name that is tried, whatever the limit is said to be.
const BYTES_MAX: usize = 64 * 1024;

pub(super) fn check(dialect: &Dialect, statements: &Statements, bench: &mut Bench<'_>) {
    let law =
        "a quoted name is that name: quotes within are escaped, no two names are quoted alike, none ends a statement";
    statements.check(bench, "quoting", law, |cases| quoting(dialect, statements, cases));
    let law = "an empty name and one with NUL are refused";
    bench.check("impossible-names", law, |cases| impossible(dialect, cases));
    let law = "names up to the limit are quoted, and longer ones refused, as the server would cut them";
    bench.check("name-length", law, |cases| length(dialect, cases));
    let law = "a name in a schema is two names, wherever the dots are";
    statements.check(bench, "qualifying", law, |cases| qualifying(dialect, statements, cases));
}

/// What stands around a quoted name.
struct Quotes {
    open: String,
    close: String,
}

impl Quotes {
    /// Learns it from a name that has to be quoted in every dialect.
    fn learn(dialect: &Dialect) -> Result<Self, Fault> {
        const NAME: &str = "two words";
        let quoted = answered(dialect.quote(NAME), NAME)?;
        let around = quoted.split_once(NAME).filter(|(open, close)| !open.is_empty() && !close.is_empty());
        let Some((open, close)) = around else {
            return Err(Fault::new(format!("`{NAME}` is quoted as `{quoted}`, without anything around it")).with(NAME));
        };
        Ok(Self { open: open.to_owned(), close: close.to_owned() })
    }

    /// Returns the name that a quoted one is; quotes within are doubled, or stand behind a backslash.
    fn read(&self, quoted: &str) -> Option<String> {
        let inside = quoted.strip_prefix(&self.open)?.strip_suffix(&self.close)?;
        let (mut name, mut rest) = (String::new(), inside);
        let doubled = self.close.repeat(2);
        while let Some(one) = rest.chars().next() {
            if let Some(behind) = rest.strip_prefix(&doubled) {
                name.push_str(&self.close);
                rest = behind;
            } else if rest.starts_with(&self.close) {
                return None;
            } else {
                name.push(one);
                rest = &rest[one.len_utf8()..];
            }
        }
        Some(name)
    }

    /// The same where a backslash escapes.
    fn read_escaped(&self, quoted: &str) -> Option<String> {
        let inside = quoted.strip_prefix(&self.open)?.strip_suffix(&self.close)?;
        let (mut name, mut letters) = (String::new(), inside.chars());
        while let Some(one) = letters.next() {
            match one {
                '\\' => name.push(letters.next()?),
                one if self.close.starts_with(one) => return None,
                one => name.push(one),
            }
        }
        Some(name)
    }
}

fn quoting(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let quotes = Quotes::learn(dialect)?;
    // Whether a backslash escapes is the same for all names.
    let backslash = dialect.quote("a\\b").is_ok_and(|quoted| quoted.contains("\\\\"));
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in PLAIN_NAMES.iter().chain(NAMES) {
        cases.next();
        let quoted = if PLAIN_NAMES.contains(name) {
            answered(dialect.quote(name), name)?
        } else {
            match sound(dialect.quote(name), name)? {
                Some(quoted) => quoted,
                None => continue,
            }
        };
        // A name that needs no quotes may go without, where the server does not change it.
        let read = if backslash { quotes.read_escaped(&quoted) } else { quotes.read(&quoted) };
        if read.as_deref() != Some(*name) && !(quoted == *name && is_plain(name)) {
            return Err(Fault::new(format!("it is quoted as `{quoted}`, which is another name or none")).with(name));
        }
        if let Some(other) = seen.insert(quoted.clone(), name) {
            return Err(Fault::new(format!("`{other}` and this name are both quoted as `{quoted}`")).with(name));
        }
        statements.is_one(dialect, &format!("SELECT {quoted}"))?;
    }
    Ok(Pass::Noted(format!("names stand between {} and {}", quotes.open, quotes.close)))
}

fn is_plain(name: &str) -> bool {
    let starts = name.starts_with(|one: char| one.is_ascii_lowercase() || one == '_');
    starts && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}

fn impossible(dialect: &Dialect, cases: &mut Cases) -> Verdict {
    for name in ["", "\0", "a\0b", "a\0"] {
        cases.next();
        if let Some(quoted) = sound(dialect.quote(name), name)? {
            return Err(
                Fault::new(format!("no quoting can express this name, which is quoted as `{quoted}`")).with(name)
            );
        }
        if sound(dialect.qualify(Some("a"), name), name)?.is_some() {
            return Err(
                Fault::new("no quoting can express this name, which is refused alone and not in a schema").with(name)
            );
        }
    }
    Ok(Pass::Held)
}

fn length(dialect: &Dialect, cases: &mut Cases) -> Verdict {
    let limit = answered(dialect.rules(), "")?.bytes_max as usize;
    let lengths = [1, 30, 63, 64, 127, 128, 129, limit, limit.saturating_add(1), 4096];
    for bytes in lengths.into_iter().filter(|bytes| (1..=BYTES_MAX).contains(bytes)) {
        cases.next();
        let name = "a".repeat(bytes);
        let is_quoted = sound(dialect.quote(&name), &name)?.is_some();
        let may_be = limit == 0 || bytes <= limit;
        if is_quoted != may_be {
            let word = if is_quoted { "is quoted" } else { "is refused" };
            return Err(Fault::new(format!("a name of {bytes} bytes {word}, and the limit is {limit}")).with(name));
        }
    }
    // As many bytes of longer characters are within the limit, whatever it counts.
    let name = "é".repeat(limit.min(BYTES_MAX) / 2);
    if limit >= 2 && sound(dialect.quote(&name), &name)?.is_none() {
        return Err(
            Fault::new(format!("a name of {} bytes is refused, and the limit is {limit}", name.len())).with(name)
        );
    }
    Ok(Pass::Noted(if limit == 0 { "no limit".to_owned() } else { format!("{limit} bytes") }))
}

fn qualifying(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let rules = answered(dialect.rules(), "")?;
    if !["lower", "upper", "keep"].contains(&rules.folds.as_str()) {
        return Err(Fault::new(format!("`folds` is `{}`, which is none of `lower`, `upper` and `keep`", rules.folds)));
    }
    for (schema, name) in
        [("a", "b"), ("a.b", "c"), ("a", "b.c"), ("a\"", "\"b"), ("a]", "[b"), ("a`", "`b"), ("select", "é")]
    {
        cases.next();
        let input = format!("{schema} and {name}");
        let Some(qualified) = sound(dialect.qualify(Some(schema), name), &input)? else { continue };
        let expected =
            [answered(dialect.quote(schema), schema)?, answered(dialect.quote(name), name)?].join(&rules.separator);
        if qualified != expected {
            return Err(
                Fault::new(format!("`{qualified}`, and quoted each for itself they are `{expected}`")).with(input)
            );
        }
        statements.is_one(dialect, &format!("SELECT {qualified}"))?;
    }
    Ok(Pass::Held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_name_is_read_back() {
        let quotes = |open: &str, close: &str| Quotes { open: open.to_owned(), close: close.to_owned() };
        let check = |quotes: &Quotes, quoted: &str, name: Option<&str>| {
            assert_eq!(quotes.read(quoted).as_deref(), name, "{quoted}");
        };
        let double = quotes("\"", "\"");
        check(&double, "\"a\"\"b\"", Some("a\"b"));
        check(&double, "\"a\"b\"", None);
        check(&double, "\"a\"\"\"", Some("a\""));
        check(&double, "\"a\"\"", None);
        check(&double, "a", None);
        check(&quotes("[", "]"), "[a]][b]", Some("a][b"));
        assert_eq!(quotes("`", "`").read_escaped("`a\\`b\\\\`").as_deref(), Some("a`b\\"));
        assert_eq!(quotes("`", "`").read_escaped("`a\\`"), None);
    }
}
