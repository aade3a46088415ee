//! Values as PostgreSQL writes them. Strings rely on `standard_conforming_strings`, which is on since version 9.1.

use noorm_guest::dialect::exports::noorm::dialect::literals::Guest;
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;

use crate::Dialect;
use crate::naming::invalid;

impl Guest for Dialect {
    fn literal(value: Scalar) -> Result<String, Failure> {
        match value {
            Scalar::Null => Ok("NULL".to_owned()),
            Scalar::Boolean(value) => Ok(if value { "TRUE" } else { "FALSE" }.to_owned()),
            Scalar::Integer(value) => Ok(signed(&value.to_string())),
            Scalar::Decimal(text) => decimal(&text),
            Scalar::Real(value) => Ok(real(value)),
            Scalar::Text(text) => Ok(format!("'{}'", escaped(&text)?)),
            Scalar::Bytes(bytes) => Ok(format!("'\\x{}'::bytea", hex(&bytes))),
        }
    }

    fn escape(text: String) -> Result<String, Failure> {
        escaped(&text)
    }
}

/// A negative number in parentheses, so that it may follow a minus sign: `--` would begin a comment.
fn signed(number: &str) -> String {
    if number.starts_with('-') { format!("({number})") } else { number.to_owned() }
}

/// An exact number: PostgreSQL reads any number of digits as such.
fn decimal(text: &str) -> Result<String, Failure> {
    if !is_decimal(text) {
        return Err(invalid("bad-decimal", "a decimal is not a number"));
    }
    Ok(signed(text))
}

/// Whether a text is digits with at most a sign, a point between digits and an exponent.
fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = |part: &str| part.strip_prefix(['-', '+']).unwrap_or(part).to_owned();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    mantissa_fits && exponent.is_none_or(|exponent| digits(&unsigned(exponent)))
}

/// What is not a finite number has a name instead of digits.
fn real(value: f64) -> String {
    match value {
        _ if value.is_nan() => "'NaN'::float8".to_owned(),
        f64::INFINITY => "'Infinity'::float8".to_owned(),
        f64::NEG_INFINITY => "'-Infinity'::float8".to_owned(),
        _ => signed(&format!("{value:?}")),
    }
}

pub(crate) fn escaped(text: &str) -> Result<String, Failure> {
    if text.contains('\0') {
        return Err(invalid("nul-in-text", "a text contains NUL, which PostgreSQL does not store"));
    }
    Ok(text.replace('\'', "''"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
