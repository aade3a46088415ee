//! Values as MySQL writes them. Whether a backslash escapes is up to the session (`NO_BACKSLASH_ESCAPES`), so that no
//! literal of ours has one between quotes.

use noorm_guest::dialect::exports::noorm::dialect::literals::Guest;
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::invalid;

/// So many digits does an exact number have at most, and so many of them behind the point.
const DIGITS_MAX: usize = 65;
const FRACTION_MAX: usize = 30;

impl Guest for Dialect {
    fn literal(value: Scalar) -> Result<String, Failure> {
        match value {
            Scalar::Null => Ok("NULL".to_owned()),
            Scalar::Boolean(value) => Ok(if value { "TRUE" } else { "FALSE" }.to_owned()),
            Scalar::Integer(value) => Ok(signed(&value.to_string())),
            Scalar::Decimal(text) => decimal(&text),
            Scalar::Real(value) => real(value),
            Scalar::Text(text) => Ok(string(&text)),
            Scalar::Bytes(bytes) => Ok(format!("x'{}'", hex(&bytes))),
        }
    }

    /// No text is right for sessions of both kinds if there is a backslash in it. It is doubled, which is right where it
    /// escapes, and harmless where it does not.
    fn escape(text: String) -> Result<String, Failure> {
        if text.contains('\0') {
            return Err(invalid("nul-in-text", "a text contains NUL, which `escape` cannot express; `quote` can"));
        }
        Ok(text.replace('\\', "\\\\").replace('\'', "''"))
    }
}

/// Writes a string so that every session reads the same, as digits where quotes would not do.
pub(crate) fn string(text: &str) -> String {
    if text.contains(['\\', '\0', '\x1a']) {
        format!("_utf8mb4 x'{}'", hex(text.as_bytes()))
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// A negative number in parentheses, so that it may follow a minus sign: `--` would begin a comment.
fn signed(number: &str) -> String {
    if number.starts_with('-') { format!("({number})") } else { number.to_owned() }
}

/// An exact number. One with an exponent would be read as a `DOUBLE`, so that it is written without; one that is beyond
/// exact numbers becomes text, and the column's type decides what it is stored as.
fn decimal(text: &str) -> Result<String, Failure> {
    let Some((digits, exponent)) = parts(text) else {
        return Err(invalid("bad-decimal", "a decimal is not a number"));
    };
    let sign = if text.starts_with('-') { "-" } else { "" };
    match plain(&digits, exponent) {
        Some(plain) => Ok(signed(&format!("{sign}{plain}"))),
        None => Ok(format!("'{text}'")),
    }
}

/// Reads digits with at most a sign, a point between digits and an exponent: the digits without the point, and how many
/// places it stands to the right of their end.
fn parts(text: &str) -> Option<(String, i64)> {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent),
        None => (text, "0"),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if !is_digits(whole) || !is_digits(fraction) || !is_digits(unsigned) {
        return None;
    }
    // An exponent that is beyond all numbers is beyond the exact ones too.
    let exponent = exponent.parse().unwrap_or(i64::from(i32::MAX));
    let fraction = if mantissa.contains('.') { fraction } else { "" };
    let places = i64::try_from(fraction.len()).ok()?;
    Some((format!("{whole}{fraction}"), exponent - places))
}

/// Writes digits with the point where it belongs; `None` where that is beyond exact numbers.
fn plain(digits: &str, exponent: i64) -> Option<String> {
    let places = usize::try_from(exponent.unsigned_abs()).ok()?;
    if places > DIGITS_MAX || digits.len() > DIGITS_MAX {
        return None;
    }
    if exponent >= 0 {
        let whole = format!("{digits}{}", "0".repeat(places));
        return (whole.len() <= DIGITS_MAX).then_some(whole);
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    (places <= FRACTION_MAX && padded.len() <= DIGITS_MAX).then(|| format!("{whole}.{fraction}"))
}

/// The exponent tells a `DOUBLE` from an exact number.
fn real(value: f64) -> Result<String, Failure> {
    if !value.is_finite() {
        return Err(invalid("not-finite", "MySQL has numbers only: no NaN, no infinity"));
    }
    Ok(signed(&format!("{value:e}")))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
