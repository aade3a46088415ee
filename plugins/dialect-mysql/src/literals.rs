//! Values as MySQL writes them. Whether a backslash escapes is up to the session (`NO_BACKSLASH_ESCAPES`), so that no
//! literal of ours has one between quotes.

use noorm_guest::decimal::{Decimal, signed};
use noorm_guest::dialect::exports::noorm::dialect::literals::Guest;
use noorm_guest::dialect::noorm::types::data::Scalar;
use noorm_guest::dialect::noorm::types::report::Failure;
use noorm_guest::sql;

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
            Scalar::Bytes(bytes) => Ok(format!("x'{}'", sql::hex(&bytes))),
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
        format!("_utf8mb4 x'{}'", sql::hex(text.as_bytes()))
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// An exact number. One with an exponent would be read as a `DOUBLE`, so that it is written without; one that is beyond
/// exact numbers becomes text, and the column's type decides what it is stored as.
fn decimal(text: &str) -> Result<String, Failure> {
    let Some(number) = Decimal::parse(text) else {
        return Err(invalid("bad-decimal", "a decimal is not a number"));
    };
    match number.plain(DIGITS_MAX, FRACTION_MAX) {
        Some(plain) => Ok(signed(&plain)),
        None => Ok(format!("'{text}'")),
    }
}

/// The exponent tells a `DOUBLE` from an exact number.
fn real(value: f64) -> Result<String, Failure> {
    if !value.is_finite() {
        return Err(invalid("not-finite", "MySQL has numbers only: no NaN, no infinity"));
    }
    Ok(signed(&format!("{value:e}")))
}
