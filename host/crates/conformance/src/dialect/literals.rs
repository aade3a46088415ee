//! A value that is written into a statement stays a value.

use std::collections::BTreeMap;

use noorm_core::value::Scalar;
use noorm_plugin_host::Dialect;

use super::statement::Statements;
use super::{answered, sound};
use crate::bench::{Bench, Cases, Pass, Verdict};
use crate::corpus::{BAD_DECIMALS, DECIMALS, TEXTS};
use crate::report::Fault;

pub(super) fn check(dialect: &Dialect, statements: &Statements, bench: &mut Bench<'_>) {
    let law = "a text becomes a literal that ends where it ends, and no two texts the same one";
    statements.check(bench, "text-literals", law, |cases| texts(dialect, statements, cases));
    let law = "a text that was escaped stays between the quotes of a string";
    statements.check(bench, "escaping", law, |cases| escaping(dialect, statements, cases));
    let law = "numbers become numbers, what is none is refused, and a negative one can follow a minus sign";
    statements.check(bench, "numbers", law, |cases| numbers(dialect, statements, cases));
    let law = "nothing, truth and bytes become literals of one statement";
    statements.check(bench, "other-literals", law, |cases| others(dialect, statements, cases));
}

fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

/// A dialect may refuse what has a control character other than those of lines and tabs.
fn may_be_refused(text: &str) -> bool {
    text.chars().any(|one| one.is_control() && !matches!(one, '\n' | '\r' | '\t'))
}

fn texts(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let prefix = prefix(dialect)?;
    for value in TEXTS {
        cases.next();
        let answer = dialect.literal(&text(value));
        let literal = if may_be_refused(value) {
            match sound(answer, value)? {
                Some(literal) => literal,
                None => continue,
            }
        } else {
            answered(answer, value)?
        };
        if literal.contains('\0') {
            return Err(Fault::new("the literal has a NUL in it, where a server takes a statement to end").with(value));
        }
        if let Some(what) = prefix.as_deref().and_then(|prefix| misread(prefix, &literal, value)) {
            return Err(Fault::new(what).with(value));
        }
        if let Some(other) = seen.insert(literal.clone(), value) {
            return Err(Fault::new(format!("`{other}` and this text both become `{literal}`")).with(value));
        }
        statements.is_one(dialect, &format!("SELECT {literal}")).map_err(|fault| about(fault, value))?;
    }
    Ok(match prefix {
        Some(prefix) => Pass::Noted(format!("strings begin with {prefix}'")),
        None => Pass::Noted("strings are not in single quotes: only their end was looked at".to_owned()),
    })
}

fn about(fault: Fault, value: &str) -> Fault {
    Fault { what: format!("with the text {value:?}, {}", fault.what), ..fault }
}

/// Returns what stands before the quote of a string, where it is a string in single quotes.
fn prefix(dialect: &Dialect) -> Result<Option<String>, Fault> {
    let literal = answered(dialect.literal(&text("a")), "a")?;
    Ok(literal.strip_suffix("'a'").map(str::to_owned))
}

/// Says how a string in single quotes is another text than it was made of. Quotes within are doubled or stand behind a
/// backslash; what is written in another way is not looked at.
fn misread(prefix: &str, literal: &str, value: &str) -> Option<String> {
    let inside = literal.strip_prefix(prefix)?.strip_prefix('\'')?.strip_suffix('\'')?;
    let quotes_are_doubled = !inside.replace("''", "").contains('\'');
    if quotes_are_doubled && inside.replace("''", "'") == value {
        return None;
    }
    let (mut read, mut letters) = (String::new(), inside.chars().peekable());
    while let Some(one) = letters.next() {
        match one {
            '\\' => read.push(match letters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'Z' => '\u{1a}',
                'b' => '\u{8}',
                other => other,
            }),
            '\'' if letters.next_if_eq(&'\'').is_none() => {
                return Some(format!("the string ends early in `{literal}`"));
            }
            one => read.push(one),
        }
    }
    (read != value).then(|| format!("`{literal}` is another text"))
}

fn escaping(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let Some(prefix) = prefix(dialect)? else {
        return Ok(Pass::Skipped("strings are not in single quotes".to_owned()));
    };
    for value in TEXTS {
        cases.next();
        let answer = dialect.escape(value);
        let escaped = if may_be_refused(value) {
            match sound(answer, value)? {
                Some(escaped) => escaped,
                None => continue,
            }
        } else {
            answered(answer, value)?
        };
        let literal = format!("{prefix}'{escaped}'");
        // Each quote is one of two or stands behind a backslash, or the text is put together from several strings.
        let is_plain = !escaped.contains(&format!("' + {prefix}'")) && !escaped.contains("' || ");
        let doubled = escaped.replace("''", "");
        let behind_backslashes = escaped.replace("\\\\", "").replace("\\'", "").replace("''", "");
        if is_plain && doubled.contains('\'') && behind_backslashes.contains('\'') {
            return Err(Fault::new(format!("a quote ends the string in `{literal}`")).with(value));
        }
        statements.is_one(dialect, &format!("SELECT {literal}")).map_err(|fault| about(fault, value))?;
    }
    Ok(Pass::Held)
}

/// Integers that a language holds whose numbers are floats.
const INTEGERS: [i64; 4] = [0, 1, -1, (1 << 53) - 1];

/// Integers that such a language rounds before anybody sees them: refused is right, and another number is not.
const LONG_INTEGERS: [i64; 3] = [(1 << 53) + 1, i64::MAX, i64::MIN];

fn numbers(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let mut values: Vec<Scalar> = INTEGERS.map(Scalar::Integer).into();
    values.extend(DECIMALS.iter().map(|text| Scalar::Decimal((*text).to_owned())));
    values.extend([0.0, -0.0, 1.5, -1.5, 0.1, 1e300, -1e-300, 123_456_789.0].map(Scalar::Real));
    for value in values {
        cases.next();
        let literal = answered(dialect.literal(&value), format!("{value:?}"))?;
        number(dialect, statements, &value, &literal)?;
    }
    let mut refused = 0;
    for value in LONG_INTEGERS.map(Scalar::Integer) {
        cases.next();
        match sound(dialect.literal(&value), format!("{value:?}"))? {
            Some(literal) => number(dialect, statements, &value, &literal)?,
            None => refused += 1,
        }
    }
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        cases.next();
        if let Some(literal) = sound(dialect.literal(&Scalar::Real(value)), value.to_string())? {
            statements.is_one(dialect, &format!("SELECT {literal}"))?;
        }
    }
    for value in BAD_DECIMALS {
        cases.next();
        if let Some(literal) = sound(dialect.literal(&Scalar::Decimal((*value).to_owned())), value)? {
            return Err(Fault::new(format!("this is not a number, and becomes `{literal}`")).with(value));
        }
    }
    Ok(match refused {
        0 => Pass::Held,
        refused => Pass::Noted(format!("{refused} of {} integers beyond 2^53 are refused", LONG_INTEGERS.len())),
    })
}

/// Checks the literal of a number.
fn number(dialect: &Dialect, statements: &Statements, value: &Scalar, literal: &str) -> Result<(), Fault> {
    let what = match value {
        Scalar::Integer(value) if !has_digits(literal, *value) => format!("`{literal}` is another number"),
        _ if format!("-{literal}").contains("--") => format!("`{literal}` behind a minus sign is a comment"),
        _ => return statements.is_one(dialect, &format!("SELECT -{literal}")),
    };
    Err(Fault::new(what).with(format!("{value:?}")))
}

/// Returns whether a literal has the digits of an integer in one piece, whatever is written around them.
fn has_digits(literal: &str, value: i64) -> bool {
    let has = |number: u64| literal.split(|one: char| !one.is_ascii_digit()).any(|run| run == number.to_string());
    // The smallest is a difference where its digits alone would be too large a number.
    has(value.unsigned_abs()) || (value == i64::MIN && has(i64::MAX.unsigned_abs()) && has(1))
}

fn others(dialect: &Dialect, statements: &Statements, cases: &mut Cases) -> Verdict {
    let bytes = [Vec::new(), vec![0], b"';--".to_vec(), (0..=255).collect()].map(Scalar::Bytes);
    let values = [Scalar::Null, Scalar::Boolean(true), Scalar::Boolean(false)].into_iter().chain(bytes);
    let mut seen = BTreeMap::new();
    for value in values {
        cases.next();
        let shown = format!("{value:?}");
        let literal = answered(dialect.literal(&value), &shown)?;
        statements.is_one(dialect, &format!("SELECT {literal}"))?;
        if let Some(other) = seen.insert(literal.clone(), shown.clone()) {
            return Err(Fault::new(format!("`{other}` becomes `{literal}` too")).with(shown));
        }
    }
    Ok(Pass::Held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_read_back() {
        let check = |literal: &str, value: &str, is_right: bool| {
            assert_eq!(misread("N", literal, value).is_none(), is_right, "{literal}");
        };
        check("N'it''s'", "it's", true);
        check("N'it's'", "it's", false);
        check("N'\\\\'", "\\", true);
        check("N'\\'", "\\", true);
        check("N'a\\'b'", "a'b", true);
        check("N'a'", "b", false);
        // Written in another way.
        check("x'5c'", "\\", true);
    }

    #[test]
    fn a_rounded_integer_is_another_one() {
        let check =
            |literal: &str, value: i64, is_right: bool| assert_eq!(has_digits(literal, value), is_right, "{literal}");
        check("9007199254740993", (1 << 53) + 1, true);
        check("9007199254740992", (1 << 53) + 1, false);
        check("9223372036854775807::bigint", i64::MAX, true);
        check("9223372036854775808", i64::MAX, false);
        check("9223372036854776000", i64::MAX, false);
        check("9.223372036854776e18", i64::MAX, false);
        check("(-9223372036854775808)", i64::MIN, true);
        check("(-9223372036854775807 - 1)", i64::MIN, true);
        check("(-9223372036854775807)", i64::MIN, false);
        check("10", 1, false);
    }
}
